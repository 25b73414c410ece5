import { plainText } from '../../model/safe-text.ts';

declare const inert: unique symbol;

/** HTML whose every text is text: only {@link html} and {@link htmlText} make it, so that nothing from a log can be a tag in it. */
export interface Html {
  readonly [inert]: true;
  readonly markup: string;
}

function trusted(markup: string): Html {
  return { markup } as Html; // the brand is there for the compiler alone
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text by whoever wrote it, as HTML: stripped of controls, cut at a limit, its signs escaped, fit for content and quoted attributes. */
export function htmlText(text: string, limit?: number): Html {
  return trusted(plainText(text, limit).replaceAll(/[&<>"']/gu, (sign) => escapes[sign] ?? ''));
}

type Value = Html | string | number | readonly Html[];

/** Tags a template of ours: its own markup stands, each string in it is text. */
export function html(markup: TemplateStringsArray, ...values: readonly Value[]): Html {
  return trusted(markup.reduce((all, part, index) => `${all}${shown(values[index - 1])}${part}`));
}

function shown(value: Value | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return htmlText(value, 4_000).markup;
  return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('');
}
