import type { JsonValue } from '../../model/json.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';
import type { CaseAssessment } from '../case/assess-case.ts';
import type { EffectOf } from '../effects/effect.ts';
import type { CaseFinding } from '../findings/case-finding.ts';
import { stageOf, type Stage } from '../stage.ts';
import type { CaseDocument } from './case-document.ts';
import { effectWords, secretWords } from './effect-words.ts';

/** What was done, by stage, in the order in which the stages began: what was left behind first, the gravest before all, then other calls; and by itself what was refused or failed. */
export function doneByStage({ timeline, effects, findings }: CaseAssessment): CaseDocument['done'] {
  const effective = new Set(effects.map(({ event }) => event.ref.eventId));
  const effectsOf = Map.groupBy(effects, ({ event }) => stageOf(event));
  const entriesOf = Map.groupBy(timeline, ({ stage }) => stage);
  const stolen = findings.filter(isTheft);
  return stagesInOrder(timeline, stolen).map((stage) => {
    const plain = (entriesOf.get(stage) ?? []).filter(({ eventIds }) => !eventIds.some((id) => effective.has(id)));
    return {
      stage,
      phrases: [
        ...(stage === theftStage ? stolen.map(theftPhrase) : []),
        ...effectPhrases((effectsOf.get(stage) ?? []).toSorted((a, b) => graveness(b.effect) - graveness(a.effect))),
        ...givenBackPhrases(plain),
        ...callPhrases(plain.filter(({ outcome, takenBy }) => outcome === 'success' && takenBy === undefined)),
      ],
      failed: failurePhrases(plain.filter(({ outcome }) => outcome === 'failure')),
    };
  });
}

/** What must not be overlooked among a stage's acts: rights to do everything, and a blinded or destroyed thing. */
function graveness(effect: CaseAssessment['effects'][number]['effect']): number {
  switch (effect.kind) {
    case 'policy-granted':
    case 'policy-version-set':
      return effect.grants.administrator ? 1 : 0;
    case 'watching-weakened':
      return effect.how === 'narrowed' ? 0 : 1;
    case 'data-destroyed':
      return effect.how === 'deleted' ? 1 : 0;
    default:
      return 0;
  }
}

/** No call takes credentials off an instance: their use from elsewhere shows it. */
const theftStage: Stage = 'credential access';

function isTheft({ kind, facts }: CaseFinding): boolean {
  return kind === 'instance-credentials-stolen' && facts['sameSource'] === true;
}

function theftPhrase({ facts: { instanceId, roleName } }: CaseFinding): SafeText {
  return safe`used the credentials of instance ${inText(instanceId)} (role ${inText(roleName)}) from outside it`;
}

function inText(fact: JsonValue | undefined): SafeText {
  return plainText(typeof fact === 'string' ? fact : '');
}

/** Before the stage of the first call that shows the theft, where nothing of its own stage came earlier. */
function stagesInOrder(timeline: CaseAssessment['timeline'], stolen: readonly CaseFinding[]): readonly Stage[] {
  const shown = new Set<unknown>(stolen.map(({ facts }) => facts['firstUse']));
  const begun = timeline.flatMap(({ stage, eventIds }) =>
    eventIds.some((id) => shown.has(id)) ? [theftStage, stage] : [stage],
  );
  return [...new Set(begun)];
}

function effectPhrases(effects: CaseAssessment['effects']): readonly SafeText[] {
  const secrets = effects.flatMap(({ effect }) => (effect.kind === 'secret-read' ? [effect] : []));
  const others = effects.filter(({ effect }) => effect.kind !== 'secret-read').map(({ effect }) => effectWords(effect));
  return [...countedPhrases(others), ...secretPhrases(secrets)];
}

/** All secrets of a store in one phrase. */
export function secretPhrases(secrets: readonly EffectOf<'secret-read'>[]): readonly SafeText[] {
  const alike = Map.groupBy(secrets, ({ store, numberKnown }) => `${store} ${numberKnown}`);
  return [...alike.values()].flatMap(([first, ...more]) =>
    first === undefined
      ? []
      : [secretWords({ ...first, names: [...new Set([first, ...more].flatMap(({ names }) => names))] })],
  );
}

/** Phrases with how often each was said. */
export function countedPhrases(phrases: readonly SafeText[]): readonly SafeText[] {
  const same = Map.groupBy(phrases, (phrase) => phrase);
  return [...same].map(([phrase, { length }]) => (length === 1 ? phrase : safe`${phrase} ×${length}`));
}

/** What an owner gave back, by what was called. */
function givenBackPhrases(entries: CaseAssessment['timeline']): readonly SafeText[] {
  const back = callPhrases(entries.filter(({ takenBy }) => takenBy !== undefined));
  return back.map((phrase) => safe`gave back what was taken (${phrase})`);
}

const denied = /AccessDenied|Unauthorized|NotAuthorized|Forbidden/u;

/** Failed calls, with the error that the record gives. */
function failurePhrases(entries: CaseAssessment['timeline']): readonly SafeText[] {
  return [...Map.groupBy(entries, ({ errorCode }) => errorCode)].flatMap(([code, same]) => {
    const how =
      code === null
        ? safe`refused or failed`
        : safe`${denied.test(code) ? safe`refused` : safe`failed`} (${plainText(code, 60)})`;
    return callPhrases(same).map((phrase) => safe`${phrase} ${how}`);
  });
}

/** Calls by name, the most frequent first. */
function callPhrases(entries: CaseAssessment['timeline']): readonly SafeText[] {
  const byAction = Map.groupBy(
    entries,
    ({ provider, action }) => `${provider.replace('.amazonaws.com', '')}:${action}`,
  );
  return [...byAction]
    .map(([action, same]) => ({ action, count: same.reduce((sum, { count }) => sum + count, 0) }))
    .toSorted((a, b) => b.count - a.count)
    .map(({ action, count }) => (count === 1 ? plainText(action) : safe`${plainText(action)} ×${count}`));
}
