import { DefaultFailureConverter } from '@temporalio/common';

/**
 * Moves a failure's message and stack into a payload, which the codec encrypts; its `type` stays readable to the server.
 * The SDK loads this file by its path, in workers, clients and the workflow bundle.
 */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
