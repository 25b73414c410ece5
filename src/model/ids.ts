import type { Brand } from './brand.ts';

/** Twelve digits. */
export type AccountId = Brand<'AccountId'>;
/** Opaque, for people: `TH-7Q2M9K` (Crockford base 32, no vowels that make words). Says nothing about the actor. */
export type CaseId = Brand<'CaseId'>;
/** `sha256:` over the alert's key; see {@link import('./alert.ts').AlertKey}. */
export type AlertId = Brand<'AlertId'>;
/** `lookup/<account>/<region>`, `import/<label>`, ... */
export type SourceId = Brand<'SourceId'>;
/** RFC 3339 in UTC, ending in `Z`. */
export type Instant = Brand<'Instant'>;
/** SHA-256, in hex, over RFC 8785 canonical JSON. */
export type Digest = `sha256:${string}`;
