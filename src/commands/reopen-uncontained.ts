import { looksAtClosedForMs } from '../views/closed-ways-in.ts';
import { assessCase } from '../investigation/case/assess-case.ts';
import type { CaseStore } from '../investigation/case/case-ports.ts';
import { sightMaterial } from '../investigation/case/case-sight.ts';
import { usesSince } from '../investigation/habits/uses-since.ts';
import { containment } from '../investigation/ways-in/containment.ts';
import type { NeedCode } from '../model/case-state.ts';
import type { CaseId, Instant } from '../model/ids.ts';
import { currentInstant, instantOfMs } from '../model/instant.ts';
import { reopenAndTakeUp, type ReopenPorts } from './reopen-case.ts';
import { counted, forNumber } from '../model/counted.ts';

export interface ReopenUncontainedPorts extends ReopenPorts {
  readonly cases: Pick<CaseStore, 'sight'>;
  /** Those that closed as contained after an instant, as many as asked for. */
  readonly closedAsContained: (asked: {
    readonly after: Instant;
    readonly limit: number;
  }) => Promise<readonly { readonly caseId: CaseId; readonly closedAt: Instant }[]>;
  readonly watchGraceMs: number;
}

/** The reconciler comes every minute, and looks at others then. */
const casesAtOnce = 20;
const lookWithinMs = 20_000;

/**
 * Opens cases again that closed as contained in the last days and are not contained any more: a way in is open by an undoing or by its
 * owner, or a call by one of its credentials went through. Nobody else looks at a case that has closed.
 *
 * @returns how many
 */
export async function reopenUncontained(ports: ReopenUncontainedPorts): Promise<number> {
  const startedMs = Date.now();
  const after = instantOfMs(startedMs - looksAtClosedForMs);
  let reopened = 0;
  for (const closed of await ports.closedAsContained({ after, limit: casesAtOnce })) {
    if (Date.now() > startedMs + lookWithinMs) break;
    const found = await notContained(ports, closed);
    if (found === null) continue;
    const { kind } = await reopenAndTakeUp(ports, closed.caseId, { actor: 'trailhound', ...found });
    if (kind === 'reopened') reopened += 1;
  }
  return reopened;
}

/** What speaks against a case's being contained, or null. */
async function notContained(
  { cases, watchGraceMs }: ReopenUncontainedPorts,
  { caseId, closedAt }: { readonly caseId: CaseId; readonly closedAt: Instant },
): Promise<{ readonly found: string; readonly need?: NeedCode } | null> {
  const now = currentInstant();
  const material = sightMaterial(await cases.sight(caseId, now), now);
  const left = containment(assessCase(material).waysIn).left.length;
  if (left > 0) return { found: `${counted(left, 'way')} in ${forNumber(left, 'is', 'are')} open now` };
  const { succeeded } = usesSince(material, { respondedFrom: closedAt, verifiedAt: closedAt, graceMs: watchGraceMs });
  if (succeeded.length === 0) return null;
  const calls = forNumber(succeeded.length, 'a call by one of its credentials', 'calls by its credentials');
  // Nothing is known to be open: a look anew would have nothing to propose, and would close it again.
  return { found: `${calls} went through since`, need: 'used-after-containment' };
}
