import { fieldKind } from '../fields/field-kind.ts';
import {
  longestText,
  noWitnesses,
  witnessAt,
  witnessesOfAll,
  witnessesOfAny,
  type Witnesses,
} from '../witness/witness.ts';
import type { KqlNode, KqlValue } from './ast.ts';

/** What an event must have somewhere for the query to match. */
export function kqlWitnesses(node: KqlNode): Witnesses {
  switch (node.kind) {
    case 'and':
      return witnessesOfAll(node.operands.map(kqlWitnesses));
    case 'or':
      return witnessesOfAny(node.operands.map(kqlWitnesses));
    case 'is':
      return node.field?.kind === 'name' && node.value.kind !== 'null'
        ? witnessAt(node.field.name, [wordOf(node.field.name, node.value)])
        : noWitnesses;
    case 'range':
      return node.field.kind === 'name' ? witnessAt(node.field.name, ['']) : noWitnesses;
    case 'match-all':
    case 'not':
    case 'nested':
      return noWitnesses;
  }
}

/** Only keywords are compared by how they are written. */
function wordOf(path: string, value: KqlValue): string {
  if (fieldKind(path) !== 'keyword') return '';
  if (value.kind === 'text') return value.text;
  return value.kind === 'wildcard' ? longestText(value.pieces) : '';
}
