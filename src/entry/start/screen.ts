import type { WriteStream } from 'node:tty';
import { bold, cyan, dim, green, magenta, red, yellow } from 'yoctocolors';
import { plainText } from '../../investigation/plain-text.ts';

/** What a line is about; it chooses the line's mark and colour. */
export type LineKind =
  'headline' | 'note' | 'warning' | 'simulated' | 'read' | 'known' | 'alert' | 'case' | 'decide' | 'done' | 'refused';

/** A line of the story: our words, into which a log author's text may have come. */
export interface StoryLine {
  readonly kind: LineKind;
  readonly text: string;
}

const marks: Readonly<Record<LineKind, string>> = {
  headline: '',
  note: '  ',
  warning: '! ',
  simulated: '~ ',
  read: '  ',
  known: '  ',
  alert: '* ',
  case: '> ',
  decide: '? ',
  done: '+ ',
  refused: '- ',
};

const plain = (text: string): string => text;
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

/** Where the story is told: one line an event, with the time in UTC, readable as a log where there is no terminal. */
export interface Screen {
  readonly interactive: boolean;
  tell(line: StoryLine): void;
  headline(text: string): void;
  note(text: string): void;
  /** Goes to stderr. */
  warn(text: string): void;
  /** What happens in the simulated AWS, as it says itself. */
  simulated(text: string): void;
}

/** Writes the story to a stream; control characters are taken out of every line, whoever wrote it. */
export const createScreen = (out: WriteStream, err: WriteStream, now: () => Date = () => new Date()): Screen => {
  const write = (stream: WriteStream, { kind, text }: StoryLine): void => {
    const time = `${now().toISOString().slice(11, 19)}Z`;
    for (const [index, part] of text.split('\n').entries()) {
      const mark = index === 0 ? marks[kind] : '    ';
      const line = `${mark}${plainText(part, lineLimit)}`;
      stream.write(stream.isTTY ? `${dim(time)} ${colours[kind](line)}\n` : `${time} ${line}\n`);
    }
  };
  const tell = (line: StoryLine): void => write(line.kind === 'warning' ? err : out, line);
  return {
    interactive: out.isTTY && process.stdin.isTTY,
    tell,
    headline: (text) => tell({ kind: 'headline', text }),
    note: (text) => tell({ kind: 'note', text }),
    warn: (text) => tell({ kind: 'warning', text }),
    simulated: (text) => tell({ kind: 'simulated', text }),
  };
};
