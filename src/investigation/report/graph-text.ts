import { plainText, safeJson } from '../../model/safe-text.ts';
import { linkInWords } from './access-tree.ts';
import type { CaseDocument } from './case-document.ts';
import type { GraphFormat } from './report-formats.ts';
import { identityInWords } from './identity-words.ts';

/** The graphs of cases for other programs: Graphviz, Mermaid, or JSON. */
export function graphText(cases: readonly CaseDocument[], format: GraphFormat): string {
  switch (format) {
    case 'json':
      return safeJson({ cases: cases.map(({ id, identities, links }) => ({ id, identities, links })) }, 2);
    case 'dot':
      return dotText(cases);
    case 'mermaid':
      return mermaidText(cases);
  }
}

function dotText(cases: readonly CaseDocument[]): string {
  const lines = cases.flatMap(({ id, identities, links }, position) => [
    `  subgraph "cluster_${position}" {`,
    `    label=${quoted(id)};`,
    ...identities.map(
      (each) => `    ${quoted(`${position} ${each.id}`)} [label=${quoted(`${identityInWords(each)}\n${each.role}`)}];`,
    ),
    '  }',
    ...links.map((link) => {
      const [from, to] = [quoted(`${position} ${link.from}`), quoted(`${position} ${link.to}`)];
      const style = link.strength === 'likely' ? ', style=dashed' : '';
      return `  ${from} -> ${to} [label=${quoted(linkInWords(link, identities))}${style}];`;
    }),
  ]);
  return ['digraph cases {', '  rankdir=LR;', '  node [shape=box];', ...lines, '}'].join('\n');
}

/** A quoted string of the DOT language: a quote is escaped, and so is a backslash, which would make one of what follows. */
function quoted(text: string): string {
  const lines = text.split('\n').map((line) => plainText(line, 300).replaceAll('\\', '\\\\').replaceAll('"', '\\"'));
  return `"${lines.join('\\n')}"`;
}

function mermaidText(cases: readonly CaseDocument[]): string {
  const lines = cases.flatMap(({ identities, links }, position) => {
    const nodes = new Map(identities.map(({ id }, index) => [id, `n${position}_${index}`]));
    return [
      ...identities.map((each) => `  ${nodes.get(each.id)}["${entities(`${identityInWords(each)} (${each.role})`)}"]`),
      ...links.map((link) => {
        const arrow = link.strength === 'likely' ? '-.->' : '-->';
        return `  ${nodes.get(link.from)} ${arrow}|${linkInWords(link, identities)}| ${nodes.get(link.to)}`;
      }),
    ];
  });
  return ['flowchart LR', ...lines].join('\n');
}

/** Mermaid draws labels as HTML: whatever is no letter, digit or harmless sign is written as its number. */
function entities(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N} ()/.@:_-]/gu, (character) => `#${character.codePointAt(0)};`);
}
