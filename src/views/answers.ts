import { z } from 'zod';
import { caseDocumentSchema } from '../investigation/report/case-document.ts';
import {
  acceptedSchema,
  assignedSchema,
  closedSchema,
  decidedSchema,
  importedSchema,
  linkedSchema,
  memoriesSchema,
  notedSchema,
  replannedSchema,
  setUpSchema,
  splitSchema,
  stoppedSchema,
  undoingSchema,
} from './act-answers.ts';
import { accountsSchema, changedAccountSchema, namedAccountSchema, pausedAccountSchema } from './accounts.ts';
import { auditListSchema } from './audit-list.ts';
import { backfillSchema, backfillsSchema } from './backfills.ts';
import { shownCaseSchema } from './case.ts';
import { caseEventsSchema } from './case-events.ts';
import { casesSchema } from './cases.ts';
import { coverageSchema } from './coverage.ts';
import { accountsExaminationSchema, examinationSchema } from './examination.ts';
import { exceptionsSchema, preventedSchema } from './exceptions.ts';
import { installationStorySchema } from './installation-story.ts';
import {
  attackCoverageSchema,
  explanationSchema,
  ruleFindingsSchema,
  rulesDifferenceSchema,
  ruleTestsSchema,
  shownRuleSchema,
} from './rule-answers.ts';
import { rulesSchema } from './rules.ts';
import { list } from './scalars.ts';
import { caseStorySchema } from './story.ts';

/** What each command answers with `--json`, by its name on the command line. */
export const answers = {
  'accounts add': changedAccountSchema,
  'accounts check': accountsExaminationSchema,
  'accounts list': accountsSchema,
  'accounts pause': pausedAccountSchema,
  'accounts remove': namedAccountSchema,
  'accounts resume': namedAccountSchema,
  'audit changes': installationStorySchema,
  'audit list': auditListSchema,
  'audit show': caseStorySchema,
  'backfill cancel': backfillSchema,
  'backfill list': backfillsSchema,
  'backfill pause': backfillSchema,
  'backfill resume': backfillSchema,
  'backfill start': backfillSchema,
  coverage: coverageSchema,
  doctor: examinationSchema,
  explain: explanationSchema,
  import: importedSchema,
  investigate: z.strictObject({ cases: list(caseDocumentSchema) }),
  'investigations accept': acceptedSchema,
  'investigations approve': decidedSchema,
  'investigations assign': assignedSchema,
  'investigations close': closedSchema,
  'investigations events': caseEventsSchema,
  'investigations link': linkedSchema,
  'investigations list': casesSchema,
  'investigations note': notedSchema,
  'investigations reject': decidedSchema,
  'investigations replan': replannedSchema,
  'investigations show': shownCaseSchema,
  'investigations split': splitSchema,
  'investigations stop': stoppedSchema,
  'investigations unassign': assignedSchema,
  'investigations undo': undoingSchema,
  'register check': memoriesSchema,
  'rules check': ruleFindingsSchema,
  'rules coverage': attackCoverageSchema,
  'rules diff': rulesDifferenceSchema,
  /** The second where an exception is named. */
  'rules exceptions': z.union([exceptionsSchema, preventedSchema]),
  'rules list': rulesSchema,
  'rules show': shownRuleSchema,
  'rules test': ruleTestsSchema,
  setup: setUpSchema,
} as const;

export type AnsweringCommand = keyof typeof answers;
export type AnswerOf<Name extends AnsweringCommand> = z.infer<(typeof answers)[Name]>;
