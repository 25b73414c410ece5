import type { Style } from './terminal-style.ts';
import { type SafeText } from '../../model/safe-text.ts';

/** A severity in its colour; the text may be padded. */
export function severityPainted(text: SafeText, style: Style): SafeText {
  const severity = text.trim();
  if (severity === 'critical' || severity === 'high') return style.bad(text);
  return severity === 'medium' ? style.warning(text) : text;
}
