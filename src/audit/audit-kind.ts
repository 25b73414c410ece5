import { z } from 'zod';

export type StoryKind = 'seen' | 'proposed' | 'decided' | 'done' | 'verified' | 'watched' | 'state' | 'trouble';

/** How a record is told: a sentence of ours, whose parts others may have written. */
export interface Telling {
  readonly kind: StoryKind;
  readonly what: string;
  /** AWS's request IDs, where AWS was called. */
  readonly awsRequestIds?: readonly string[];
}

/** One kind of audit record: what its data is, and how it is told. */
export interface AuditKindDefinition<Data> {
  readonly data: z.ZodType<Data>;
  readonly tell: (data: Data, subject: string) => Telling;
}

/** A kind of audit record; its place in its file is its place among records of the same instant. */
export function auditKind<Data>(
  data: z.ZodType<Data>,
  tell: (data: Data, subject: string) => Telling,
): AuditKindDefinition<Data> {
  return { data, tell };
}

export function told(kind: StoryKind, what: string, awsRequestIds?: readonly string[]): Telling {
  return awsRequestIds === undefined ? { kind, what } : { kind, what, awsRequestIds };
}

/** What several kinds of data are made of. */
export const texts = z.array(z.string()).readonly();
export const nothing = z.object({});
