/** One process serves all of them on one machine; writes have a queue, and an AWS role, of their own. */
export const taskQueues = {
  orchestrate: 'orchestrate',
  collect: 'collect',
  /** Looks at the trail and at IAM, which take as long as they take. */
  evidence: 'evidence',
  /** Decisions and all that is written down of a case: they wait for no look. */
  record: 'record',
  respond: 'respond',
  notify: 'notify',
} as const;
export type TaskQueue = (typeof taskQueues)[keyof typeof taskQueues];
