import type { FindingKind } from './case-finding.ts';

/** The most telling first. */
export const findingKinds: readonly FindingKind[] = [];
