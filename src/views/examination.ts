import { z } from 'zod';
import type { DarkRule } from '../detection/index/without-read-only.ts';
import { darkRuleSchema } from './coverage.ts';
import { list } from './scalars.ts';

/** The things that are probed. */
export const probes = [
  'temporal',
  'store',
  'cases',
  'accounts',
  'rules',
  'enrichment',
  'aws',
  'keys',
  'register',
  'clock',
] as const;
export type Probe = (typeof probes)[number];

/** What a probe found about one thing. */
const findingSchema = z.strictObject({
  probe: z.enum(probes),
  /** What it is about: an address, an account and role, a file. */
  subject: z.string(),
  status: z.enum(['ok', 'warning', 'failed']),
  message: z.string(),
  /** What to do; absent where all is well. */
  remedy: z.string().exactOptional(),
});
export type ProbeFinding = Readonly<z.infer<typeof findingSchema>>;

export const examinationSchema = z.strictObject({
  /** Nothing failed. */
  healthy: z.boolean(),
  findings: list(findingSchema),
});
/** All findings; healthy where none failed. */
export type Examination = z.infer<typeof examinationSchema>;

/** Whether accounts can be watched, and which rules suffer where read-only events are not read. */
export const accountsExaminationSchema = examinationSchema.extend({ darkRules: list(darkRuleSchema) });

/** What probes found, and whether all is well. */
export function examination(findings: readonly ProbeFinding[]): Examination {
  return { healthy: findings.every(({ status }) => status !== 'failed'), findings };
}

/** What probes found about accounts. */
export function accountsExamination(
  findings: readonly ProbeFinding[],
  darkRules: readonly DarkRule[],
): z.infer<typeof accountsExaminationSchema> {
  return { ...examination(findings), darkRules };
}
