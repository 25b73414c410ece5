const unitMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** A duration such as `5m` in milliseconds; units s, m, h, d, w. `undefined` where it is none. */
export function ruleDurationMs(text: string): number | undefined {
  const match = /^(\d{1,6})([smhdw])$/.exec(text.trim());
  const unit = unitMs[match?.[2] ?? ''];
  return match === null || unit === undefined ? undefined : Number(match[1]) * unit;
}

/** How far `now-6m` lies back, in milliseconds; a rounding such as `/d` is left aside. `undefined` where it is no such text. */
export function lookBackMs(text: string): number | undefined {
  const match = /^now-(\d{1,6}[smhdw])(?:\/[smhdw])?$/.exec(text.trim());
  return match === null ? undefined : ruleDurationMs(match[1] ?? '');
}
