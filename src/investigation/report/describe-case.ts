import { user } from '../../cloudtrail/identities.ts';
import type { Severity } from '../../model/severity.ts';
import { compareInstants } from '../../model/instant.ts';
import type { Assessed } from '../case/assessed-case.ts';
import type { CaseMaterial } from '../case/case-material.ts';
import { remediesOf } from '../plan/remedies.ts';
import type { CaseDocument, DocumentAction, DocumentAlert } from './case-document.ts';
import { doneByStage } from './done-by-stage.ts';
import { otherUse } from './other-use.ts';
import { toPutRight } from './to-put-right.ts';

/** What a case's document is made of: its assessment, and what only an installation knows. */
export interface CaseToDescribe {
  readonly id: string;
  readonly severity: Severity;
  readonly assessed: Assessed;
  readonly alerts: readonly DocumentAlert[];
  readonly actions: readonly DocumentAction[];
  readonly standing?: CaseDocument['standing'];
  readonly ours?: CaseDocument['ours'];
  readonly carriedOut?: CaseDocument['carriedOut'];
  readonly told?: Pick<CaseDocument, 'notes' | 'mergedFrom' | 'mergedInto'>;
}

/** Describes a case in the form that scripts, screens and reports have in common, live and offline alike. Pure. */
export function describeCase({
  id,
  severity,
  assessed,
  alerts,
  actions,
  standing,
  ours,
  carriedOut,
  told,
}: CaseToDescribe): CaseDocument {
  const { shown, material, assessment } = assessed;
  const judged = new Set<string>(material.alerts.map((alert) => alert.id));
  const times = [
    ...shown.timeline.flatMap(({ at, until }) => [at, until]),
    ...alerts.filter(({ id: alertId }) => judged.has(alertId)).map(({ eventTime }) => eventTime),
  ].toSorted(compareInstants);
  return {
    ...shown,
    id,
    severity,
    from: times[0] ?? '',
    until: times.at(-1) ?? '',
    asOf: material.now,
    alerts,
    done: doneByStage(assessment),
    toPutRight: toPutRight(assessment),
    otherUse: otherUse(material, assessment.calls),
    identityState: material.identityState.map(stateOf),
    notKnown: material.unread ?? [],
    ours: ours ?? [],
    plan: { actions },
    carriedOut: carriedOut ?? [],
    standing: standing ?? null,
    ...(told ?? { notes: [], mergedFrom: [], mergedInto: null }),
  };
}

function stateOf(state: CaseMaterial['identityState'][number]): CaseDocument['identityState'][number] {
  const { accountId, userName, takenAt, exists, keys, hasPassword, mfaDevices, groups, problems } = state;
  return {
    identity: user(accountId, userName).id,
    takenAt,
    exists,
    keys,
    hasPassword,
    mfaDevices,
    policies: [...(state.attachedPolicies ?? []), ...(state.inlinePolicies ?? [])],
    groups: groups ?? [],
    problems,
  };
}

/** What a person can do about what a case left open, where no installation could do it for them. */
export function actionsByHand({ assessment }: Assessed): readonly DocumentAction[] {
  return remediesOf(assessment).map((remedy) => ({ ...remedy, byHand: true }));
}
