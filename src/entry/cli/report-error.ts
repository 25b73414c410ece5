import { TrailhoundError } from '../../model/trailhound-error.ts';
import { plainLines, plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';

/** Whatever a typed error carries besides its message; what is read is checked by the caller. */
function propertyOf(error: Error, name: string): unknown {
  return (error as unknown as Record<string, unknown>)[name];
}

function lines(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [String(error)];
  const message = error.message || error.name;
  const remedy = propertyOf(error, 'remedy');
  const told = typeof remedy === 'string' && !message.includes(remedy) ? [`remedy: ${remedy}`] : [];
  return [message, ...told, ...(error instanceof TrailhoundError ? [`code: ${error.code}`] : [])];
}

/**
 * What a person sees of an error: its message, its remedy where it has one, and the code by which it is looked up; the stack only
 * where asked for.
 * Control characters are taken out, for messages may quote what a log's author wrote.
 */
export function describeError(error: unknown, verbose: boolean): SafeText {
  const shown = lines(error)
    .flatMap((part) => part.split('\n'))
    .map((line) => plainText(line, 2_000));
  const stack = verbose && error instanceof Error ? safe`\n${plainLines(error.stack ?? '')}` : safe``;
  return safe`trailhound: ${safeJoin(shown, '\n  ')}${stack}`;
}

/** The exit code that an error asks for by `exitCode`, else 1. */
export function exitCodeOf(error: unknown): number {
  const code = error instanceof Error ? propertyOf(error, 'exitCode') : undefined;
  return typeof code === 'number' && Number.isInteger(code) && code > 0 && code < 256 ? code : 1;
}
