import type { Digest } from './ids.ts';
import type { Severity } from './severity.ts';

/** A tactic with its techniques, from MITRE ATT&CK. */
export interface ThreatMapping {
  readonly framework: string;
  readonly tactic: { readonly id: string; readonly name: string };
  readonly techniques: readonly { readonly id: string; readonly name: string }[];
}

/** What every rule type has in common; the matcher that a rule type compiles stands beside it. */
export interface Rule {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly contentDigest: Digest;
  /** Over what decides which events it matches and how they become alerts: another one begins anew, a new note does not. */
  readonly meaningDigest: Digest;
  readonly severity: Severity;
  readonly riskScore: number;
  readonly maxSignals: number;
  readonly intervalMs: number;
  /** The rule's `from`: how far an execution looks back. */
  readonly lookBackMs: number;
  readonly description: string;
  /** The investigation guide, in Markdown. */
  readonly note: string;
  readonly tags: readonly string[];
  readonly threat: readonly ThreatMapping[];
  readonly investigationFields: readonly string[];
  readonly buildingBlock: boolean;
  readonly requires: { readonly dataEvents: boolean; readonly enrichment: readonly string[] };
}
