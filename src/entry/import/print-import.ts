import type { Config } from '../config.ts';

export interface ImportRequest {
  readonly label?: string;
  readonly json?: boolean;
}

/** Puts recordings into the store. */
export async function printImport(_config: Config, _paths: readonly string[], _request: ImportRequest): Promise<void> {
  await Promise.reject(new Error('import is being written'));
}
