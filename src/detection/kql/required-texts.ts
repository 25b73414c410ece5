import { fieldKind } from '../field-kind.ts';
import type { KqlNode } from './ast.ts';

/**
 * The texts of which an event must have one at the field for the query to match; `undefined` where it may match without.
 * Never too few: it only over-approximates.
 */
export function requiredTextsOf(node: KqlNode, path: string): ReadonlySet<string> | undefined {
  switch (node.kind) {
    case 'and':
      return smallest(node.operands.map((operand) => requiredTextsOf(operand, path)));
    case 'or':
      return union(node.operands.map((operand) => requiredTextsOf(operand, path)));
    case 'is':
      if (node.field?.kind !== 'name' || node.field.name !== path || node.value.kind !== 'text') return undefined;
      return fieldKind(path) === 'keyword' ? new Set([node.value.text]) : undefined;
    case 'match-all':
    case 'not':
    case 'range':
    case 'nested':
      return undefined;
  }
}

function smallest(sets: readonly (ReadonlySet<string> | undefined)[]): ReadonlySet<string> | undefined {
  return sets.filter((set) => set !== undefined).toSorted((a, b) => a.size - b.size)[0];
}

function union(sets: readonly (ReadonlySet<string> | undefined)[]): ReadonlySet<string> | undefined {
  const all = new Set<string>();
  for (const set of sets) {
    if (set === undefined) return undefined;
    for (const text of set) all.add(text);
  }
  return all;
}
