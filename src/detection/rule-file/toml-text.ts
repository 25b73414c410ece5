import { parse, TomlError } from 'smol-toml';
import type { SourcePosition } from './rule-syntax-error.ts';

/** What a text of TOML holds, or why it is none: what is wrong, where, and what to do. */
export type TomlReading =
  | { readonly kind: 'tables'; readonly tables: unknown }
  | { readonly kind: 'broken'; readonly position: SourcePosition; readonly problem: string; readonly remedy: string };

/** Reads the text of any TOML file of ours: rules, exceptions, the configuration. No value of it is quoted, for it may be a secret. */
export function readToml(text: string): TomlReading {
  try {
    return { kind: 'tables', tables: parse(text) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [problem = ''] = error.message.replace(/^Invalid TOML document: /, '').split('\n');
    return {
      kind: 'broken',
      position: { line: error.line, column: error.column },
      problem: `this is not valid TOML: ${problem}`,
      remedy: 'mend the line; texts stand in quotes, lists in brackets',
    };
  }
}
