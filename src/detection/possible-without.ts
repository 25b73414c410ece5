import { canFindWithout } from './eql/possible-without.ts';
import { parseEql } from './eql/parser.ts';
import type { KqlNode } from './kql/ast.ts';
import { parseKql } from './kql/parse-kql.ts';
import { QuerySyntaxError } from './rule-file/rule-syntax-error.ts';
import type { RuleFile } from './rule-file/rule-file.ts';
import { allOf, always, anyOf, both, never, not, type Truths } from './truths.ts';

/** The fields that an enrichment gives. */
const enrichmentFields = {
  'source.geo': /^source\.geo\./,
  'source.as': /^source\.as\./,
  entity: /^(?:entity\.|related\.entity$|(?:actor|target|user|service)\.(?:target\.)?entity\.)/,
} as const satisfies Readonly<Record<string, RegExp>>;

/**
 * The enrichment without which a rule can never fire: its query cannot hold, or what it groups by or counts does not exist,
 * where those fields are absent. A rule that only excludes by them fires all the same.
 */
export function neededEnrichment(file: RuleFile): readonly string[] {
  const { newTerms, threshold } = file;
  const counted = threshold?.cardinality?.field;
  const fields = [
    ...(newTerms?.fields ?? []),
    ...(threshold?.fields ?? []),
    ...(counted === undefined ? [] : [counted]),
  ];
  return Object.entries(enrichmentFields)
    .filter(([, absent]) => fields.some((path) => absent.test(path)) || !canFindAnything(file, absent))
    .map(([name]) => name);
}

function canFindAnything({ language, query }: RuleFile, absent: RegExp): boolean {
  if (query === null) return true;
  try {
    if (language === 'kuery') return truths(parseKql(query.text), absent).canHold;
    return language === 'eql' ? canFindWithout(parseEql(query.text), absent) : true;
  } catch (error) {
    if (error instanceof QuerySyntaxError) return true;
    throw error;
  }
}

/** What a query can come to where some fields are absent. */
function truths(node: KqlNode, absent: RegExp): Truths {
  switch (node.kind) {
    case 'and':
      return allOf(node.operands.map((operand) => truths(operand, absent)));
    case 'or':
      return anyOf(node.operands.map((operand) => truths(operand, absent)));
    case 'not':
      return not(truths(node.operand, absent));
    case 'is':
      if (node.field?.kind !== 'name' || !absent.test(node.field.name)) return both;
      return node.value.kind === 'null' ? always : never;
    case 'range':
      return node.field.kind === 'name' && absent.test(node.field.name) ? never : both;
    case 'nested':
      return absent.test(`${node.field}.`) ? never : both;
    case 'match-all':
      return always;
  }
}
