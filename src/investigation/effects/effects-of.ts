import { canonicalDigest } from '../../digest/canonical-digest.ts';
import type { Digest } from '../../model/ids.ts';
import type { EcsDocument } from '../../model/trail-event.ts';
import { wellFormed } from '../../model/well-formed.ts';
import { listUnder } from '../../model/list-under.ts';
import { textAt } from '../../cloudtrail/ecs-path.ts';
import { calledFunctionEffects } from './called-functions.ts';
import { carriedOut, isOnlyBegun } from './carried-out.ts';
import { callOf, type EffectCall, type EffectReaders } from './call.ts';
import { codeEffects } from './code.ts';
import { credentialEffects } from './credentials.ts';
import { dataEffects } from './data.ts';
import { doorRows } from './doors/door-rows.ts';
import { doorReaders } from './doors/door-row.ts';
import type { Effect, EffectKind, EffectOf } from './effect.ts';
import { grantEffects } from './grants.ts';
import { identityEffects } from './identities.ts';
import { networkEffects } from './networks.ts';
import { organizationEffects } from './organization.ts';
import { secretEffects } from './secrets.ts';
import { settingEffects } from './settings.ts';
import { shareEffects } from './shares.ts';
import { spendingEffects } from './spending.ts';
import { ofRecord } from './unrecorded.ts';
import { watchingEffects } from './watching.ts';

/** A family of effects is a file; a new one is a line here. A call may have effects of several families. */
const effectFamilies: readonly EffectReaders[] = [
  credentialEffects,
  identityEffects,
  grantEffects,
  shareEffects,
  codeEffects,
  calledFunctionEffects,
  networkEffects,
  settingEffects,
  secretEffects,
  watchingEffects,
  dataEffects,
  spendingEffects,
  organizationEffects,
  doorReaders(doorRows),
];

const readersOf: ReadonlyMap<string, readonly EffectReaders[string][]> = readersByName();

function readersByName() {
  const byName = new Map<string, EffectReaders[string][]>();
  for (const family of effectFamilies) {
    for (const [name, reader] of Object.entries(family)) listUnder(byName, name, reader);
  }
  return byName;
}

/** The names of all calls that may have an effect, without versions: what is cheap to ask before an event is read. */
export const effectActions: readonly string[] = [
  ...new Set([...readersOf.keys()].map((name) => name.slice(name.indexOf('/') + 1))),
];

/** What a call left behind, gave or took away; nothing where it did not succeed, for then it did none of it. */
export function effectsOf(ecs: EcsDocument): readonly Effect[] {
  return isSuccess(ecs) ? workOf(ecs, callOf(ecs)).effects : [];
}

/** What a call did; of one that did not succeed, what it would have done, as far as its name says: a refused one often has no parameters. */
export interface Work {
  readonly effects: readonly Effect[];
  readonly attempted: readonly EffectKind[];
}

/** @param call what {@link callOf} makes of the same document. */
export function workOf(ecs: EcsDocument, call: EffectCall | undefined): Work {
  const effects = call === undefined ? [] : effectsOfCall(call);
  return isSuccess(ecs)
    ? { effects, attempted: [] }
    : { effects: [], attempted: [...new Set(effects.map(({ kind }) => kind))] };
}

function isSuccess(ecs: EcsDocument): boolean {
  return textAt(ecs, 'event.outcome') === 'success';
}

function effectsOfCall(call: EffectCall): readonly Effect[] {
  const effects = readEffects(call).map((effect) =>
    effect.kind === 'code-planted' ? { ...effect, asked: askedFor(call) } : effect,
  );
  return ofRecord(effects, textAt(call.ecs, 'event.id'));
}

/** The digest of a request, but for what tells it from a repetition of its own (`clientToken`). */
function askedFor({ request }: EffectCall): Digest {
  const asked = Object.fromEntries(Object.entries(request).filter(([key]) => !/token$/iu.test(key)));
  // A record may have numbers that no JSON has (`1e999`).
  return canonicalDigest(wellFormed<unknown>(JSON.parse(JSON.stringify(asked))));
}

/** What was to be taken away and could not be is there still. */
function readEffects(call: EffectCall): readonly Effect[] {
  const effects = doneBy(call);
  // Most calls leave nothing behind: whether they were only begun is not looked for in their answers.
  return effects.some(mayBeBegun) && isOnlyBegun(call)
    ? effects.map((effect) => (mayBeBegun(effect) ? { ...effect, begun: true } : effect))
    : effects;
}

/** What takes something away, or puts something in another's place. */
function mayBeBegun(effect: Effect): effect is EffectOf<'undone' | 'service-login-made' | 'shared'> {
  return effect.kind === 'undone' || effect.kind === 'service-login-made' || effect.kind === 'shared';
}

function doneBy(call: EffectCall): readonly Effect[] {
  const readers = readersOf.get(`${call.service}/${call.action}`) ?? [];
  if (readers.length === 0) return [];
  const effects = readers.flatMap((read) => read(call));
  const done = carriedOut(call);
  if (done === call) return effects;
  const undone = done === null ? [] : readers.flatMap((read) => read(done));
  return [
    ...effects.filter(({ kind }) => kind !== 'undone'),
    ...undone.filter((effect) => effect.kind === 'undone' && effect.things.length > 0),
  ];
}
