import { z } from 'zod';
import type { Digest, Instant } from '../model/ids.ts';

/** An instant as plans, decisions and registers have it. */
export const instantSchema: z.ZodType<Instant> = z.iso.datetime().transform((text) => text as Instant);

export const digestSchema: z.ZodType<Digest> = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/)
  .transform((text) => text as Digest);
