import type { WriteStream } from 'node:tty';
import { bold, cyan, dim, green, magenta, red, yellow } from 'yoctocolors';
import { asTypedHere } from '../invocation.ts';
import { commandLines, hangingLines } from '../terminal/wrapped-text.ts';
import { plainText, safe, safePadded, safeJoin, safeSlice, type SafeText } from '../../model/safe-text.ts';

/** What a line is about; it chooses the line's mark and colour. */
export type LineKind =
  'headline' | 'note' | 'warning' | 'simulated' | 'read' | 'known' | 'alert' | 'case' | 'decide' | 'done' | 'refused';

/** A line of the story: our words, into which a log author's text may have come. */
export interface StoryLine {
  readonly kind: LineKind;
  readonly text: string;
}

const marks: Readonly<Record<LineKind, SafeText>> = {
  headline: safe``,
  note: safe`  `,
  warning: safe`! `,
  simulated: safe`~ `,
  read: safe`  `,
  known: safe`  `,
  alert: safe`* `,
  case: safe`> `,
  decide: safe`? `,
  done: safe`+ `,
  refused: safe`- `,
};

function plain(text: string): string {
  return text;
}
const colours: Readonly<Record<LineKind, (text: string) => string>> = {
  headline: bold,
  note: dim,
  warning: yellow,
  simulated: magenta,
  read: plain,
  known: plain,
  alert: red,
  case: cyan,
  decide: bold,
  done: green,
  refused: yellow,
};

const lineLimit = 1_000;
const timeWidth = 'HH:MM:SSZ '.length;

/**
 * Breaks a line between words for a terminal, the rest below its text; a command to copy so that a shell takes it as it stands.
 */
function fitted(line: SafeText, columns: number): SafeText {
  const padding = safePadded(safe``, timeWidth);
  if (/^\W*(?:approve|reject|look): /u.test(line))
    return safeJoin(commandLines(line, columns - timeWidth, safe`${padding}      `), '\n');
  const mark = /^[^\p{L}\p{N}]*(?:\d+\. )?/u.exec(line)?.[0] ?? '';
  const [head, rest] = [safeSlice(line, 0, mark.length), safeSlice(line, mark.length)];
  const lines = hangingLines(head, rest, columns - timeWidth);
  return safeJoin(
    lines.map((each, index) => (index === 0 ? each : safe`${padding}${each}`)),
    '\n',
  );
}

/** Where the story is told: one line an event, with the time in UTC, readable as a log where there is no terminal. */
export interface Screen {
  readonly interactive: boolean;
  /** How wide it is; undefined where there is no terminal. */
  columns(): number | undefined;
  /** When it told something last, in milliseconds since 1970. */
  toldAtMs(): number;
  tell(line: StoryLine): void;
  headline(text: string): void;
  note(text: string): void;
  /** Goes to stderr. */
  warn(text: string): void;
  /** What was laid out for the whole width of the terminal, without times. */
  page(lines: readonly SafeText[]): void;
  /** What happens in the simulated AWS, as it says itself. */
  simulated(text: string): void;
}

/** Writes the story to a stream; control characters are taken out of every line, whoever wrote it. */
export function createScreen(out: WriteStream, err: WriteStream, now: () => Date = () => new Date()): Screen {
  let toldAtMs = now().getTime();
  function write(stream: WriteStream, { kind, text }: StoryLine): void {
    toldAtMs = now().getTime();
    const time = `${now().toISOString().slice(11, 19)}Z`;
    for (const [index, part] of text.split('\n').entries()) {
      const mark = index === 0 ? marks[kind] : safe`    `;
      const line = asTypedHere(safe`${mark}${plainText(part, lineLimit)}`);
      if (stream.isTTY) stream.write(`${dim(time)} ${colours[kind](fitted(line, stream.columns))}\n`);
      else stream.write(`${time} ${line}\n`);
    }
  }
  function tell(line: StoryLine): void {
    write(line.kind === 'warning' ? err : out, line);
  }
  return {
    interactive: out.isTTY && process.stdin.isTTY,
    columns: () => (out.isTTY ? out.columns : undefined),
    toldAtMs: () => toldAtMs,
    tell,
    headline: (text) => tell({ kind: 'headline', text }),
    page: (lines) => {
      toldAtMs = now().getTime();
      out.write(`${safeJoin(lines, '\n')}\n`);
    },
    note: (text) => tell({ kind: 'note', text }),
    warn: (text) => tell({ kind: 'warning', text }),
    simulated: (text) => tell({ kind: 'simulated', text }),
  };
}
