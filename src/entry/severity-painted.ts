import type { Style } from './terminal-style.ts';

/** A severity in its colour; the text may be padded. */
export function severityPainted(text: string, style: Style): string {
  const severity = text.trim();
  if (severity === 'critical' || severity === 'high') return style.bad(text);
  return severity === 'medium' ? style.warning(text) : text;
}
