import type { ActionType } from '../../model/action.ts';
import type { JsonObject } from '../../model/json.ts';
import { safe, type SafeText } from '../../model/safe-text.ts';
import type { AccountId, Instant } from '../../model/ids.ts';
import { isActionType, moduleOf } from '../../response/action-registry.ts';
import { isUnrecorded } from '../effects/unrecorded.ts';
import { inWords } from '../findings/drawing.ts';
import { findKeyWords } from '../way-in-words.ts';
import type { RemedyType } from '../plan/remedies.ts';
import type { DocumentAction } from './case-document.ts';

/** An action, or what is left to a person, as far as it is named. */
type NamedAct = Pick<DocumentAction, 'type' | 'target'> & { readonly params?: JsonObject };

const namesShown = 2;

/** Actions of one type in one phrase each: `deactivate access keys AKIA..., AKIA...`. */
export function actsInWords(actions: readonly NamedAct[]): readonly SafeText[] {
  const unnamed = actions.flatMap(unnamedKey);
  const named = actions.filter((action) => unnamedKey(action).length === 0);
  const phrased = [...Map.groupBy(named, withoutNames).values()].map((alike) => {
    const [act] = alike;
    const names = inWords(
      alike.map(({ target }) => targetName(target)),
      namesShown,
    );
    const say = act === undefined ? null : phraseOf(act);
    return say === null ? names : say(names, alike.length > 1 ? safe`s` : safe``);
  });
  return [...phrased, ...unnamed];
}

/** A key whose ID no record tells cannot be named to IAM. */
function unnamedKey({ type, target }: NamedAct): readonly SafeText[] {
  const { accessKeyId, userName, madeAt } = target;
  if (type !== 'deactivateAccessKey' || typeof accessKeyId !== 'string' || typeof userName !== 'string') return [];
  if (!isUnrecorded(accessKeyId)) return [];
  const made = typeof madeAt === 'string' ? { madeAt: madeAt as Instant } : {};
  const accountId = target['accountId'] as AccountId;
  return [findKeyWords({ kind: 'access-key', accountId, accessKeyId, userName, ...made })];
}

/** One action in a phrase; null where its type has none. */
export function actInWords(action: NamedAct): SafeText | null {
  return phraseOf(action) === null ? null : (actsInWords([action])[0] ?? null);
}

/** What is said alike but for the names is said once, with all of them. */
function withoutNames(act: NamedAct): string {
  return phraseOf(act)?.(safe``, safe``) ?? act.type;
}

type ActPhrase = (names: SafeText, s: SafeText) => SafeText;

/** How acts like this one are said; null for a type that is not known, as the store may have it of a newer version. */
function phraseOf({ type, target, params = {} }: NamedAct): ActPhrase | null {
  if (isActionType(type)) return (names, s) => moduleOf(type).inShort(names, s, params);
  if (type === 'restoreLogging' && target['how'] === 'deleted') return (names) => safe`make ${names} anew`;
  return Object.hasOwn(byHand, type) ? byHand[type as keyof typeof byHand] : null;
}

/** What is left to people. */
const byHand: Readonly<Record<Exclude<RemedyType, ActionType>, ActPhrase>> = {
  endPersonSessions: (names) => safe`end in Identity Center the sessions of ${names}`,
  stopWorkload: (names) => safe`stop what runs as ${names}`,
  disablePerson: (names) => safe`disable ${names} in their directory`,
  secureRoot: (names) => safe`secure root of ${names}`,
  deletePassword: (names) => safe`delete or change the password of ${names}`,
  deactivateCredential: (names) => safe`deactivate ${names}`,
  removeServiceLogin: (names, s) => safe`remove login${s} ${names}`,
  disableCreatedRole: (names, s) => safe`close role${s} ${names}`,
  restoreTrust: (names, s) => safe`put the trust of role${s} ${names} back`,
  closeTrust: (names, s) => safe`close the trust of role${s} ${names} to outsiders`,
  removeProvider: (names) => safe`remove ${names}, which lets others in`,
  takePolicyAway: (names) => safe`take away policy ${names}`,
  endSharing: (names) => safe`end the sharing of ${names}`,
  removeCode: (names) => safe`take the code out of ${names}`,
  isolateInstance: (names, s) => safe`isolate instance${s} ${names}`,
  closeNetwork: (names, s) => safe`close security group${s} ${names}`,
  restoreLogging: (names) => safe`turn ${names} on again`,
  rotateSecret: (names) => safe`change what ${names} holds`,
  restoreSetting: (names) => safe`put back ${names}`,
  restoreProtection: (names) => safe`protect ${names} again`,
  restoreObjects: (names) => safe`restore the objects of ${names}`,
  restoreOrganization: (names) => safe`put the organization's policy back on ${names}`,
  restoreNames: (names) => safe`lead the names of ${names} back`,
  removeMailSending: (names) => safe`remove from SES the ${names}`,
  letBackIn: (names) => safe`give back to ${names} what they were locked out of`,
  restoreMfa: (names) => safe`have MFA set up again for ${names}`,
};

/** Which field of a target names it, the most telling first. */
const namingFields = [
  'accessKeyId',
  'login',
  'policy',
  'resource',
  'instanceId',
  'securityGroup',
  'arn',
  'roleName',
  'what',
  'userName',
  'name',
  'accountId',
] as const;

function targetName(target: JsonObject): string {
  for (const field of namingFields) {
    const value = target[field];
    if (typeof value === 'string') return value;
  }
  return 'it';
}
