import type { KqlNode } from './kql/ast.ts';
import { parseKql } from './kql/parse-kql.ts';
import { QuerySyntaxError } from './rule-file/rule-syntax-error.ts';
import type { RuleFile } from './rule-file/rule-file.ts';

/** The fields that an enrichment gives. */
const enrichmentFields: Readonly<Record<string, RegExp>> = {
  'source.geo': /^source\.geo\./,
  'source.as': /^source\.as\./,
  entity: /^(?:entity\.|related\.entity$|(?:actor|target|user|service)\.(?:target\.)?entity\.)/,
};

/**
 * The enrichment without which a rule can never fire: its query cannot hold, or its terms do not exist, where those fields
 * are absent. A rule that only excludes by them fires all the same.
 */
export function neededEnrichment(file: RuleFile): readonly string[] {
  const fields = [...(file.newTerms?.fields ?? []), ...(file.threshold?.fields ?? [])];
  const node = queryOf(file);
  return Object.entries(enrichmentFields)
    .filter(
      ([, absent]) => fields.some((path) => absent.test(path)) || (node !== undefined && !truths(node, absent).canHold),
    )
    .map(([name]) => name);
}

function queryOf({ language, query }: RuleFile): KqlNode | undefined {
  if (language !== 'kuery' || query === null) return undefined;
  try {
    return parseKql(query.text);
  } catch (error) {
    if (error instanceof QuerySyntaxError) return undefined;
    throw error;
  }
}

interface Truths {
  readonly canHold: boolean;
  readonly canFail: boolean;
}

const both: Truths = { canHold: true, canFail: true };
const never: Truths = { canHold: false, canFail: true };

/** What a query can come to where some fields are absent and nothing is known of the others. */
function truths(node: KqlNode, absent: RegExp): Truths {
  switch (node.kind) {
    case 'and': {
      const parts = node.operands.map((operand) => truths(operand, absent));
      return { canHold: parts.every(({ canHold }) => canHold), canFail: parts.some(({ canFail }) => canFail) };
    }
    case 'or': {
      const parts = node.operands.map((operand) => truths(operand, absent));
      return { canHold: parts.some(({ canHold }) => canHold), canFail: parts.every(({ canFail }) => canFail) };
    }
    case 'not': {
      const { canHold, canFail } = truths(node.operand, absent);
      return { canHold: canFail, canFail: canHold };
    }
    case 'is':
      if (node.field?.kind !== 'name' || !absent.test(node.field.name)) return both;
      return node.value.kind === 'null' ? { canHold: true, canFail: false } : never;
    case 'range':
      return node.field.kind === 'name' && absent.test(node.field.name) ? never : both;
    case 'nested':
      return absent.test(`${node.field}.`) ? never : both;
    case 'match-all':
      return { canHold: true, canFail: false };
  }
}
