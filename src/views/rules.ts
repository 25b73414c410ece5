import { z } from 'zod';
import type { RuleSet } from '../detection/engine.ts';
import type { RuleFile } from '../detection/rule-file/rule-file.ts';
import { severities } from '../model/severity.ts';
import { list } from './scalars.ts';

const ruleSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  severity: z.enum(severities),
  riskScore: z.number(),
  tactics: list(z.string()),
  techniques: list(z.string()),
  dataEvents: z.boolean(),
  enrichment: list(z.string()),
  buildingBlock: z.boolean(),
  /** Null where it runs, else why it does not. */
  notRun: z.string().nullable(),
  path: z.string(),
});
export type ListedRule = z.infer<typeof ruleSchema>;

export const rulesSchema = z.strictObject({ rules: list(ruleSchema) });

/** Which rules there are, and whether each runs. */
export function rules({
  ruleSet,
  files,
}: {
  readonly ruleSet: Pick<RuleSet, 'notRun' | 'errors'>;
  readonly files: readonly RuleFile[];
}): z.infer<typeof rulesSchema> {
  const reasons = new Map(ruleSet.notRun.map(({ file, reason }) => [file, reason]));
  const broken = new Set(ruleSet.errors.map(({ path }) => path));
  function whyNot(file: RuleFile) {
    return reasons.get(file) ?? (broken.has(file.path) ? 'it has errors' : null);
  }
  return { rules: files.map((file) => listed(file, whyNot(file))) };
}

function listed({ rule, path }: RuleFile, notRun: string | null): ListedRule {
  return {
    id: rule.id,
    name: rule.name,
    type: rule.type,
    severity: rule.severity,
    riskScore: rule.riskScore,
    tactics: [...new Set(rule.threat.map(({ tactic }) => tactic.name))],
    techniques: [...new Set(rule.threat.flatMap(({ techniques }) => techniques.map(({ id }) => id)))],
    dataEvents: rule.requires.dataEvents,
    enrichment: rule.requires.enrichment,
    buildingBlock: rule.buildingBlock,
    notRun,
    path,
  };
}
