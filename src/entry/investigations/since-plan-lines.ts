import type { StoreDb } from '../../adapters/store/database.ts';
import { loadLatestPlan } from '../../adapters/store/cases/plan-store.ts';
import type { CaseTrust } from '../../investigation/case/case-trust.ts';
import { sincePlanInWords } from '../../investigation/report/case-words.ts';
import type { Instant } from '../../model/ids.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';
import { loadKnownCase } from '../compose/case-ports.ts';
import { assessLiveCase } from './assessed-case.ts';
import { shortDigest } from './render-case.ts';

/**
 * What has been seen since the plan of a case was made, for whoever decides on it or asks for a fresh one; none where it has no plan.
 *
 * @throws NoSuchCaseError
 */
export async function sincePlanLines(db: StoreDb, typed: string, trust: CaseTrust): Promise<readonly SafeText[]> {
  const { id } = await loadKnownCase(db, typed);
  const plan = await loadLatestPlan(db, id);
  if (plan === null) return [];
  const { shown } = await assessLiveCase(db, id, trust, new Date().toISOString() as Instant);
  const since = sincePlanInWords(shown.timeline);
  const named = shortDigest(plan.digest);
  return since === null
    ? [safe`since plan ${named}: nothing new was seen`]
    : [safe`since plan ${named}: ${since}; trailhound investigations show ${plainText(id)} --timeline marks them`];
}
