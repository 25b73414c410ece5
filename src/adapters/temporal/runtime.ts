import { DefaultLogger, Runtime } from '@temporalio/worker';

/** A line of the SDK's own log. */
export interface SdkLogLine {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly meta: Readonly<Record<string, unknown>>;
}

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/**
 * Sets the SDK's runtime up, once in a process and before any worker: its log goes to `onLine`, and signals stay ours, for the
 * workers are shut down in order.
 */
export function installRuntime(lowest: SdkLogLine['level'], onLine: (line: SdkLogLine) => void): void {
  Runtime.install({
    // The native core writes to the terminal itself. Handed to `onLine`, its log would keep a process alive that has run no worker.
    telemetryOptions: { logging: { filter: { core: lowest === 'error' ? 'ERROR' : 'WARN', other: 'ERROR' } } },
    logger: new DefaultLogger(lowest.toUpperCase() as keyof typeof levels, ({ level, message, meta = {} }) => {
      // A queue of workflows alone, or of activities alone, is meant to be one.
      if (/^No (workflows|activities) registered/.test(message)) return;
      const error = meta['error'] === undefined ? {} : { error: String(meta['error']) };
      onLine({ level: levels[level], message, meta: { ...meta, ...error } });
    }),
    shutdownSignals: [],
  });
}
