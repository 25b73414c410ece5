import { eventRefKey } from '../../model/trail-event.ts';
import { currentInstant, instantOfMs } from '../../model/instant.ts';
import { rememberedMs } from './group-memory.ts';
import { rememberGroups } from './judge-groups.ts';
import { needsHistory } from './learning.ts';
import type {
  DetectionSession,
  DetectionStore,
  LiveRule,
  LiveRuleSet,
  PublishedEvent,
  WarmingRule,
} from './live-ports.ts';
import { rulesWithMemory, touchedGroups } from './touched-groups.ts';

/** So many events are learnt from in one transaction: batches of detection wait no longer than that takes. */
const eventsAtOnce = 1_000;

/** What rules that were added or changed have learnt of what came before them. */
export interface Warmed {
  /** Rules that know all they need by this. */
  readonly ready: number;
  /** Rules that are not done yet. */
  readonly left: number;
}

/**
 * Lets new and changed rules learn from the events before them, part by part, each in a transaction of its own: what was
 * learnt stays learnt, and batches of detection go on in between. Rules that began together learn together.
 *
 * @param deadlineMs nothing is begun after it; milliseconds since 1970.
 */
export async function warmRules(store: DetectionStore, ruleSet: LiveRuleSet, deadlineMs: number): Promise<Warmed> {
  let ready = 0;
  for (;;) {
    const together = await nextTogether(store, ruleSet);
    if (together.length === 0) return { ready, left: 0 };
    if (Date.now() > deadlineMs) return { ready, left: together.length };
    if (await learnNextPart(store, ruleSet, together)) ready += together.length;
  }
}

interface Learner {
  readonly live: LiveRule;
  readonly warming: WarmingRule;
}

/** The rules that have come equally far, the furthest behind first. What a rule that is gone would have to learn is nobody's. */
async function nextTogether(store: DetectionStore, ruleSet: LiveRuleSet): Promise<readonly Learner[]> {
  const rules = new Map(rulesWithMemory(ruleSet).map((live) => [keyOf(live.rule.id, live.rule.meaningDigest), live]));
  const learners = (await store.warmingRules()).flatMap((warming): readonly Learner[] => {
    const live = rules.get(keyOf(warming.ruleId, warming.meaning));
    return live === undefined ? [] : [{ live, warming }];
  });
  const [first] = learners;
  if (first === undefined) return [];
  const { doneSeq, untilSeq } = first.warming;
  return learners.filter(({ warming }) => warming.doneSeq === doneSeq && warming.untilSeq === untilSeq);
}

function keyOf(ruleId: string, meaning: string): string {
  return `${ruleId} ${meaning}`;
}

async function learnNextPart(
  store: DetectionStore,
  ruleSet: LiveRuleSet,
  learners: readonly Learner[],
): Promise<boolean> {
  const lives = new Set(learners.map(({ live }) => live));
  const horizonMs = Math.max(...learners.map(({ live }) => rememberedMs(live.matcher)));
  return await store.warm(
    learners.map(({ warming }) => warming),
    {
      from: instantOfMs(Date.now() - horizonMs),
      limit: eventsAtOnce,
      now: currentInstant(),
      async learn(session, events, last) {
        await rememberGroups(session, touchedBy(ruleSet, lives, events));
        if (last) for (const live of [...lives].filter(needsHistory)) await judgeWhatWasMarked(session, live);
      },
    },
  );
}

function touchedBy(ruleSet: LiveRuleSet, lives: ReadonlySet<LiveRule>, events: readonly PublishedEvent[]) {
  return touchedGroups(ruleSet, events).filter(({ live }) => lives.has(live));
}

/** What was new to a rule only because it knew nothing yet is superseded; the rest goes on to cases with the next batch. */
async function judgeWhatWasMarked(session: DetectionSession, { rule, matcher }: LiveRule): Promise<void> {
  const marked = await session.learningAlerts(rule.id, null);
  const groups = await session.groups(
    marked.map(({ groupKey, eventTimeMs }) => {
      const fromMs = eventTimeMs - rememberedMs(matcher);
      return { rule, groupKey, candidatesFromMs: fromMs, alertsFromMs: eventTimeMs };
    }),
  );
  for (const [index, alert] of marked.entries()) {
    const counting = (groups[index]?.candidates ?? []).filter(({ heldBackBy }) => heldBackBy === null);
    const stands = matcher.settle(counting).some(({ anchor }) => eventRefKey(anchor) === eventRefKey(alert.anchor));
    if (stands) continue;
    const status = { kind: 'superseded', by: null } as const;
    await session.changeAlert({ ...alert, status, late: true });
  }
}
