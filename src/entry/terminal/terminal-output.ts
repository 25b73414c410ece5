import { once } from 'node:events';
import { plainText, safe, safeJson, type SafeText } from '../../model/safe-text.ts';
import type { AnsweringCommand, AnswerOf } from '../../views/answers.ts';
import { asTypedHere } from '../invocation.ts';
import { proseLines } from './wrapped-text.ts';

/*
 * The only doors to a terminal: they take what is safe to show and nothing else.
 */

/** Data: a line on standard output. */
export function printLine(text: SafeText): void {
  process.stdout.write(`${asTypedHere(text)}\n`);
}

/**
 * What a command answers, as JSON on standard output, in the form that is promised to scripts under its name. Where it has another,
 * standard error says so: what was asked is answered all the same.
 */
export async function printAnswer<Name extends AnsweringCommand>(
  name: Name,
  answer: AnswerOf<Name>,
  indent?: number,
): Promise<void> {
  const { answers } = await import('../../views/answers.ts');
  printLine(safeJson(answer, indent));
  const faults = answers[name].safeParse(answer).error?.issues ?? [];
  for (const { path, message } of faults.slice(0, namedFaults))
    tellLine(safe`warning: the answer is not as promised at ${plainText(path.join('.'), 200)}: ${plainText(message)}`);
}

const namedFaults = 3;

/** Data in parts, as fast as whoever reads standard output takes them. */
export async function printParts(parts: Iterable<SafeText> | AsyncIterable<SafeText>): Promise<void> {
  for await (const part of parts) await printPart(part);
}

/** A part of data, with its own line breaks; resolves when there is room for the next. */
export async function printPart(part: SafeText): Promise<void> {
  if (!process.stdout.write(part)) await once(process.stdout, 'drain');
}

/** A line on standard output to the byte: what is signed, where a command that it quotes stays as it was written. */
export async function printAsItIs(line: SafeText): Promise<void> {
  await printPart(safe`${line}\n`);
}

/** Sentences on standard output, broken between words where that is a terminal. */
export function printProse(text: SafeText): void {
  writeProse(process.stdout, text);
}

/** All that is no data: sentences on standard error, broken in the same way. */
export function tellLine(text: SafeText): void {
  writeProse(process.stderr, text);
}

function writeProse(stream: NodeJS.WriteStream, text: SafeText): void {
  const lines = proseLines(asTypedHere(text), stream.isTTY ? stream.columns : undefined);
  stream.write(`${lines.join('\n')}\n`);
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
