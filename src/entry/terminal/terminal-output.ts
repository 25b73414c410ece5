import { once } from 'node:events';
import type { z } from 'zod';
import { safeJson, type SafeText } from '../../model/safe-text.ts';
import { asTypedHere } from '../invocation.ts';

/*
 * The only doors to a terminal: they take what is safe to show and nothing else.
 */

/** Data: a line on standard output. */
export function printLine(text: SafeText): void {
  process.stdout.write(`${asTypedHere(text)}\n`);
}

/** Data as JSON: a value on standard output. */
export function printJson(value: unknown, indent?: number): void {
  printLine(safeJson(value, indent));
}

/** An answer as JSON, of the form that its schema promises to scripts. */
export function printAnswer<T>(_schema: z.ZodType<T>, answer: T, indent?: number): void {
  printJson(answer, indent);
}

/** Data in parts, as fast as whoever reads standard output takes them. */
export async function printParts(parts: Iterable<SafeText> | AsyncIterable<SafeText>): Promise<void> {
  for await (const part of parts) await printPart(part);
}

/** A part of data, with its own line breaks; resolves when there is room for the next. */
export async function printPart(part: SafeText): Promise<void> {
  if (!process.stdout.write(part)) await once(process.stdout, 'drain');
}

/** All that is no data: a line on standard error. */
export function tellLine(text: SafeText): void {
  process.stderr.write(`${asTypedHere(text)}\n`);
}

/** Bytes of safe lines, which threads made and hand to each other as bytes. */
export async function printLinesAsBytes(parts: AsyncIterable<Buffer>): Promise<void> {
  for await (const part of parts) if (!process.stdout.write(part)) await once(process.stdout, 'drain');
}

/** What is no data, in several lines with their breaks. */
export function tellPart(part: SafeText): void {
  process.stderr.write(asTypedHere(part));
}

/** How far something has come: a line on a terminal's standard error that the next one replaces. */
export function tellProgress(text: SafeText): void {
  process.stderr.write(`\r\u001B[K${text}`);
}

/** Takes away the line of {@link tellProgress}. */
export function clearProgress(): void {
  process.stderr.write('\r\u001B[K');
}
