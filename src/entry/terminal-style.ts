import colors from 'yoctocolors';

/** Ways to set off a text on a terminal. */
export interface Style {
  readonly strong: (text: string) => string;
  readonly quiet: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly bad: (text: string) => string;
}

const plain: Style = { strong: same, quiet: same, good: same, warning: same, bad: same };
const coloured: Style = {
  strong: colors.bold,
  quiet: colors.dim,
  good: colors.green,
  warning: colors.yellow,
  bad: colors.red,
};

function same(text: string): string {
  return text;
}

/** Colours on a terminal; plain text where it is piped, or where NO_COLOR asks for it (no-color.org). */
export function styleFor(stream: { readonly isTTY?: boolean }): Style {
  return stream.isTTY === true && process.env['NO_COLOR'] === undefined ? coloured : plain;
}
