import type { Action } from '../../model/action.ts';
import { counted, forNumber } from '../../model/counted.ts';
import type { CaseId, Instant } from '../../model/ids.ts';
import { compareInstants } from '../../model/instant.ts';
import type { ByHand, Plan } from '../../model/plan.ts';
import type { WayIn } from '../../model/way-in.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';
import { utcTime } from '../../model/utc-time.ts';
import { moduleOf } from '../../response/action-registry.ts';
import { byHandWords } from './by-hand-words.ts';
import { notKnownWords } from './not-known-words.ts';
import { givesBack, leftBy } from '../action-beliefs.ts';
import { neverVisible, wayInWords, type WayInWords } from '../way-in-words.ts';

/** A plan as people read it. The one place in which a plan becomes sentences: CLI, report and start screen show these. */
export interface PlanWords {
  /** Each action with what is said about it. */
  readonly actions: readonly (Action & {
    readonly effect: SafeText;
    readonly leavesOpen: readonly SafeText[];
    /** Why it is not taken unless somebody chooses it; null where it is recommended. */
    readonly onlyIfChosen: SafeText | null;
  })[];
  readonly byHand: readonly SafeText[];
  /** What AWS had not been asked when it was made; empty once it was. */
  readonly notKnownYet: readonly SafeText[];
  /** What stays open once the recommended actions are done, beyond what is said of it by hand; of an undoing, what it opens again. */
  readonly waysIn: readonly WayInWords[];
}

/** Of a plan that comes after containment: what rejecting and leaving it do, for these are what most want, and how to come back to it. */
export function keyIsOffered(caseId: CaseId): SafeText {
  return safe`A new key is only offered here: nothing else is left to decide. Rejecting declines it, and closes the case as contained where nothing is open; approving chooses it. Left until its time is up, it is as if it were rejected: the old key stays as it is, and \`trailhound investigations replan ${plainText(caseId)}\` asks for a plan again, of a closed case too.`;
}

/** Makes every sentence about a plan of its typed content: no stored sentence is shown. */
export function planWords(plan: Pick<Plan, 'purpose' | 'actions' | 'byHand' | 'notKnownYet' | 'waysIn'>): PlanWords {
  return {
    actions: plan.actions.map((action) => {
      const module = moduleOf(action.type);
      const onlyIfChosen = action.recommended ? null : whyNotRecommended(action, plan);
      return { ...action, effect: module.effect(action), leavesOpen: module.leavesOpen(action), onlyIfChosen };
    }),
    byHand: plan.byHand.map(byHandWords),
    notKnownYet: (plan.notKnownYet ?? []).map(notKnownWords),
    waysIn: isUndo(plan)
      ? plan.waysIn.map((wayIn) => opensAgainInWords(wayIn, plan))
      : [...staysOpen(plan).map(wayInWords), { ...neverVisible, until: null }],
  };
}

function isUndo({ purpose }: Pick<Plan, 'purpose'>): boolean {
  return typeof purpose === 'object';
}

function whyNotRecommended(action: Action, plan: Pick<Plan, 'purpose' | 'actions' | 'byHand' | 'waysIn'>): SafeText {
  const module = moduleOf(action.type);
  const denial = denialOver(action, plan);
  if (denial !== undefined) return refusedSoFar(denial);
  if (isUndo(plan)) {
    const live = openedByItself(action, plan);
    if (live.length > 0 && !live.some(isOwnIdentity)) return letsInAgain(live);
    return module.onlyIfUndone?.(action) ?? safe`it waits for what is not recommended here`;
  }
  return module.onlyIfChosen ?? safe`it is not recommended here`;
}

type StayingDenial = Extract<ByHand, { readonly kind: 'denial-stays' }>;

/** The denial that stays on the user for whom an action would make a key. */
function denialOver({ type, target }: Action, { byHand }: Pick<Plan, 'byHand'>): StayingDenial | undefined {
  if (type !== 'rotateAccessKey' || target.kind !== 'access-key') return undefined;
  const { accountId, userName } = target;
  return byHand.find(
    (each): each is StayingDenial =>
      each.kind === 'denial-stays' && each.accountId === accountId && each.userName === userName,
  );
}

function refusedSoFar({ userName, until }: StayingDenial): SafeText {
  const when = until === null ? safe`` : safe`, until ${utcTime(until)} UTC at least`;
  return safe`not yet: the new key is refused as long as the denial of user ${plainText(userName)} stays${when}`;
}

/** The ways in that one action opens, without any other of its plan. */
function openedByItself(action: Action, { actions, waysIn }: Pick<Plan, 'actions' | 'waysIn'>): readonly WayIn[] {
  const others = actions.filter(({ id }) => id !== action.id);
  return waysIn.filter((wayIn) => givesBack(action, wayIn) && !others.some((other) => givesBack(other, wayIn)));
}

/** A user or role that the intruder made is not waited for: it does not end. */
function isOwnIdentity({ what, origin }: WayIn): boolean {
  return origin === 'made' && (what.kind === 'user' || what.kind === 'role');
}

/** A session ends, and an undoing may be asked for again then; any other way in has to be closed otherwise. */
function letsInAgain(live: readonly WayIn[]): SafeText {
  const sessions = live.filter(({ what }) => what.kind === 'session');
  const others = live.length - sessions.length;
  const opens = safe`${counted(others, 'way')} in ${forNumber(others, 'opens', 'open')} again by it`;
  const or = safe`close what it opens by other means first`;
  if (sessions.length === 0) return safe`${opens}: choose it only if somebody answers for that, or ${or}`;
  const last = lastEnd(sessions);
  const until = last === null ? safe`, and no record says until when` : safe`, until ${utcTime(last)} UTC`;
  const work = safe`${counted(sessions.length, 'session')} that the intruder may have ${forNumber(sessions.length, 'works', 'work')} again by it${until}`;
  return others === 0
    ? safe`${work}: choose it only if somebody answers for that${last === null ? safe`` : safe`, or ask for it again after that`}`
    : safe`${work}; ${opens}: choose it only if somebody answers for that, or ${or}`;
}

/** When all of them have ended; null where of one nobody knows. */
function lastEnd(waysIn: readonly WayIn[]): Instant | null {
  const ends = waysIn.map(({ until }) => (until === 'unknown' || until === 'until-removed' ? null : until));
  return ends.includes(null)
    ? null
    : (ends
        .flatMap((end) => end ?? [])
        .toSorted(compareInstants)
        .at(-1) ?? null);
}

/** It opens when all that keeps it closed is taken back: only if chosen, where any of that is. */
function opensAgainInWords(wayIn: WayIn, { actions }: Pick<Plan, 'actions'>): WayInWords {
  const words = wayInWords(wayIn);
  const isChosen = actions.some((action) => !action.recommended && givesBack(action, wayIn));
  return isChosen ? { ...words, sentence: safe`${words.sentence} Only if chosen.`, onlyIfChosen: true } : words;
}

function staysOpen({ actions, byHand, waysIn }: Pick<Plan, 'actions' | 'byHand' | 'waysIn'>): Plan['waysIn'] {
  const told = new Set(byHand.flatMap((each) => (each.kind === 'way-in' ? [each.id] : [])));
  const recommended = actions.filter((action) => action.recommended);
  return leftBy(recommended, waysIn).filter(({ id }) => !told.has(id));
}
