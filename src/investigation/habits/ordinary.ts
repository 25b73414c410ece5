import { accessKey, user } from '../../cloudtrail/identities.ts';
import { effectsOfKind, type CaseEffect } from '../case/case-effects.ts';
import type { CaseFinding, FindingGround } from '../findings/case-finding.ts';
import { leadsOn } from '../ways-in/grants.ts';
import type { SeenEvent } from '../seen-event.ts';

/**
 * What ordinary administration leaves as an intrusion does. Whatever else is found speaks of somebody else at the credentials, of outsiders,
 * of what hides, destroys or costs, or of rights to do all.
 */
const ordinary: ReadonlySet<string> = new Set([
  'way-in-still-open',
  'chained-credentials',
  'creation-used',
  'others-credentials-changed',
  'code-planted',
  'network-opened',
  'discovery-burst',
]);

/** Tools and distributions for attacks, by how clients name themselves: whoever audits has scanners of other names. */
const attackTools =
  /kali|parrot|blackarch|pentoo|pacu|cloudfox|trufflehog|stratus[-_ ]?red[-_ ]?team|cloudgoat|leonidas|atomic[-_ ]?red[-_ ]?team|caldera/iu;

/**
 * Whether nothing was found in a case that speaks of an intruder: it holds no more than administration leaves, no client names a tool for
 * attacks, no key handed out a session that outlives it, and whatever was made is used from nowhere but where it was made or its user had
 * been before.
 *
 * @param besides findings that are explained otherwise
 */
export function isOrdinary(
  ground: FindingGround,
  findings: readonly CaseFinding[],
  besides: readonly string[] = [],
): boolean {
  return (
    findings.every((each) => each.direction === 'benign' || isOrdinaryFinding(each) || besides.includes(each.kind)) &&
    !ground.calls.calls.some(({ userAgent = '' }) => attackTools.test(userAgent)) &&
    !outlivesItsKey(ground) &&
    !isUsedElsewhere(ground)
  );
}

function isOrdinaryFinding({ kind, confidence }: CaseFinding): boolean {
  // To be refused a reading is how anybody finds out what they may; a change that was refused is more.
  return ordinary.has(kind) || (kind === 'denied-attempts' && confidence === 'low');
}

/** Whether a key handed out a session of its own user, which goes on when the key is gone: brokers do so from before the records on. */
function outlivesItsKey({ effects }: FindingGround): boolean {
  return effectsOfKind(effects.effects, 'session-minted').some(({ effect }) => effect.call === 'GetFederationToken');
}

/** Whether a user, key or password of the case's making was used from where neither its maker nor its user had been before. */
function isUsedElsewhere({ effects, calls }: FindingGround): boolean {
  const made = effectsOfKind(effects.effects, 'user-created', 'key-created', 'password-set');
  return made.some(({ effect, event, accountId }) => {
    const owner = user(accountId, effect.userName).id;
    const key = effect.kind === 'key-created' ? accessKey(effect.accessKeyId, accountId).id : null;
    const byOwner = calls.all.filter(({ callers }) => callers.includes(owner));
    const places = new Set(
      [event, ...byOwner.filter(({ at }) => at < event.at)].map(({ sourceAddress }) => sourceAddress),
    );
    return byOwner.some(
      (call) =>
        call.at >= event.at &&
        // Whoever had a key all along goes on with it: a new password is used by signing in.
        (key === null ? effect.kind === 'user-created' || isSignIn(call) : call.callers.includes(key)) &&
        !places.has(call.sourceAddress),
    );
  });
}

function isSignIn({ effects }: SeenEvent): boolean {
  return effects.some(({ kind }) => kind === 'console-login');
}

/** Whether rights to do all were given, undone or not: what was granted may have been used. */
export function givesAll({ effect }: CaseEffect): boolean {
  return (effect.kind === 'policy-granted' || effect.kind === 'policy-version-set') && leadsOn(effect.grants);
}
