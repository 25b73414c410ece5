/** All workflows; workers run one bundle made of this file. */
export { respond } from './respond.ts';
export { followUp } from './follow-up.ts';
export { investigate } from './investigate.ts';
export { undo } from './undo.ts';
export { pollAccount } from './poll-account.ts';
export { detect } from './detect.ts';
export { reconcile } from './reconcile.ts';
export { backfill } from './backfill.ts';
