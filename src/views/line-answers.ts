import { z } from 'zod';
import type { AlertRow } from '../detection/alerts/alert-row.ts';
import type { JsonValue } from '../model/json.ts';
import { severities } from '../model/severity.ts';
import { foundEventSchema } from './events.ts';
import { accountId, instant, list } from './scalars.ts';
import { sightingSchema } from './sightings.ts';

/** An alert as `detect` tells it: what every alert has; `fields`, and what its rule's type adds, are named by rules. */
export const alertRowSchema = z
  .object({
    '@timestamp': instant,
    rule_id: z.string(),
    rule_name: z.string(),
    rule_type: z.string(),
    severity: z.enum(severities),
    risk_score: z.number(),
    event_ids: list(z.string()),
    account_ids: list(accountId),
    /** What its event says, as far as it says it. */
    who: z.string().exactOptional(),
    role: z.string().exactOptional(),
    access_key_id: z.string().exactOptional(),
    source_address: z.string().exactOptional(),
    action: z.string().exactOptional(),
    target: z.string().exactOptional(),
    building_block: z.literal(true).exactOptional(),
    /** An earlier alert stands for it. */
    suppressed: z.literal(true).exactOptional(),
  })
  .catchall(z.custom<JsonValue>()) satisfies z.ZodType<AlertRow>;

/** What those commands answer that print a JSON value a line, by their names on the command line. */
export const lineAnswers = {
  detect: alertRowSchema,
  'events export': sightingSchema,
  'events search': foundEventSchema,
} as const;

export type LineAnsweringCommand = keyof typeof lineAnswers;
export type LineOf<Name extends LineAnsweringCommand> = z.infer<(typeof lineAnswers)[Name]>;
