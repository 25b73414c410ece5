/** All workflows; workers run one bundle made of this file. */
export { respond } from './respond.ts';
export { investigate } from './investigate.ts';
