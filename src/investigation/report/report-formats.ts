/** Forms in which a case's graph goes to other programs. */
export const graphFormats = ['dot', 'mermaid', 'json'] as const;
export type GraphFormat = (typeof graphFormats)[number];

/** Forms in which a case is handed on as a report. */
export const reportFormats = ['markdown', 'html', 'ocsf'] as const;
export type ReportFormat = (typeof reportFormats)[number];
