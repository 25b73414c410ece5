import { session } from '../../cloudtrail/identities.ts';
import type { Instant } from '../../model/ids.ts';
import type { CaseCalls } from '../case/case-calls.ts';
import { effectsOfKind, type CaseEffect, type CaseEffects } from '../case/case-effects.ts';
import { justBefore, type Undoing } from '../case/undoings.ts';
import type { EffectOf } from '../effects/effect.ts';
import { thing } from '../effects/thing.ts';
import { roleNameIn } from '../effects/things-of.ts';
import { trustAnchorOf } from '../links/trust-anchors.ts';
import type { WayInCandidate } from './candidate.ts';
import { endOfRole } from './role-ends.ts';
import type { RoleSession } from './sessions.ts';

type Minted = CaseEffect<EffectOf<'session-minted'>>;

/** A session that an anchor gave to whoever showed a certificate, and the last that is known of it. */
interface Certified extends RoleSession {
  readonly trustAnchor: string;
  readonly minted: Minted;
}

/**
 * Certificates for which an anchor of IAM Roles Anywhere that was there before gave the case its sessions: whoever has one gets the next
 * session, whatever becomes of those. An anchor that the case made or changed is a way in itself and stands for all of them.
 */
export function certificateWaysIn({ calls }: CaseCalls, known: CaseEffects): readonly WayInCandidate[] {
  const certified = effectsOfKind(known.effects, 'session-minted')
    .flatMap(certifiedIn)
    .filter(({ trustAnchor }) => !isOfCase(trustAnchor, known));
  return [...Map.groupBy(certified, idOf)].flatMap(([identity, same]): readonly WayInCandidate[] => {
    const last = same.at(-1);
    if (last === undefined) return [];
    const { accountId, roleName, sessionName, trustAnchor, minted } = last;
    const used = calls.findLast(({ callers }) => callers.includes(identity));
    // What is used anew is no more what somebody accepted.
    const from = used === undefined || Date.parse(used.at) < Date.parse(minted.at) ? minted.at : used.at;
    return [
      {
        identity,
        what: {
          kind: 'session',
          accountId,
          accessKeyId: null,
          roleName,
          sessionName,
          renewedFor: 'certificate',
          trustAnchor,
        },
        origin: 'used',
        from,
        until: 'unknown',
        closed: endOf(last, from, known),
        unsure: true,
        proof: [minted.event.ref, ...(used === undefined ? [] : [used.ref])],
      },
    ];
  });
}

function certifiedIn(minted: Minted): readonly Certified[] {
  const { effect, event, accountId } = minted;
  const trustAnchor = trustAnchorOf(event.callers[0] ?? '');
  if (trustAnchor === null || effect.roleArn === null || effect.sessionName === null) return [];
  const role = { accountId: effect.roleAccountId ?? accountId, roleName: roleNameIn(effect.roleArn) };
  return [{ ...role, sessionName: effect.sessionName, trustAnchor, minted }];
}

function idOf({ accountId, roleName, sessionName }: RoleSession): string {
  return session(accountId, roleName, sessionName).id;
}

function isOfCase(trustAnchor: string, known: CaseEffects): boolean {
  return known.doneTo(thing.provider(trustAnchor)).some(({ effect }) => effect.kind === 'provider-made');
}

/**
 * The anchor lets in nobody since, or the role may do nothing, or is no more. A revocation list that was imported does not say whom it is
 * about, and revoking older sessions holds back nobody.
 */
function endOf(of: Certified, since: Instant, known: CaseEffects): Undoing | null {
  const { accountId, roleName, trustAnchor } = of;
  const anchor = thing.provider(trustAnchor);
  const disabled = known.undoneSince([anchor], since);
  const again = disabled === null ? null : known.replacedBy('provider-made', [anchor], justBefore(disabled.at));
  if (disabled !== null && again === null) return disabled;
  const denied = known.denials.denied(thing.deniedRole(accountId, roleName), null);
  if (denied !== null && Date.parse(denied.at) > Date.parse(since)) return denied;
  return endOfRole(known, of, since);
}
