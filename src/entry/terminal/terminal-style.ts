import colors from 'yoctocolors';
import type { SafeText } from '../../model/safe-text.ts';

/** How text is shown where it goes: ways to set it off, and the room that a line has. */
export interface Style {
  /** In columns of the terminal; absent where output is piped: a line may be as long as it needs. */
  readonly width: number | undefined;
  /** In lines of the terminal; absent where output is piped, or where the terminal does not say. */
  readonly height?: number | undefined;
  readonly strong: Paint;
  readonly quiet: Paint;
  readonly good: Paint;
  readonly warning: Paint;
  readonly bad: Paint;
}

/** Colours around a text; what is safe to show stays so. */
type Paint = (text: SafeText) => SafeText;

type Colours = Omit<Style, 'width' | 'height'>;

const plain: Colours = { strong: same, quiet: same, good: same, warning: same, bad: same };
const coloured: Colours = {
  strong: painted(colors.bold),
  quiet: painted(colors.dim),
  good: painted(colors.green),
  warning: painted(colors.yellow),
  bad: painted(colors.red),
};

function same(text: SafeText): SafeText {
  return text;
}

function painted(paint: (text: string) => string): Paint {
  return (text) => paint(text) as SafeText; // colours of ours around what is safe
}

/** Lines that fit and colours on a terminal; plain text where it is piped, or where NO_COLOR asks for it (no-color.org). */
export function styleFor(stream: {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}): Style {
  const colours = stream.isTTY === true && process.env['NO_COLOR'] === undefined ? coloured : plain;
  return stream.isTTY === true
    ? { ...colours, width: stream.columns, height: stream.rows }
    : { ...colours, width: undefined };
}
