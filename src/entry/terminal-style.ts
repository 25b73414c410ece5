import colors from 'yoctocolors';

/** How text is shown where it goes: ways to set it off, and the room that a line has. */
export interface Style {
  /** In columns of the terminal; absent where output is piped: a line may be as long as it needs. */
  readonly width: number | undefined;
  readonly strong: (text: string) => string;
  readonly quiet: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly bad: (text: string) => string;
}

type Colours = Omit<Style, 'width'>;

const plain: Colours = { strong: same, quiet: same, good: same, warning: same, bad: same };
const coloured: Colours = {
  strong: colors.bold,
  quiet: colors.dim,
  good: colors.green,
  warning: colors.yellow,
  bad: colors.red,
};

function same(text: string): string {
  return text;
}

/** Lines that fit and colours on a terminal; plain text where it is piped, or where NO_COLOR asks for it (no-color.org). */
export function styleFor(stream: { readonly isTTY?: boolean; readonly columns?: number }): Style {
  const colours = stream.isTTY === true && process.env['NO_COLOR'] === undefined ? coloured : plain;
  return { ...colours, width: stream.isTTY === true ? stream.columns : undefined };
}
