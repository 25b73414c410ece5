import { isTaskId } from '../cloudtrail/container-task.ts';
import { isManagedNode } from './links/identity-parts.ts';
import { isWorkload } from '../cloudtrail/workload.ts';
import { describeActor } from '../cloudtrail/actor.ts';
import type { Instant } from '../model/ids.ts';
import { plainText, safe, safeSlice, type SafeText } from '../model/safe-text.ts';
import { unseenSession, type RenewedFor, type WayIn, type WayInSubject } from '../model/way-in.ts';
import { inWords, whoInWords } from './findings/drawing.ts';
import { isKeptByAws } from '../response/guards.ts';
import { rootName } from './effects/call.ts';
import { rowOf } from './effects/doors/row-of.ts';
import { delegatedAdministrator } from './effects/doors/share-doors.ts';
import { isUnrecorded, toldName } from './effects/unrecorded.ts';
import { commandsFor } from './plan/by-hand-commands.ts';
import { doorDoubt } from './ways-in/doubt.ts';
import { utcTime } from '../model/utc-time.ts';

/** A way in as people read it: made of typed content, safe to show. */
export interface WayInWords {
  readonly sentence: SafeText;
  readonly remedy: SafeText;
  readonly until: Instant | null;
  /** Of an undoing: it opens again only where an action is chosen that is not recommended. */
  readonly onlyIfChosen?: true;
}

/** Says what a way in is, and what a person can do about it. */
export function wayInWords(wayIn: WayIn): WayInWords {
  const { until, state, origin, proof } = wayIn;
  const end = until === 'unknown' || until === 'until-removed' ? null : until;
  const shown = {
    made: origin === 'made',
    seen: proof.length > 0,
    goesOn: state !== 'closed',
    identity: wayIn.identity,
    end,
  };
  const { sentence, remedy } = ofSubject(wayIn.what, shown);
  return {
    sentence: safe`${end === null || state === 'closed' ? sentence : withEnd(sentence, end)}${stateInWords(wayIn)}`,
    remedy,
    until: end,
  };
}

/** What cannot be said about any case: the reader must not take silence for "nothing was read". */
export const neverVisible: Omit<WayInWords, 'until'> = {
  sentence: safe`Object reads are not visible here: which objects in S3 were read or copied is not known.`,
  remedy: safe`Look at a trail with S3 data events, or at the buckets' access logs, for the time of this case.`,
};

/** The end is a part of the sentence: `... and goes on by itself, until 2026-11-24 12:31:05 UTC.` */
function withEnd(sentence: SafeText, end: Instant): SafeText {
  return safe`${safeSlice(sentence, 0, sentence.endsWith('.') ? -1 : undefined)}, until ${utcTime(end)} UTC.`;
}

/** Where connections that are open already are let through until they time out (EC2 User Guide, "Connection tracking"). */
const tracking: ReadonlySet<string> = new Set(['security group', 'instance', 'network interface']);

function stateInWords(wayIn: WayIn): SafeText {
  const { state, heldBack } = wayIn;
  const doubt = state === 'unknown' ? doorDoubt(wayIn) : null;
  if (doubt !== null)
    return safe` Nobody can say from here whether it lets anybody in: ${plainText(doubt, 200)}${reopenedInWords(wayIn)}`;
  if (heldBack === true)
    return safe` It comes to nothing under a permissions boundary that denies everything: it is closed as long as nobody takes that off.`;
  if (state === 'closed' && wayIn.what.kind === 'network' && tracking.has(wayIn.what.type ?? 'security group'))
    return safe` It is closed: connections that were open then go on until they time out.`;
  if (state === 'closed') return safe` It is closed.`;
  if (typeof state === 'object') {
    return safe`${reopenedInWords(wayIn)} Accepted by ${plainText(state.acceptedBy)}: ${plainText(state.reason, 400)}`;
  }
  return reopenedInWords(wayIn);
}

function reopenedInWords({ reopened, what }: WayIn): SafeText {
  const how = what.kind === 'access-key' || what.kind === 'other-credential' ? safe`switched on` : safe`opened`;
  return reopened === undefined
    ? safe``
    : safe` It was ${how} again by ${describeActor(reopened.by)} at ${utcTime(reopened.at)} UTC.`;
}

function instanceWords(
  { instanceId }: Extract<WayInSubject, { readonly kind: 'instance' }>,
  made: boolean,
  goesOn: boolean,
): Omit<WayInWords, 'until'> {
  const instance = safe`instance ${plainText(instanceId)}`;
  if (isTaskId(instanceId)) {
    return {
      sentence: safe`Task ${plainText(instanceId)} may be under the intruder's control.`,
      remedy: safe`Keep the logs of task ${plainText(instanceId)} for evidence, stop it, and revoke the sessions of its role.`,
    };
  }
  if (isManagedNode(instanceId)) {
    return {
      sentence: safe`Managed node ${plainText(instanceId)} may be under the intruder's control.`,
      remedy: safe`Find managed node ${plainText(instanceId)}, a machine outside EC2, and take it off its network; deregister it, and revoke the sessions of its role.`,
    };
  }
  if (made) {
    return {
      sentence: safe`Instance ${plainText(instanceId)} may be under the intruder's control.`,
      remedy: safe`Isolate ${instance}, keep its disks for evidence, and take its role away. Another security group cuts no connection that is open: a network ACL of its subnet does, or stopping it.`,
    };
  }
  const doubt = goesOn ? safe` Whether it can still be read is not known.` : safe``;
  return {
    sentence: safe`Credentials of ${instance} were used from elsewhere: whoever read them from its metadata service reads the next ones there as well.${doubt}`,
    remedy: safe`Find the hole by which the metadata of ${instance} was read, require tokens for it (IMDSv2), and isolate it until that is done: keep its disks for evidence.`,
  };
}

/** `User support`: a holder at the beginning of a sentence. */
function capitalized(holder: string): SafeText {
  return plainText(`${holder.slice(0, 1).toUpperCase()}${holder.slice(1)}`);
}

/** Of what somebody may answer for. */
function takeAway(what: SafeText): SafeText {
  return safe`Take ${what} away, unless somebody answers for it.`;
}

interface Shown {
  readonly made: boolean;
  /** Whether a record shows it; not so for what a user has besides. */
  readonly seen: boolean;
  /** Not so where it is closed: then nothing goes on. */
  readonly goesOn: boolean;
  readonly identity: string;
  /** When it ends by itself, where that is known. */
  readonly end: Instant | null;
}

function ofSubject(what: WayInSubject, { made, seen, goesOn, identity, end }: Shown): Omit<WayInWords, 'until'> {
  switch (what.kind) {
    case 'access-key': {
      const [key, user] = [plainText(what.accessKeyId), plainText(what.userName)];
      if (isUnrecorded(what.accessKeyId)) return unrecordedKeyWords(what);
      if (made) {
        return {
          sentence: safe`Access key ${key} of user ${user} was made with these credentials.`,
          remedy: safe`Deactivate access key ${key} of user ${user}, unless its user knows it.`,
        };
      }
      return seen
        ? {
            sentence: safe`Access key ${key} of user ${user} is what the intruder used.`,
            remedy: safe`Deactivate access key ${key} of user ${user}.`,
          }
        : {
            sentence: safe`User ${user} has another active key, ${key}, which stays active.`,
            remedy: safe`Ask user ${user} whether access key ${key} is known, and deactivate it if not.`,
          };
    }
    case 'session':
      return sessionWords(what, { made, goesOn, identity, end });
    case 'password': {
      const user = plainText(what.userName);
      return {
        sentence: made
          ? safe`The console password of user ${user} was set with these credentials.`
          : seen
            ? safe`The console password of user ${user} is what the intruder signed in with.`
            : safe`User ${user} has a console password, which stays valid.`,
        remedy: safe`Delete the login profile of user ${user}, or set another password if it may be known to others.`,
      };
    }
    case 'user':
      return {
        sentence: safe`User ${plainText(what.userName)} was created with these credentials.`,
        remedy: safe`Take away the keys, password and policies of user ${plainText(what.userName)}, unless somebody answers for it.`,
      };
    case 'root':
      return {
        sentence: safe`Root of ${plainText(what.accountId)} was used: no policy of the account holds it back.`,
        remedy: safe`Change the password of root of ${plainText(what.accountId)}, renew its MFA and delete its access keys, as root or by central root access.`,
      };
    case 'person':
      if (isWorkload(what.name)) {
        return {
          sentence: safe`What runs as ${plainText(what.name)} can begin sessions anew, as long as its provider vouches for it: whoever is in it does. Whether the intruder is there still is not known.`,
          remedy: safe`Find how the intruder got into what runs as ${plainText(what.name)}, and stop it; or take it out of the trust of the roles that it takes.`,
        };
      }
      if (what.signedIn === true) {
        return {
          sentence: safe`Whoever signed in at the access portal as ${plainText(what.name)}, by the password that had been set with these credentials, may be signed in still: that goes on when the password is set again, for up to 90 days, and gives new sessions.`,
          remedy: safe`Delete the sessions of ${plainText(what.name)} in Identity Center's console (the user's active sessions), once the password is another.`,
        };
      }
      return {
        sentence: safe`${plainText(what.name)} can begin sessions anew, as long as their directory lets them in.`,
        remedy: safe`Disable ${plainText(what.name)} in their directory, and end their sessions there.`,
      };
    case 'role':
      return {
        sentence: safe`Role ${plainText(what.roleName)} was created with these credentials.`,
        remedy: safe`Read the trust policy of role ${plainText(what.roleName)}, close it to outsiders, and revoke its older sessions.`,
      };
    case 'trust': {
      const letsIn = what.letsIn.length === 0 ? safe`` : safe`: it lets in ${inWords(what.letsIn.map(whoInWords), 10)}`;
      return {
        sentence: safe`The trust of role ${plainText(what.roleName)} was changed with these credentials${letsIn}.`,
        remedy: safe`Read the trust policy of role ${plainText(what.roleName)}, close it to outsiders, and revoke its older sessions.`,
      };
    }
    case 'other-credential':
      return {
        sentence: safe`User ${plainText(what.userName)} has another credential: ${plainText(toldName(what.what))}.`,
        remedy: takeAway(safe`${plainText(toldName(what.what))} of user ${plainText(what.userName)}`),
      };
    case 'grant': {
      const isOfIam = rowOf(what) === null;
      // One permission set is given in many accounts.
      const isInAccount = what.holder.startsWith('Identity Center principal ');
      const where = isInAccount ? safe` in account ${plainText(what.accountId)}` : safe``;
      const much = what.administrator ? safe`, which permits everything` : safe``;
      return {
        sentence: safe`${capitalized(what.holder)} has ${isOfIam ? safe`policy ` : safe``}${inWords([what.policy])}${much}${where}.`,
        remedy: takeAway(
          safe`${isOfIam ? safe`policy ` : safe``}${inWords([what.policy])} of ${plainText(what.holder)}${where}`,
        ),
      };
    }
    case 'provider':
      return what.part === undefined
        ? { sentence: providerWords(what.arn), remedy: providerRemedy(what.arn) }
        : {
            sentence: safe`Identity provider ${plainText(what.arn, 300)} lets in by ${plainText(what.part, 300)} as well.`,
            remedy: takeAway(safe`${inWords([what.part])} of ${inWords([what.arn])}`),
          };
    case 'share':
      if (what.by === 'replication') {
        return {
          sentence: safe`Data keeps leaving: whatever is written to ${inWords([what.resource])} is copied to ${inWords([what.sharedWith])}.`,
          remedy: safe`End the replication of ${inWords([what.resource])} to ${inWords([what.sharedWith])}, unless somebody answers for it.`,
        };
      }
      if (what.by === delegatedAdministrator) {
        const administrator = safe`${inWords([what.resource])} in the organization`;
        return {
          sentence: safe`Account ${inWords([what.sharedWith])} may administer ${administrator}: it reaches into every account.`,
          remedy: safe`Take the administration of ${administrator} away from account ${inWords([what.sharedWith])}, unless somebody answers for it.`,
        };
      }
      return {
        sentence: safe`${inWords([what.resource])} is shared with ${inWords([whoInWords(what.sharedWith)])}.`,
        remedy: safe`End the sharing of ${inWords([what.resource])} with ${inWords([whoInWords(what.sharedWith)])}, unless somebody answers for it.`,
      };
    case 'service-login': {
      if (isDirectoryPassword(what)) {
        const person = safe`directory user ${inWords([what.login])}`;
        return {
          sentence: safe`The password of ${person} in ${plainText(what.service)} ${plainText(what.resource, 300)} was set with these credentials: whoever set it can be them.`,
          remedy: safe`In the console of IAM Identity Center, Users, ${inWords([what.login])}: choose Reset password, unless somebody answers for it. Whoever is signed in may stay so.`,
        };
      }
      const login = safe`Login ${plainText(what.login)} of ${plainText(what.service)} ${plainText(what.resource, 300)}`;
      return {
        sentence:
          what.credential === null
            ? safe`${login} was made with these credentials: it needs no identity of the account.`
            : safe`${login} has ${plainText(what.credential)} by these credentials: it needs no identity of the account.`,
        remedy: takeAway(
          safe`${what.credential === null ? safe`` : safe`${inWords([what.credential])} of `}login ${inWords([what.login])} of ${plainText(what.service)} ${inWords([what.resource])}`,
        ),
      };
    }
    case 'code':
      return {
        sentence: safe`Code runs in ${plainText(what.resource, 300)}: ${plainText(what.what, 300)}.`,
        remedy: takeAway(safe`${inWords([what.what])} ${inWords([what.resource])}`),
      };
    case 'instance':
      return instanceWords(what, made, goesOn);
    case 'network':
      return {
        sentence:
          what.type === undefined
            ? safe`Security group ${plainText(what.securityGroup)} was opened: ${plainText(what.opened, 300)}.`
            : safe`${plainText(what.type)} ${plainText(what.securityGroup)} was opened: ${plainText(what.opened, 300)}.`,
        remedy: safe`Close ${plainText(what.type ?? 'security group')} ${plainText(what.securityGroup)} again (${plainText(what.opened, 300)}), unless somebody answers for it.`,
      };
  }
}

/** Which of the user's keys it is can be told by when it was made. */
function unrecordedKeyWords(what: Extract<WayInSubject, { kind: 'access-key' }>): Omit<WayInWords, 'until'> {
  const user = plainText(what.userName);
  return {
    sentence: safe`An access key of user ${user} was made with these credentials${madeAtInWords(what)}: its ID is not in the record.`,
    remedy: safe`${capitalized(findKeyWords(what))}, unless its user knows it.`,
  };
}

/** What a person does about a key whose ID no record tells: nobody can name it to IAM. */
export function findKeyWords(what: Extract<WayInSubject, { kind: 'access-key' }>): SafeText {
  const [command = safe``] = commandsFor(what);
  return safe`list the keys of user ${plainText(what.userName)} (${command}) and deactivate what was made${madeAtInWords(what)}`;
}

function madeAtInWords({ madeAt }: { readonly madeAt?: Instant | undefined }): SafeText {
  return madeAt === undefined ? safe`` : safe` at ${utcTime(madeAt)} UTC`;
}

/** Whose trust and policies AWS keeps has no policy of ours: its people are ended where they sign in. */
function sessionRemedy(
  { accountId, roleName, sessionName, userName }: Extract<WayInSubject, { kind: 'session' }>,
  end: Instant | null,
): SafeText {
  if (userName === rootName)
    return safe`Look at what root of ${plainText(accountId)} did, and take the right to call sts:AssumeRoot away.`;
  const console = /^console of (.+)$/u.exec(sessionName ?? '')?.[1];
  if (roleName === null) {
    const whom = userName ?? console ?? sessionName;
    const user = whom === null ? safe`the user` : safe`user ${plainText(whom)}`;
    return safe`Attach a policy to ${user} that denies everything, and leave it there until ${end === null ? safe`its sessions have ended (up to 36 hours)` : safe`${utcTime(end)} UTC, when the session ends`}.`;
  }
  return isKeptByAws(roleName)
    ? safe`End the sessions of ${plainText(console ?? sessionName ?? 'their person')} in Identity Center and take the assignment away: AWS keeps role ${plainText(roleName)} itself.`
    : safe`Revoke the older sessions of role ${plainText(roleName)} in IAM.`;
}

function sessionWords(
  what: Extract<WayInSubject, { kind: 'session' }>,
  { made, goesOn, identity, end }: Omit<Shown, 'seen'>,
): Omit<WayInWords, 'until'> {
  const { accessKeyId, roleName, sessionName, userName, renewedFor } = what;
  if (renewedFor !== undefined) return renewedWords(what, renewedFor, goesOn);
  if (accessKeyId === null && roleName === null && (made || sessionName === null)) {
    return {
      sentence: safe`Sessions that no record here shows may have been made with ${plainText(identity.replace(/^access-key\//, 'key '))}${goesOn ? safe`, and go on by themselves: up to 36 hours` : safe``}.`,
      remedy: safe`Attach a policy to ${userName === undefined ? safe`the user` : safe`user ${plainText(userName)}`} that denies everything, leave it there until such sessions have ended (up to 36 hours), and revoke the sessions of roles it may assume.`,
    };
  }
  if (accessKeyId === null && sessionName?.startsWith(unseenSession) === true) {
    return {
      sentence: safe`A service that had begun sessions of role ${plainText(roleName ?? '')} before was handed it with these credentials: which of its sessions since are the intruder's is not on record.`,
      remedy: safe`Look at what the service does with the role since, take out what was planted there, and revoke the older sessions of role ${plainText(roleName ?? '')}.`,
    };
  }
  if (accessKeyId === null) {
    const console = plainText((sessionName ?? '').replace(/^console of /u, ''));
    return {
      sentence: goesOn
        ? safe`The console session of ${console} goes on by itself.`
        : safe`The intruder had a console session of ${console}.`,
      remedy: sessionRemedy(what, end),
    };
  }
  return {
    sentence: safe`Session ${plainText(accessKeyId)} of ${ofWhom(what)} ${made ? safe`was made with these credentials` : safe`is what the intruder used`}${goesOn ? safe`, and goes on by itself` : safe``}.`,
    remedy: sessionRemedy(what, end),
  };
}

/** AWS gives whatever has the role its next credentials: a revocation spares those, so that what was entered is to be looked at besides. */
function renewedWords(
  { roleName, sessionName, trustAnchor }: Extract<WayInSubject, { kind: 'session' }>,
  renewedFor: RenewedFor,
  goesOn: boolean,
): Omit<WayInWords, 'until'> {
  if (renewedFor === 'certificate')
    return certificateWords(roleName ?? '', sessionName ?? '', trustAnchor ?? '', goesOn);
  const [role, name] = [plainText(roleName ?? ''), plainText(sessionName ?? '')];
  const doubt = goesOn
    ? safe` The intruder used some of them: they end within hours, and whether the intruder still has them is not known.`
    : safe``;
  return {
    sentence: safe`${capitalized(`${renewedInWords(renewedFor)}${name}`)} gets new credentials of role ${role} for as long as it has that role.${doubt}`,
    remedy: safe`Revoke the older sessions of role ${role} in IAM, and find how the intruder got credentials of ${renewedInWords(renewedFor)}${name}: whoever is in it gets the next ones too, until it is stopped or has no role.`,
  };
}

/** Revoking sessions holds back nobody who has a certificate: it gets the next one in a second. */
function certificateWords(
  roleName: string,
  sessionName: string,
  trustAnchor: string,
  goesOn: boolean,
): Omit<WayInWords, 'until'> {
  const [role, anchor] = [plainText(roleName), plainText(trustAnchor, 300)];
  const certificate = safe`the certificate for which session ${plainText(sessionName)} was begun`;
  const doubt = goesOn
    ? safe` The intruder used such a session: whether they have the certificate, or only took the session's credentials, is not known.`
    : safe``;
  return {
    sentence: safe`Trust anchor ${anchor} gives sessions of role ${role} to whoever has ${certificate}, also after older ones were revoked.${doubt}`,
    remedy: safe`Revoke ${certificate} at its authority, and import the authority's list at trust anchor ${anchor}; to disable the anchor shuts out everybody who has a certificate of it.`,
  };
}

function renewedInWords(renewedFor: RenewedFor): SafeText {
  if (renewedFor === 'service') return safe`what AWS runs as session `;
  return renewedFor === 'managed-node' ? safe`managed node ` : safe`${plainText(renewedFor)} `;
}

/** A role, a user itself, or a name that a user gave to a session of its own (GetFederationToken). */
function ofWhom({
  accountId,
  roleName,
  sessionName,
  userName = sessionName ?? '',
}: Extract<WayInSubject, { kind: 'session' }>): SafeText {
  if (roleName !== null) return safe`role ${plainText(roleName)}`;
  if (userName === rootName) return safe`root of ${plainText(accountId)}`;
  return sessionName === null || sessionName === userName
    ? safe`user ${plainText(userName)} itself`
    : safe`user ${plainText(userName)}, federated as ${plainText(sessionName)},`;
}

/** A list is in force for as long as it is enabled (Roles Anywhere API reference, EnableCrl). */
function isRevocationList(arn: string): boolean {
  return /:rolesanywhere:[^:]*:[^:]*:crl\//u.test(arn);
}

function providerRemedy(arn: string): SafeText {
  return isRevocationList(arn)
    ? safe`Enable ${inWords([arn])} again; where it was deleted or written anew, import the authority's own list.`
    : takeAway(inWords([arn]));
}

/** What an identity provider is, by its ARN, and whom it lets in. */
function providerWords(arn: string): SafeText {
  const name = plainText(arn, 300);
  if (/:rolesanywhere:[^:]*:[^:]*:profile\//u.test(arn)) {
    return safe`Roles Anywhere profile ${name} gives its roles to whoever a trust anchor vouches for.`;
  }
  if (isRevocationList(arn)) return safe`Revocation list ${name} was taken out of force, or written anew.`;
  if (arn.includes(':trust-anchor/')) return safe`Trust anchor ${name} lets in whoever has a certificate of it.`;
  return safe`Identity provider ${name} lets in whoever it vouches for.`;
}

/** A password of somebody in Identity Center: the console alone sets it anew, no command does (Identity Center User Guide). */
export function isDirectoryPassword({
  service,
  credential,
}: Extract<WayInSubject, { readonly kind: 'service-login' }>): boolean {
  return service === 'Identity Center' && credential === 'password';
}
