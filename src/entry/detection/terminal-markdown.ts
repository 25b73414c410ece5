import { Marked, type Token, type Tokens } from 'marked';
import type { Style } from '../terminal/terminal-style.ts';
import { hangingLines } from '../terminal/wrapped-text.ts';
import {
  plainLines,
  plainText,
  safe,
  safeJoin,
  safeOneLine,
  safePadded,
  type SafeText,
} from '../../model/safe-text.ts';

/** Lines longer than this are tiring to read. */
const widest = 100;

/**
 * Markdown as readable terminal text: headings set off, lists indented, links shown. Every text is made safe when it leaves the parser,
 * which writes out references such as `&#27;`.
 */
export function renderMarkdown(markdown: string, style: Style): SafeText {
  const lines = blocks(new Marked().lexer(markdown), style, safe``);
  function isGap(at: number): boolean {
    return lines[at] === '' && (lines[at + 1] ?? '') === '';
  }
  const kept = lines.filter((_line, at) => !isGap(at)).slice(lines.findIndex((line) => line !== '') > 0 ? 1 : 0);
  return safeJoin(kept, '\n');
}

function blocks(tokens: readonly Token[], style: Style, indent: SafeText): readonly SafeText[] {
  return tokens.flatMap((token) => block(token, style, indent));
}

function block(token: Token, style: Style, indent: SafeText): readonly SafeText[] {
  switch (token.type) {
    case 'heading':
      return [safe``, style.strong(inline(token.tokens ?? [], style)), safe``];
    case 'list':
      return listLines(token as Tokens.List, style, indent);
    case 'code':
      return [
        ...(token as Tokens.Code).text.split('\n').map((line) => safe`${indent}    ${style.quiet(plainLines(line))}`),
        safe``,
      ];
    case 'blockquote':
      return blocks(token.tokens ?? [], style, safe`${indent}  `);
    case 'space':
      return [];
    case 'hr':
      return [style.quiet(safe`--------------------`)];
    default: {
      const nested = 'tokens' in token && token.tokens !== undefined ? inline(token.tokens, style) : shown(token.raw);
      return [...wrapped(nested, indent, style), safe``];
    }
  }
}

function listLines(list: Tokens.List, style: Style, indent: SafeText): readonly SafeText[] {
  const lines = list.items.flatMap((item, index) => {
    const mark = list.ordered ? safe`${Number(list.start) + index}. ` : safe`- `;
    const inner = safePadded(indent, indent.length + mark.length);
    const [first, ...rest] = item.tokens;
    const firstText =
      first !== undefined && 'tokens' in first && first.type !== 'list' ? inline(first.tokens ?? [], style) : safe``;
    const others = first?.type === 'list' ? item.tokens : rest;
    return [
      ...wrapped(firstText, safe`${indent}${mark}`, style),
      ...blocks(others, style, inner).filter((line) => line !== ''),
    ];
  });
  return indent.length === 0 ? [...lines, safe``] : lines;
}

function inline(tokens: readonly Token[], style: Style): SafeText {
  const parts = tokens.map((token): SafeText => {
    switch (token.type) {
      case 'strong':
        return style.strong(inline(token.tokens ?? [], style));
      case 'codespan':
        return style.quiet(shown((token as Tokens.Codespan).text));
      case 'link': {
        const { href, tokens: text } = token as Tokens.Link;
        const label = inline(text, style);
        return String(label) === href ? label : safe`${label} <${shown(href)}>`;
      }
      case 'br':
        return safe`\n`;
      default:
        return 'tokens' in token && token.tokens !== undefined
          ? inline(token.tokens, style)
          : shown((token as Tokens.Text).text ?? token.raw);
    }
  });
  return safeJoin(parts, '');
}

/** Spaces at its ends stay: words of other tokens stand beside it. */
function shown(text: string): SafeText {
  function space(there: boolean): SafeText {
    return there ? safe` ` : safe``;
  }
  return safe`${space(/^\s/.test(text))}${plainText(text, 4_000)}${space(/\s$/.test(text))}`;
}

function lineWidth({ width }: Style): number {
  return Math.min(widest, width ?? widest);
}

/** Line breaks of the text are only how it was typed; those that are meant follow a heading or begin a block. */
function wrapped(text: SafeText, mark: SafeText, style: Style): readonly SafeText[] {
  return hangingLines(mark, safeOneLine(text), lineWidth(style));
}
