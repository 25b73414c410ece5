/** One process serves all of them on one machine; writes have a queue, and an AWS role, of their own. */
export const taskQueues = {
  orchestrate: 'orchestrate',
  collect: 'collect',
  evidence: 'evidence',
  respond: 'respond',
  notify: 'notify',
} as const;
export type TaskQueue = (typeof taskQueues)[keyof typeof taskQueues];

/** Polling turns over fast and is kept an hour; investigations are the audit trail and are kept long. */
export const defaultNamespaces = { polling: 'trailhound-polling', cases: 'trailhound-cases' } as const;
