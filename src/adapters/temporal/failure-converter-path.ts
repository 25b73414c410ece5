import { fileURLToPath } from 'node:url';

/** Path of the module that keeps failure messages within payloads; clients, workers and the bundle need the same one. */
export const failureConverterPath = fileURLToPath(new URL('../../messages/failure-converter.ts', import.meta.url));
