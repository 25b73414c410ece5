import type { z } from 'zod';
import type { CaseId, Instant } from '../model/ids.ts';
import { actKinds } from './kinds/act-kinds.ts';
import { caseBeginnings, caseEndings } from './kinds/case-kinds.ts';
import { decisionKinds } from './kinds/decision-kinds.ts';
import { installationKinds } from './kinds/installation-kinds.ts';
import { responseKinds } from './kinds/response-kinds.ts';

/**
 * Every kind of audit record: its data and how it is told. What happened in one instant is told in this order. A new kind is an entry in
 * one of the files in `kinds/`, and nothing else.
 */
export const auditKinds = {
  ...caseBeginnings,
  ...decisionKinds,
  ...actKinds,
  ...responseKinds,
  ...caseEndings,
  ...installationKinds,
};

export type AuditKind = keyof typeof auditKinds;

export type AuditData<K extends AuditKind> = z.infer<(typeof auditKinds)[K]['data']>;

/** What an audit record says; {@link auditRecord} gives it its ID. */
export type AuditEntry = {
  [K in AuditKind]: {
    readonly at: Instant;
    /** Who did it: an approver, an operator, or `trailhound`. */
    readonly actor: string;
    readonly caseId?: CaseId;
    readonly kind: K;
    /** What it is about: a digest, an action ID, an account. */
    readonly subject: string;
    readonly data: AuditData<K>;
  };
}[AuditKind];

/** An entry about a case as its workflow names it; `trailhound` is who did it where nobody is named. */
export type AuditNote = {
  [K in AuditKind]: {
    readonly at: Instant;
    readonly actor?: string;
    readonly kind: K;
    readonly subject: string;
    readonly data: AuditData<K>;
  };
}[AuditKind];

/** Whether there is a kind of this name. */
export function isAuditKind(kind: string): kind is AuditKind {
  return Object.hasOwn(auditKinds, kind);
}
