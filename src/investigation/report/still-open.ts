import { counted } from '../../model/counted.ts';
import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';
import { unseenSession, type WayInSubject } from '../../model/way-in.ts';
import { toldName } from '../effects/unrecorded.ts';
import { inWords, whoInWords } from '../findings/drawing.ts';
import type { CaseDocument, DocumentWayIn } from './case-document.ts';
import { openWaysIn, wayInInWords } from './case-words.ts';
import { utcTime } from '../../model/utc-time.ts';

/** What one identity, or one thing by itself, still lets in. */
export interface StillOpen {
  /** `user support, made in the case, administrator: access key AKIA..., console password`. */
  readonly words: SafeText;
  /** The same without what it has: `user support, made in the case, administrator: 2 ways in`. */
  readonly brief: SafeText;
  /** Not known of any part of it whether it is open. */
  readonly unknown: boolean;
}

type OpenCase = Pick<CaseDocument, 'waysIn' | 'identityState' | 'accounts'>;

/** The ways in that nobody has closed, by whom they let in, the worst first: live administrators before whoever may do less, what is known before what may be. */
export function stillOpen(document: OpenCase, nowMs: number): readonly StillOpen[] {
  const groups = [...Map.groupBy(openWaysIn(document, nowMs), ({ what, id }) => holderOf(what)?.key ?? id).values()];
  return groups
    .map((waysIn) => ({ waysIn, rank: rankOf(waysIn, document) }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ waysIn }) => groupInWords(waysIn, document, nowMs));
}

interface HolderOf {
  readonly key: string;
  readonly kind: 'user' | 'role';
  readonly name: string;
  readonly accountId: string;
}

/** Whose credential or right a way in is: all that one user has is told together. */
function holderOf(what: WayInSubject): HolderOf | null {
  switch (what.kind) {
    case 'access-key':
    case 'password':
    case 'user':
    case 'other-credential':
      return holder('user', what.accountId, what.userName);
    case 'session':
      if (what.roleName !== null) return holder('role', what.accountId, what.roleName);
      return what.userName === undefined ? null : holder('user', what.accountId, what.userName);
    case 'role':
    case 'trust':
      return holder('role', what.accountId, what.roleName);
    case 'grant': {
      const [kind, ...name] = what.holder.split(' ');
      return kind === 'user' || kind === 'role' ? holder(kind, what.accountId, name.join(' ')) : null;
    }
    default:
      return null;
  }
}

function holder(kind: 'user' | 'role', accountId: string, name: string): HolderOf {
  return { key: `${kind}/${accountId}/${name}`, kind, name, accountId };
}

const worstFirst: readonly (readonly WayInSubject['kind'][])[] = [
  ['root'],
  ['user', 'password', 'access-key'],
  ['person', 'role', 'trust', 'provider', 'other-credential', 'service-login'],
  ['code', 'instance', 'grant'],
  ['session'],
  ['share', 'network'],
];

function rankOf(waysIn: readonly DocumentWayIn[], document: OpenCase): number {
  const kinds = waysIn.map(({ what }) => worstFirst.findIndex((alike) => alike.includes(what.kind)));
  const isKnown = waysIn.some(({ state }) => state === 'open');
  return Number(!isKnown) * 100 + Number(!isAdministrator(waysIn, document)) * 10 + Math.min(...kinds);
}

/** By what the case granted, or by what IAM shows of the user. */
function isAdministrator(waysIn: readonly DocumentWayIn[], { identityState }: OpenCase): boolean {
  if (waysIn.some(({ what }) => what.kind === 'root' || (what.kind === 'grant' && what.administrator))) return true;
  const holders = new Set(waysIn.map(({ what }) => holderOf(what)?.key));
  return identityState.some(
    ({ identity, exists, policies }) =>
      exists && holders.has(identity) && policies.some((policy) => /(?:^|\/)AdministratorAccess$/u.test(policy)),
  );
}

function groupInWords(waysIn: readonly DocumentWayIn[], document: OpenCase, nowMs: number): StillOpen {
  const [first] = waysIn;
  const owner = first === undefined ? null : holderOf(first.what);
  const unknown = waysIn.every(({ state }) => state === 'unknown');
  if (first === undefined || owner === null) {
    const words = waysIn.map((wayIn) => wayInInWords(wayIn, nowMs));
    return { words: safeJoin(words, '; '), brief: safeJoin(words, '; '), unknown };
  }
  const made = waysIn.some(({ what }) => what.kind === owner.kind) ? safe`, made in the case` : safe``;
  const administrator = isAdministrator(waysIn, document) ? safe`, administrator` : safe``;
  const where = document.accounts.length > 1 ? safe` in ${plainText(owner.accountId)}` : safe``;
  const named = safe`${plainText(owner.kind)} ${plainText(owner.name, 64)}${where}${made}${administrator}`;
  const has = waysIn
    .filter(({ what }) => what.kind !== owner.kind)
    .map((wayIn) => partInWords(wayIn, unknown))
    .filter((part) => part.length > 0);
  const unsure = unknown ? safe` (not known whether it is open)` : safe``;
  if (has.length === 0) return { words: safe`${named}${unsure}`, brief: safe`${named}${unsure}`, unknown };
  // The user or role that was made is a way in itself: the list and the verdict count it too.
  const brief = safe`${named}: ${counted(waysIn.length, 'way')} in${unsure}`;
  return { words: safe`${named}: ${safeJoin(has, ', ')}${unsure}`, brief, unknown };
}

/** A way in beside the name of whom it belongs to. */
function partInWords({ what, until, state }: DocumentWayIn, saidOfAll: boolean): SafeText {
  const ends = Number.isNaN(Date.parse(until)) ? safe`` : safe` until ${utcTime(until)} UTC`;
  const perhaps = state === 'unknown' && !saidOfAll ? safe` (perhaps)` : safe``;
  return safe`${partName(what)}${ends}${perhaps}`;
}

function partName(what: WayInSubject): SafeText {
  switch (what.kind) {
    case 'access-key':
      return safe`access key ${plainText(toldName(what.accessKeyId))}`;
    case 'password':
      return safe`console password`;
    case 'other-credential':
      return plainText(toldName(what.what));
    case 'session':
      return sessionName(what);
    case 'trust': {
      const whom = what.letsIn.map(whoInWords);
      return whom.length === 0 ? safe`its trust` : safe`its trust lets in ${inWords(whom, 2)}`;
    }
    case 'grant':
      return safe`policy ${inWords([what.policy])}`;
    default:
      return safe`itself`;
  }
}

function sessionName({
  accessKeyId,
  sessionName: name,
  renewedFor,
}: Extract<WayInSubject, { kind: 'session' }>): SafeText {
  if (renewedFor !== undefined) return safe`the next sessions ${plainText(name ?? '', 64)}`;
  if (name?.startsWith('console of ') === true) return safe`console session`;
  if (name?.startsWith(unseenSession) === true) return safe`sessions that no record shows`;
  if (name !== null && name !== accessKeyId) return safe`session ${plainText(name, 64)}`;
  return accessKeyId === null ? safe`sessions that no record shows` : safe`session ${plainText(accessKeyId)}`;
}
