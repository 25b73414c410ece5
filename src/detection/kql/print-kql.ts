import type { WildcardPiece } from '../eql/wildcard.ts';
import type { KqlField, KqlNode, KqlValue } from './ast.ts';

/** A query in KQL again: parsed, it means the same. */
export function printKql(node: KqlNode): string {
  switch (node.kind) {
    case 'match-all':
      return '*: *';
    case 'and':
    case 'or':
      return node.operands.map(printOperand).join(` ${node.kind} `);
    case 'not':
      return `not ${printOperand(node.operand)}`;
    case 'is':
      return node.field === null ? printValue(node.value) : `${printField(node.field)}: ${printValue(node.value)}`;
    case 'range':
      return `${printField(node.field)} ${node.operator} ${quote(node.value)}`;
    case 'nested':
      return `${escapeUnquoted(node.field)}: { ${printKql(node.operand)} }`;
  }
}

function printOperand(node: KqlNode): string {
  return node.kind === 'and' || node.kind === 'or' || node.kind === 'not' ? `(${printKql(node)})` : printKql(node);
}

function printField(field: KqlField): string {
  return field.kind === 'name' ? escapeUnquoted(field.name) : printPieces(field.pieces);
}

function printValue(value: KqlValue): string {
  switch (value.kind) {
    case 'text':
      return value.quoted ? quote(value.text) : escapeUnquoted(value.text);
    case 'anything':
      return '*';
    case 'wildcard':
      return printPieces(value.pieces);
    case 'null':
      return 'null';
  }
}

function printPieces(pieces: readonly WildcardPiece[]): string {
  return pieces.map((piece) => (typeof piece === 'object' ? escapeUnquoted(piece.text) : '*')).join('');
}

function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

function escapeUnquoted(text: string): string {
  return text
    .replaceAll(/[\\():<>"*{}]/g, String.raw`\$&`)
    .replaceAll('\t', String.raw`\t`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\r', String.raw`\r`)
    .replaceAll(/(^|[ \u00A0])(or|and|not)(?=$|[ \u00A0(])/gi, String.raw`$1\$2`);
}
