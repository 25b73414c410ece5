import { once } from 'node:events';
import type { ZodType } from 'zod';
import { plainText, safe, safeJoin, safeJson, type SafeText } from '../../model/safe-text.ts';
import type { AnsweringCommand, AnswerOf } from '../../views/answers.ts';
import type { LineAnsweringCommand, LineOf } from '../../views/line-answers.ts';
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
  tellFaults(answers[name].safeParse(answer).error?.issues ?? []);
}

/** Says where an answer has another form than is promised to scripts. */
function tellFaults(faults: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): void {
  for (const { path, message } of faults.slice(0, namedFaults)) {
    const place = plainText(path.map(String).join('.'), 200);
    tellLine(safe`warning: the answer is not as promised at ${place}: ${plainText(message)}`);
  }
}

const namedFaults = 3;

/** Of a command that answers line by line, so many lines are checked as they are printed: there may be millions. */
const checkedLines = 100;

/** What a command answers line by line, in the form that is promised for each; the first lines are checked as they are printed. */
export function answerLines<Name extends LineAnsweringCommand>(name: Name) {
  const check = lineCheck(name);
  return {
    async print(values: readonly LineOf<Name>[]): Promise<void> {
      await printPart(
        safeJoin(
          values.map((value) => safe`${safeJson(value)}\n`),
          '',
        ),
      ); // an empty part, where there is none
      await check(values);
    },
  };
}

function lineCheck(name: LineAnsweringCommand): (values: Iterable<unknown>) => Promise<void> {
  let left = checkedLines;
  return async (values) => {
    if (left === 0) return;
    const { lineAnswers } = await import('../../views/line-answers.ts');
    const schema: ZodType = lineAnswers[name];
    for (const value of values) {
      const faults = schema.safeParse(value).error?.issues ?? [];
      tellFaults(faults);
      left = faults.length > 0 ? 0 : left - 1; // what is wrong with one is wrong with others
      if (left === 0) return;
    }
  };
}

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

/** The same of bytes: safe lines, which threads made and hand to each other, whole lines in each part. */
export async function answerLinesAsBytes(name: LineAnsweringCommand, parts: AsyncIterable<Buffer>): Promise<void> {
  const check = lineCheck(name);
  for await (const part of parts) {
    const hasRoom = process.stdout.write(part);
    await check(valuesOf(part));
    if (!hasRoom) await once(process.stdout, 'drain');
  }
}

/** Each line's value, as far as anybody asks. */
function* valuesOf(part: Buffer): Generator {
  for (let start = 0, end = part.indexOf('\n'); end >= 0; start = end + 1, end = part.indexOf('\n', start))
    yield JSON.parse(part.toString('utf8', start, end)) as unknown;
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
