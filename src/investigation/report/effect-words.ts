import { counted } from '../../model/counted.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';
import type { Effect, EffectKind, EffectOf, Grants, Holder, LetIn, WatchKind } from '../effects/effect.ts';
import { toldName } from '../effects/unrecorded.ts';
import { inWords } from '../findings/drawing.ts';
import { lossInWords, whomInWords } from '../plan/lock-out-words.ts';
import { machineInWords } from './identity-words.ts';

/** What an effect's call did, as a phrase: `made user support`. Made of typed content, safe to show. */
export function effectWords(effect: Effect): SafeText {
  return (words[effect.kind] as (of: Effect) => SafeText)(effect); // the entry of its own kind
}

const words: { readonly [K in EffectKind]: (effect: EffectOf<K>) => SafeText } = {
  'session-minted': sessionWords,
  'console-login': ({ mfa }) => (mfa ? safe`signed in to the console` : safe`signed in to the console without MFA`),
  'console-token': () => safe`made a console session of a key`,
  'user-created': ({ userName }) => safe`made user ${plainText(userName)}`,
  'person-created': ({ userName }) => safe`made ${plainText(userName)} in the directory of Identity Center`,
  'group-renamed': ({ groupName, newName }) => safe`renamed group ${plainText(groupName)} to ${plainText(newName)}`,
  'user-renamed': ({ userName, newName }) => safe`renamed user ${plainText(userName)} to ${plainText(newName)}`,
  'key-created': ({ accessKeyId, userName, reactivated }) =>
    safe`${reactivated ? safe`activated` : safe`made`} access key ${plainText(toldName(accessKeyId))} of user ${plainText(userName)}`,
  'password-set': ({ userName }) => safe`set a password for user ${plainText(userName)}`,
  'credential-made': ({ what, userName }) => safe`made a ${plainText(what)} for user ${plainText(userName)}`,
  'mfa-removed': ({ userName }) => safe`took the MFA device off user ${plainText(userName)}`,
  'role-created': ({ roleName, letsIn }) => safe`made role ${plainText(roleName)}${toLetIn(letsIn)}`,
  'trust-changed': ({ roleName, letsIn }) => safe`changed the trust of role ${plainText(roleName)}${toLetIn(letsIn)}`,
  'provider-made': ({ what, arn }) =>
    what === 'revocation-list'
      ? safe`loosened ${providerNames[what]} ${inWords([arn])}: certificates that it revoked may let in again`
      : safe`made ${providerNames[what]} ${inWords([arn])}`,
  'policy-granted': ({ holder, policy, grants }) =>
    safe`gave ${holderWords(holder)} policy ${inWords([policy])}${muchWords(grants)}`,
  'policy-version-set': ({ policyArn, grants }) => safe`changed policy ${inWords([policyArn])}${muchWords(grants)}`,
  'policy-version-made': ({ policyArn, version, grants }) =>
    safe`made version ${plainText(version ?? 'unknown')} of policy ${inWords([policyArn])}${muchWords(grants)}`,
  'group-joined': ({ userName, groupName }) => safe`put user ${plainText(userName)} into group ${plainText(groupName)}`,
  'boundary-changed': ({ boundary, holder }) =>
    safe`${boundary === null ? safe`took the permissions boundary off` : safe`changed the permissions boundary of`} ${holderWords(holder)}`,
  'permission-set-granted': ({ what, to }) => safe`gave ${inWords([to])} ${inWords([what])}`,
  'access-granted': ({ holder, policy }) => safe`gave ${inWords([holder])} ${inWords([policy])}`,
  'role-passed': ({ roleArn, resource }) => safe`handed role ${inWords([roleArn])} to ${inWords([resource])}`,
  'service-login-made': ({ service, resource, login, credential }) =>
    credential === null
      ? safe`made login ${inWords([login])} of ${plainText(service)} ${inWords([resource])}`
      : safe`set ${inWords([credential])} of login ${inWords([login])} of ${plainText(service)} ${inWords([resource])}`,
  shared: ({ resource, by, with: outsiders }) => {
    const whom = outsiders.map(({ principal }) => named(principal)).filter((name) => name !== '');
    return whom.length === 0
      ? safe`set the ${plainText(by)} of ${inWords([resource])} to let in nobody else`
      : safe`shared ${inWords([resource])} with ${inWords(whom)}`;
  },
  'code-planted': ({ what, resource }) => safe`planted ${plainText(what)} in ${inWords([resource])}`,
  // A task is told by its ID.
  'code-run': ({ what, resource }) => safe`started ${plainText(what)} ${inWords([resource.replace(/^task /u, '')])}`,
  'instance-entered': ({ how, instanceId }) =>
    how === 'launched'
      ? safe`launched ${machineInWords(instanceId)}`
      : safe`entered ${machineInWords(instanceId)} by ${plainText(how)}`,
  'network-opened': ({ securityGroup, opened, type = 'security group' }) =>
    safe`opened ${plainText(type)} ${plainText(securityGroup)}: ${plainText(opened)}`,
  'metadata-weakened': ({ instanceId }) => safe`weakened the metadata service of ${plainText(instanceId)}`,
  'secret-read': secretWords,
  'setting-weakened': ({ what, name }) => safe`weakened ${plainText(what)} of ${plainText(name)}`,
  'data-taken': ({ what, resource }) => safe`took ${plainText(what)} ${inWords([resource])}`,
  'watching-weakened': (effect) => safe`${plainText(effect.how)} ${watchWords(effect)}`,
  'data-destroyed': ({ how, what, resource }) => safe`${destroyedWords[how]} ${plainText(what)} ${inWords([resource])}`,
  'name-redirected': ({ names, zone }) => safe`led ${inWords(names)} of hosted zone ${plainText(zone)} elsewhere`,
  'compute-started': ({ count, what, type }) => safe`started ${counted(count, what)} of type ${plainText(type)}`,
  'quota-raised': ({ what }) => safe`asked for a higher quota: ${plainText(what)}`,
  'mail-prepared': ({ what, name }) => safe`prepared mail: ${plainText(what)} ${plainText(name)}`,
  'model-used': ({ what, model }) => safe`${plainText(what)} ${plainText(model)}`,
  'organization-changed': ({ what, name }) =>
    safe`changed the organization: ${plainText(what.replaceAll('-', ' '))} ${plainText(name)}`,
  'quarantined-by-aws': ({ userName }) => safe`AWS put user ${plainText(userName)} into quarantine`,
  'locked-out': (effect) => safe`locked out ${whomInWords(effect.whom)}: ${lossInWords(effect)}`,
  undone: () => safe`took back what was there`,
};

const providerNames: Readonly<Record<EffectOf<'provider-made'>['what'], SafeText>> = {
  saml: safe`SAML provider`,
  oidc: safe`OpenID Connect provider`,
  'trust-anchor': safe`trust anchor`,
  'certificate-profile': safe`Roles Anywhere profile`,
  'sign-in-directory': safe`sign-in directory`,
  'role-alias': safe`role alias`,
  'revocation-list': safe`revocation list`,
};

const destroyedWords = {
  deleted: safe`deleted`,
  expiring: safe`set to expire:`,
  unprotected: safe`unprotected`,
  'key-doomed': safe`doomed the key of`,
} as const;

const watchNames: Readonly<Record<WatchKind, SafeText>> = {
  trail: safe`trail`,
  'flow-logs': safe`flow logs`,
  'dns-logs': safe`DNS query logs`,
  guardduty: safe`GuardDuty detector`,
  config: safe`Config recorder`,
  'security-hub': safe`Security Hub`,
  'access-analyzer': safe`access analyzer`,
  macie: safe`Macie`,
  inspector: safe`Inspector`,
  'bedrock-logging': safe`Bedrock logging`,
  'log-group': safe`log group`,
  alarm: safe`alarm`,
  'log-bucket': safe`log bucket`,
  'web-firewall-logs': safe`web firewall logs`,
  'event-rule': safe`event rule`,
};

/** What was weakened, with its name where it says more: `trail main`, `flow logs fl-1`. */
function watchWords({ what, name }: EffectOf<'watching-weakened'>): SafeText {
  return safe`${watchNames[what]} ${inWords([name])}`;
}

/** Which secrets were handed out; a batch by filter hands out nobody knows how many. */
export function secretWords({ store, names, numberKnown }: EffectOf<'secret-read'>): SafeText {
  const noun = {
    secret: 'secret',
    parameter: 'parameter',
    'instance-password': 'instance password',
    ciphertext: 'ciphertext',
  }[store];
  if (!numberKnown) {
    const by = names.length === 0 ? safe`a filter` : inWords(names);
    return safe`read ${plainText(noun)}s by ${by}, in unknown number`;
  }
  return safe`read ${plainText(names.length === 1 ? noun : `${noun}s`)} ${inWords(names)}`;
}

function sessionWords({ roleArn, roleAccountId, sessionName }: EffectOf<'session-minted'>): SafeText {
  const named = sessionName === null ? safe`` : safe` (${plainText(sessionName)})`;
  if (roleArn === null) return safe`made a session of the own user${named}`;
  const where = roleAccountId === null ? safe`` : safe` in ${plainText(roleAccountId)}`;
  return safe`took a session of ${inWords([roleArn])}${where}`;
}

function holderWords({ kind, name }: Holder): SafeText {
  return safe`${plainText(kind)} ${plainText(name)}`;
}

function muchWords({ administrator }: Grants): SafeText {
  return administrator ? safe`, which permits everything` : safe``;
}

function toLetIn(principals: readonly LetIn[]): SafeText {
  if (principals.length === 0) return safe``;
  return safe` to let in ${inWords(
    principals.map(({ principal }) => named(principal)),
    3,
  )}`;
}

function named(principal: string): string {
  return principal === '*' ? 'everybody' : principal;
}
