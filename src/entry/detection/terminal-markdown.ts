import { Marked, type Token, type Tokens } from 'marked';
import type { Style } from '../terminal-style.ts';
import { hangingLines } from '../wrapped-text.ts';

/** Lines longer than this are tiring to read. */
const widest = 100;

/** Markdown as readable terminal text: headings set off, lists indented, links shown; control characters are taken out. */
export function renderMarkdown(markdown: string, style: Style): string {
  const safe = markdown.replaceAll(/[^\P{Cc}\n\t]/gu, ' ');
  return blocks(new Marked().lexer(safe), style, '')
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

function blocks(tokens: readonly Token[], style: Style, indent: string): readonly string[] {
  return tokens.flatMap((token) => block(token, style, indent));
}

function block(token: Token, style: Style, indent: string): readonly string[] {
  switch (token.type) {
    case 'heading':
      return ['', style.strong(inline(token.tokens ?? [], style)), ''];
    case 'list':
      return listLines(token as Tokens.List, style, indent);
    case 'code':
      return [...(token as Tokens.Code).text.split('\n').map((line) => `${indent}    ${style.quiet(line)}`), ''];
    case 'blockquote':
      return blocks(token.tokens ?? [], style, `${indent}  `);
    case 'space':
      return [];
    case 'hr':
      return [style.quiet('-'.repeat(20))];
    default: {
      const nested = 'tokens' in token && token.tokens !== undefined ? inline(token.tokens, style) : token.raw;
      return [...wrapped(nested, indent, style), ''];
    }
  }
}

function listLines(list: Tokens.List, style: Style, indent: string): readonly string[] {
  const lines = list.items.flatMap((item, index) => {
    const mark = list.ordered ? `${Number(list.start) + index}. ` : '- ';
    const inner = `${indent}${' '.repeat(mark.length)}`;
    const [first, ...rest] = item.tokens;
    const firstText =
      first !== undefined && 'tokens' in first && first.type !== 'list' ? inline(first.tokens ?? [], style) : '';
    const others = first?.type === 'list' ? item.tokens : rest;
    return [
      ...wrapped(firstText, `${indent}${mark}`, style),
      ...blocks(others, style, inner).filter((line) => line !== ''),
    ];
  });
  return indent === '' ? [...lines, ''] : lines;
}

function inline(tokens: readonly Token[], style: Style): string {
  return tokens
    .map((token) => {
      switch (token.type) {
        case 'strong':
          return style.strong(inline(token.tokens ?? [], style));
        case 'codespan':
          return style.quiet((token as Tokens.Codespan).text);
        case 'link': {
          const { href, tokens: text } = token as Tokens.Link;
          const shown = inline(text, style);
          return shown === href ? href : `${shown} <${href}>`;
        }
        case 'br':
          return '\n';
        default:
          return 'tokens' in token && token.tokens !== undefined
            ? inline(token.tokens, style)
            : ((token as Tokens.Text).text ?? token.raw);
      }
    })
    .join('');
}

function lineWidth({ width }: Style): number {
  return Math.min(widest, width ?? widest);
}

/** Line breaks of the text are only how it was typed; those that are meant follow a heading or begin a block. */
function wrapped(text: string, mark: string, style: Style): readonly string[] {
  return hangingLines(mark, text.replaceAll(/\s+/g, ' '), lineWidth(style));
}
