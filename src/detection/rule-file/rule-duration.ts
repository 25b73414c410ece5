import { durationMs } from '../../model/duration.ts';

const units = ['s', 'm', 'h', 'd', 'w'] as const;

/** A duration of a rule, such as `5m`, in milliseconds; units s, m, h, d, w. `undefined` where it is none. */
export function ruleDurationMs(text: string): number | undefined {
  return durationMs(text.trim(), units);
}

/** How far `now-6m` lies back, in milliseconds; a rounding such as `/d` is left aside. `undefined` where it is no such text. */
export function lookBackMs(text: string): number | undefined {
  const match = /^now-(\d{1,6}[smhdw])(?:\/[smhdw])?$/.exec(text.trim());
  return match === null ? undefined : ruleDurationMs(match[1] ?? '');
}
