import type { TestProject } from 'vitest/node';
import { startControlServer } from './control-server.ts';

declare module 'vitest' {
  // Declaration merging needs an interface.
  export interface ProvidedContext {
    readonly controlUrl: string;
  }
}

/** vitest's global set-up: one control server for the run; it starts the real servers when a test file asks for them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const control = await startControlServer();
  project.provide('controlUrl', control.url);
  return () => control.stop();
}
