/** Forms in which a case's graph goes to other programs. */
export const graphFormats = ['dot', 'mermaid', 'json'] as const;
export type GraphFormat = (typeof graphFormats)[number];
