import { z } from 'zod';
import type { RuleExplanation } from '../detection/explain/explain.ts';
import type { ExplainedClause } from '../detection/explain/explained-clause.ts';
import type { JsonObject } from '../model/json.ts';
import { severities } from '../model/severity.ts';
import { alertRowSchema } from './line-answers.ts';
import { digest, list } from './scalars.ts';

/* What is answered about rule files. */

const techniques = list(z.strictObject({ id: z.string(), name: z.string() }));

const threatSchema = list(
  z.strictObject({
    framework: z.string(),
    tactic: z.strictObject({ id: z.string(), name: z.string() }),
    techniques,
  }),
);

const jsonObject = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null);

/** A rule with all that its file says. */
export const shownRuleSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  contentDigest: digest,
  /** Over what decides which events it matches and how they become alerts. */
  meaningDigest: digest,
  severity: z.enum(severities),
  riskScore: z.number(),
  maxSignals: z.number(),
  intervalMs: z.number(),
  /** How far an execution looks back. */
  lookBackMs: z.number(),
  description: z.string(),
  /** The investigation guide, in Markdown. */
  note: z.string(),
  tags: list(z.string()),
  threat: threatSchema,
  investigationFields: list(z.string()),
  buildingBlock: z.boolean(),
  requires: z.strictObject({ dataEvents: z.boolean(), enrichment: list(z.string()) }),
  path: z.string(),
  /** `kuery` or `eql`; null for types without a query. */
  language: z.string().nullable(),
  query: z.string().nullable(),
  references: list(z.string()),
  falsePositives: list(z.string()),
  setup: z.string(),
  threatMappings: list(z.strictObject({ framework: z.string(), version: z.string(), threat: threatSchema })),
  /** What the rule's type has of its own, such as `newTerms`; empty for a type that has nothing. */
  section: jsonObject,
});

const findingSchema = z.strictObject({
  path: z.string(),
  line: z.number(),
  column: z.number(),
  message: z.string(),
  remedy: z.string().exactOptional(),
  /** The line with a caret under the place. */
  frame: z.string(),
});

export const ruleFindingsSchema = z.strictObject({
  files: z.number(),
  /** Those that can run. */
  rules: z.number(),
  errors: list(findingSchema),
  warnings: list(findingSchema),
  notRun: list(z.strictObject({ path: z.string(), ruleId: z.string(), name: z.string(), reason: z.string() })),
});

export const ruleTestsSchema = z.strictObject({
  rules: list(
    z.strictObject({
      ruleId: z.string(),
      name: z.string(),
      path: z.string(),
      verdicts: list(
        z.strictObject({
          name: z.string(),
          passed: z.boolean(),
          alerts: z.number(),
          problem: z.string().nullable(),
        }),
      ),
    }),
  ),
  /** Paths of rules that have no examples. */
  untested: list(z.string()),
  /** Files that could not be used, a sentence each. */
  problems: list(z.string()),
  passed: z.number(),
  failed: z.number(),
});

export const attackCoverageSchema = z.strictObject({
  /** The version of ATT&CK. */
  attack: z.enum(['18', '19']),
  tactics: list(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      techniques: list(
        z.strictObject({
          id: z.string(),
          name: z.string(),
          rules: list(z.strictObject({ id: z.string(), name: z.string() })),
        }),
      ),
      /** All rules of the tactic, those without a technique too. */
      ruleCount: z.number(),
    }),
  ),
});

export const rulesDifferenceSchema = z.strictObject({
  /** Alerts, as `detect --json` prints them. */
  added: list(alertRowSchema),
  removed: list(alertRowSchema),
  unchanged: z.number(),
  /** All that was to be read was read. */
  isWhole: z.boolean(),
  errors: list(z.string()),
  /** A line for each alert that is added or removed, in the order of time. */
  lines: list(z.string()),
});

const clauseSchema: z.ZodType<ExplainedClause> = z.strictObject({
  /** The clause as the rule has it, or what joins the clauses below it. */
  text: z.string(),
  holds: z.boolean(),
  /** What the event has in the fields that the clause asks for. */
  values: list(
    z.strictObject({
      field: z.string(),
      values: list(z.union([z.string(), z.number(), z.boolean()])),
    }),
  ),
  get clauses() {
    return list(clauseSchema);
  },
});

export const explanationSchema = z.strictObject({
  ruleId: z.string(),
  events: list(
    z.strictObject({
      eventId: z.string(),
      /** The rule keeps the event: it alerts, or counts towards an alert. */
      matches: z.boolean(),
      /** A query each; sequences have one for each step. */
      clauses: list(clauseSchema),
      /** The groups that the event belongs to: new terms, threshold values, join values. */
      groups: list(list(z.string())),
      /** Sentences on what else decides. */
      notes: list(z.string()),
    }) satisfies z.ZodType<RuleExplanation & { readonly eventId: string }>,
  ),
});
