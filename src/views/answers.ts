import { acceptedSchema, assignedSchema, closedSchema, linkedSchema, notedSchema, splitSchema } from './act-answers.ts';
import { accountsSchema } from './accounts.ts';
import { auditListSchema } from './audit-list.ts';
import { shownCaseSchema } from './case.ts';
import { casesSchema } from './cases.ts';
import { coverageSchema } from './coverage.ts';
import { exceptionsSchema } from './exceptions.ts';
import { installationStorySchema } from './installation-story.ts';
import { rulesSchema } from './rules.ts';
import { caseStorySchema } from './story.ts';

/** What each command answers with `--json`, by its name on the command line. */
export const answers = {
  'accounts list': accountsSchema,
  'audit changes': installationStorySchema,
  'audit list': auditListSchema,
  'audit show': caseStorySchema,
  coverage: coverageSchema,
  'investigations accept': acceptedSchema,
  'investigations assign': assignedSchema,
  'investigations close': closedSchema,
  'investigations link': linkedSchema,
  'investigations list': casesSchema,
  'investigations note': notedSchema,
  'investigations show': shownCaseSchema,
  'investigations split': splitSchema,
  'investigations unassign': assignedSchema,
  'rules exceptions': exceptionsSchema,
  'rules list': rulesSchema,
} as const;
