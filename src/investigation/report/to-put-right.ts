import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';
import type { CaseAssessment } from '../case/assess-case.ts';
import type { Effect, EffectKind, EffectOf } from '../effects/effect.ts';
import { lockOutBrief, lockOutInWords } from '../plan/lock-out-words.ts';
import type { CaseDocument } from './case-document.ts';
import { countedPhrases, secretPhrases } from './done-by-stage.ts';
import { effectWords } from './effect-words.ts';

/** What is to be done about effects that are no way in and stand until somebody puts them right. */
const remedies: Readonly<Partial<Record<EffectKind, SafeText>>> = {
  'watching-weakened': safe`turn it on again`,
  'secret-read': safe`change what they hold`,
  'data-taken': safe`find out what was in it`,
  'data-destroyed': safe`restore what a backup has`,
  'boundary-changed': safe`put it back`,
  'policy-version-set': safe`put the version back that was in force before, once you have read it`,
  'metadata-weakened': safe`require tokens again (IMDSv2)`,
  'setting-weakened': safe`put it back`,
  'name-redirected': safe`lead it back`,
  'compute-started': safe`stop it: it costs money`,
  'quota-raised': safe`have it lowered again`,
  'mail-prepared': safe`remove it: it sends in your name`,
  'model-used': safe`look at what it cost`,
  'organization-changed': safe`put it back`,
};

const wordsShown = 4;

/** What was deleted cannot be turned on again; what a key protects is there as long as the key is, and what is to expire until it does. */
function remedyOf(effect: Effect): SafeText | undefined {
  if (effect.kind === 'data-destroyed') return remedyOfLoss(effect);
  return effect.kind === 'watching-weakened' && effect.how === 'deleted' ? safe`make it anew` : remedies[effect.kind];
}

function remedyOfLoss({ what, how }: EffectOf<'data-destroyed'>): SafeText | undefined {
  if (how === 'unprotected') return safe`protect it again`;
  if (how === 'expiring') return safe`take the rule off before it deletes more, and restore the rest from a backup`;
  // Objects under a key of the caller's own are gone; a key of KMS comes back by EnableKey, CancelKeyDeletion or its own material.
  return how === 'key-doomed' && what === 'key'
    ? safe`enable it again, cancel its deletion before its day comes, or import its own material again`
    : remedies['data-destroyed'];
}

/** The same without what it was done to: `secret read ×2: change what they hold`. */
export function putRightBrief({ kind, remedy, eventIds }: CaseDocument['toPutRight'][number]): SafeText {
  const times = eventIds.length > 1 ? safe` ×${eventIds.length}` : safe``;
  return safe`${plainText(kind.replaceAll('-', ' '))}${times}: ${remedy}`;
}

/** What the intruder left that nobody has put right, one sentence for each kind and what to do about it. */
export function toPutRight({ effects, lockOuts, waysIn }: CaseAssessment): CaseDocument['toPutRight'] {
  const open = new Set(
    waysIn.flatMap(({ what, state }) => (what.kind === 'grant' && state !== 'closed' ? [what.policy] : [])),
  );
  // What somebody was locked out of is told with who that is.
  const told = new Set(lockOuts.flatMap(({ events }) => events));
  const standing = effects.filter(
    // Where somebody chose another version since, or this one gives nothing, the one before may be the intruder's.
    ({ undone, effect, event }) =>
      undone === null &&
      !(effect.kind === 'boundary-changed' && told.has(event)) &&
      (effect.kind !== 'policy-version-set' || open.has(effect.policyArn)),
  );
  const groups = Map.groupBy(standing, ({ effect }) => `${effect.kind} ${remedyOf(effect) ?? ''}`);
  return [...whatIsPutRight(groups), ...copiesLeft(effects, waysIn), ...lockOutsLeft(lockOuts)];
}

/** Each by itself: whoever gives it back needs its own commands. */
function lockOutsLeft(lockOuts: CaseAssessment['lockOuts']): CaseDocument['toPutRight'] {
  return lockOuts
    .filter(({ undone }) => undone === null)
    .map((lockOut) => ({
      kind: lockOut.effect.kind,
      remedy: lockOutBrief(lockOut),
      sentence: lockOutInWords(lockOut),
      at: lockOut.at,
      eventIds: lockOut.events.map(({ ref }) => ref.eventId),
    }));
}

/** What can be copied while it is shared, and is the other account's own from then on. */
const copied = /snapshot|image|backup/u;

/** Sharing that has ended leaves whatever was copied before. */
function copiesLeft(effects: CaseAssessment['effects'], waysIn: CaseAssessment['waysIn']): CaseDocument['toPutRight'] {
  const ended = new Set(
    waysIn.flatMap(({ what, state }) =>
      what.kind === 'share' && state === 'closed' && copied.test(what.type) ? [`${what.type} ${what.resource}`] : [],
    ),
  );
  const shared = effects.filter(
    ({ effect }) => effect.kind === 'shared' && ended.has(`${effect.type} ${effect.resource}`),
  );
  const [first] = shared;
  if (first === undefined) return [];
  const remedy = safe`take what was in it for taken: a copy that was made meanwhile stays`;
  const said = safeJoin(countedPhrases(shared.map(({ effect }) => effectWords(effect))).slice(0, wordsShown), '; ');
  const eventIds = [...new Set(shared.map(({ event }) => event.ref.eventId))];
  return [{ kind: 'shared', remedy, sentence: safe`${said}: ${remedy}`, at: first.at, eventIds }];
}

/** Where they were read by a filter, or by a path, nobody knows which or how many they were: a name is that of the filter. */
function secretRemedy(secrets: readonly EffectOf<'secret-read'>[]): SafeText {
  if (secrets.some(({ numberKnown }) => !numberKnown)) return safe`find out which they were, and change what they hold`;
  return new Set(secrets.flatMap(({ names }) => names)).size === 1
    ? safe`change what it holds`
    : safe`change what they hold`;
}

function whatIsPutRight(groups: ReadonlyMap<string, CaseAssessment['effects']>): CaseDocument['toPutRight'] {
  return [...groups.values()].flatMap((alike) => {
    const [first] = alike;
    const remedy = first === undefined ? undefined : remedyOf(first.effect);
    if (remedy === undefined || first === undefined) return [];
    const { kind } = first.effect;
    const secrets = alike.flatMap(({ effect }) => (effect.kind === 'secret-read' ? [effect] : []));
    const phrases =
      secrets.length > 0 ? secretPhrases(secrets) : countedPhrases(alike.map(({ effect }) => effectWords(effect)));
    const todo = kind === 'secret-read' ? secretRemedy(secrets) : remedy;
    const rest = phrases.length - wordsShown;
    const said = safeJoin(phrases.slice(0, wordsShown), '; ');
    return [
      {
        kind,
        remedy: todo,
        sentence: safe`${said}${rest > 0 ? safe` and ${rest} more` : safe``}: ${todo}`,
        at: first.at,
        eventIds: [...new Set(alike.map(({ event }) => event.ref.eventId))],
      },
    ];
  });
}
