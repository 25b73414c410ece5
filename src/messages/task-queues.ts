/** One process serves all of them on one machine; writes have a queue, and an AWS role, of their own. */
export const taskQueues = {
  /** Workflows, and what they read and write of the store: detection's batches and all that is written down of a case. */
  orchestrate: 'orchestrate',
  collect: 'collect',
  /** Looks at the trail and at IAM, which take as long as they take. */
  evidence: 'evidence',
  /** What takes longer than a step of a case may: what a case reads and writes besides runs on its own queue. */
  record: 'record',
  respond: 'respond',
  notify: 'notify',
} as const;
export type TaskQueue = (typeof taskQueues)[keyof typeof taskQueues];
