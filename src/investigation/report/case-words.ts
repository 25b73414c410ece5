import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';
import type { ActionType } from '../../model/action.ts';
import { counted, forNumber } from '../../model/counted.ts';
import type { ByHand } from '../../model/plan.ts';
import type { RemedyType } from '../plan/remedies.ts';
import { isUnrecorded, toldName } from '../effects/unrecorded.ts';
import { findKeyWords } from '../way-in-words.ts';
import { isActionType, moduleOf } from '../../response/action-registry.ts';
import { actInWords, actsInWords } from './act-words.ts';
import { wayInBrief } from './way-in-brief.ts';
import type { CaseDocument, DocumentAction, DocumentEntry, DocumentIdentity, DocumentWayIn } from './case-document.ts';
import { identityInWords } from './identity-words.ts';
import { utcTime } from '../../model/utc-time.ts';

/*
 * A case in words that its screens and reports have in common.
 */

/** The suspects: those whose credentials nobody in the case handed out. */
export function suspectsInWords({ identities }: Pick<CaseDocument, 'identities'>): SafeText {
  const suspects = identities.filter(({ role }) => role === 'suspect');
  const named = suspects.length === 0 ? identities : suspects;
  const shown = named.slice(0, 3).map(identityInWords);
  const rest = named.length - shown.length;
  return rest === 0 ? safeJoin(shown, ', ') : safe`${safeJoin(shown, ', ')} and ${rest} more`;
}

export function accountsInWords({ accounts }: Pick<CaseDocument, 'accounts'>): SafeText {
  const shown = accounts.slice(0, 4).map((id) => plainText(id));
  const rest = accounts.length - shown.length;
  const named = rest === 0 ? safeJoin(shown, ', ') : safe`${safeJoin(shown, ', ')} and ${rest} more`;
  return safe`${forNumber(accounts.length, 'account', 'accounts')} ${named}`;
}

/** From where and with what the intruder called. */
export interface CaseSource {
  readonly source: string;
  readonly place: string | null;
  readonly clients: readonly string[];
  readonly calls: number;
}

/** Where the calls of a case came from, those with most calls first. */
export function sourcesOf(timeline: readonly DocumentEntry[]): readonly CaseSource[] {
  return [...Map.groupBy(timeline, ({ source }) => source ?? '')]
    .filter(([source]) => source !== '')
    .map(([source, entries]) => ({
      source,
      place: entries.find(({ place }) => place !== null)?.place ?? null,
      clients: [...new Set(entries.flatMap(({ client }) => client ?? []))],
      calls: callsIn(entries),
    }))
    .toSorted((a, b) => b.calls - a.calls);
}

export function sourceInWords({ source, place, clients }: CaseSource): SafeText {
  const where = place === null ? safe`` : safe` (${plainText(place, 60)})`;
  const [client] = clients;
  if (client === undefined) return safe`${plainText(source, 60)}${where}`;
  const more = clients.length === 1 ? safe`` : safe` and ${counted(clients.length - 1, 'other client')}`;
  return safe`${plainText(source, 60)}${where} with ${plainText(clientName(client), 60)}${more}`;
}

/** The program of a user agent, without what it is built of: the evidence has the whole. */
function clientName(client: string): string {
  const quoted = client.replace(/^\[|\]$/gu, '');
  if (quoted.startsWith('Mozilla/5.0')) return quoted;
  const [product] = /^[^/()]*\/\S*/u.exec(quoted) ?? []; // a product's name may be several words: `S3 Browser/12.6.5`
  return product ?? quoted;
}

export function callsIn(entries: readonly DocumentEntry[]): number {
  return entries.reduce((sum, { count }) => sum + count, 0);
}

/** Looking around is many calls that change nothing: the more it is noise, the less of it is told. */
const discoveryPhrasesShown = 3;

/** What was done, each stage with its first few phrases, and how many more acts and failed attempts there are. */
export function stagesInWords({ done }: Pick<CaseDocument, 'done'>, phrasesShown: number): readonly StageWords[] {
  return done.map(({ stage, phrases, failed }) => {
    const most = stage === 'discovery' ? Math.min(phrasesShown, discoveryPhrasesShown) : phrasesShown;
    const said = [...phrases, ...failed].slice(0, most);
    const moreActs = Math.max(0, phrases.length - most);
    const moreFailed = failed.length - Math.max(0, said.length - phrases.length);
    const more = [
      ...(moreActs === 0 ? [] : [counted(moreActs, 'more act')]),
      ...(moreFailed === 0
        ? []
        : [counted(moreFailed, phrases.length < most ? 'more failed attempt' : 'failed attempt')]),
    ];
    const rest = more.length === 0 ? safe`` : safe` and ${safeJoin(more, ', ')}`;
    return { stage: plainText(stage), said: safe`${safeJoin(said, ', ')}${rest}` };
  });
}

/** `3 acts, 1 failed attempt`: what was refused is nothing that was done. */
export function actsInNumbers({ phrases, failed }: CaseDocument['done'][number]): SafeText {
  const acts = phrases.length === 0 ? [] : [counted(phrases.length, 'act')];
  return safeJoin([...acts, ...(failed.length === 0 ? [] : [counted(failed.length, 'failed attempt')])], ', ');
}

export interface StageWords {
  readonly stage: SafeText;
  readonly said: SafeText;
}

/** Ways in that nobody has closed; a session that has ended by itself is none any more. */
export function openWaysIn({ waysIn }: Pick<CaseDocument, 'waysIn'>, nowMs: number): readonly DocumentWayIn[] {
  return waysIn
    .filter((wayIn) => (wayIn.state === 'open' || wayIn.state === 'unknown') && !hasEnded(wayIn, nowMs))
    .toSorted((a, b) => Number(a.state === 'unknown') - Number(b.state === 'unknown'));
}

/** Ended by itself, after the picture was taken. */
export function hasEnded({ until }: Pick<DocumentWayIn, 'until'>, nowMs: number): boolean {
  const endMs = Date.parse(until); // not a number where it ends by no time
  return endMs <= nowMs;
}

/** `until 2026-11-24 12:31:05 UTC`, and whether that is over. */
export function untilInWords(wayIn: Pick<DocumentWayIn, 'until'>, nowMs: number): SafeText {
  if (Number.isNaN(Date.parse(wayIn.until))) return safe``;
  return hasEnded(wayIn, nowMs)
    ? safe`ended by itself ${utcTime(wayIn.until)} UTC`
    : safe`until ${utcTime(wayIn.until)} UTC`;
}

export function wayInInWords(wayIn: DocumentWayIn, nowMs: number): SafeText {
  const until = untilInWords(wayIn, nowMs);
  const unsure = wayIn.state === 'unknown' ? safe` (not known whether it is open)` : safe``;
  return safe`${wayInBrief(wayIn.what)}${until.length === 0 ? safe`` : safe`, ${until}`}${unsure}`;
}

/** What a person is to do against what is open, in a few phrases; what has ended by itself needs nothing done. */
export function handActs({ plan, waysIn }: Pick<CaseDocument, 'plan' | 'waysIn'>, nowMs: number): readonly SafeText[] {
  const open = openWaysIn({ waysIn }, nowMs);
  const acts = plan.actions.filter(({ byHand, closes }) => byHand && open.some(({ id }) => closes.includes(id)));
  function isNamedByWayIn({ type }: DocumentAction) {
    return type === 'way-in';
  }
  const closing = acts
    .filter(isNamedByWayIn)
    .flatMap(({ closes }) => open.filter(({ id }) => closes.includes(id)))
    .map(({ what }) =>
      what.kind === 'access-key' && isUnrecorded(what.accessKeyId)
        ? findKeyWords(what)
        : safe`close ${wayInBrief(what)}`,
    );
  const advice = adviceByHand({ plan }).map(({ sentence }) => sentence);
  return [...actsInWords(acts.filter((act) => !isNamedByWayIn(act))), ...new Set(closing), ...advice];
}

/** Whether what a plan leaves to people is only told of: there is nothing to do. */
const onlyTold: Readonly<Record<ByHand['kind'], boolean>> = {
  'account-not-ours': false,
  'keys-not-shown': false,
  'key-gone': true,
  'no-room-for-a-key': false,
  'temporary-key': false,
  'password-session': false,
  'instance-session': false,
  'role-session': false,
  'role-trust': false,
  'identity-center-session': false,
  root: false,
  outsider: false,
  service: false,
  'unknown-caller': false,
  unconfirmed: false,
  'not-followed': false,
  'not-asked': false,
  'not-gathered': false,
  behind: false,
  'password-gone': true,
  'denial-stays': false,
  'secret-stays': false,
  'not-undone': false,
  'way-in': false,
  'secret-readable': false,
  'readers-unknown': false,
};

/**
 * What a plan leaves to people that is about no way in of the case: the trust that a session came by, a policy to look at. What closes a
 * way in is done when that is closed, and told with it.
 */
export function adviceByHand({ plan }: Pick<CaseDocument, 'plan'>): readonly DocumentAction[] {
  return plan.actions.filter(
    (action) =>
      action.byHand && action.closes.length === 0 && !isTrueOf(onlyTold, action.type) && actInWords(action) === null,
  );
}

/** Whether what is left to people ends a credential or identity for whoever has it; an action that contains does. */
const endsCredentials: Readonly<Record<Exclude<RemedyType, ActionType>, boolean>> = {
  endPersonSessions: true,
  disablePerson: true,
  stopWorkload: true,
  secureRoot: true,
  deletePassword: true,
  deactivateCredential: true,
  removeServiceLogin: false,
  disableCreatedRole: true,
  restoreTrust: false,
  closeTrust: false,
  removeProvider: false,
  takePolicyAway: false,
  endSharing: false,
  removeCode: false,
  isolateInstance: false,
  closeNetwork: false,
  restoreMfa: false,
  letBackIn: false,
  restoreLogging: false,
  restoreSetting: false,
  rotateSecret: false,
  restoreProtection: false,
  restoreObjects: false,
  restoreOrganization: false,
  restoreNames: false,
  removeMailSending: false,
};

/** What a table says of a type, which in a document may be a newer version's. */
function isTrueOf(table: Readonly<Record<string, boolean>>, type: string): boolean {
  return Object.hasOwn(table, type) && table[type] === true;
}

/** What stops for others once the proposed actions are taken, by what they do. */
export function breaksInWords(
  {
    otherUse,
    identities,
    waysIn,
    plan: { actions },
  }: Pick<CaseDocument, 'otherUse' | 'identities' | 'waysIn' | 'plan'>,
  length: 'full' | 'brief' = 'full',
): readonly SafeText[] {
  if (actions.length === 0) return [safe`nothing: no action is proposed`];
  function has(type: ActionType) {
    return actions.some((action) => action.type === type);
  }
  const planned = actions.filter(({ byHand }) => !byHand);
  // A new key of a user who is denied everything is refused as the old one is.
  const denied =
    has('liftUserDenial') ||
    has('denyUserEverything') ||
    actions.some(({ type }) => type === ('denial-stays' satisfies ByHand['kind']))
      ? safe` and the denial of the user is lifted`
      : safe``;
  // What a new key replaces is closed already: nobody loses it by that.
  const takesNothing =
    planned.length > 0 && planned.every(({ type }) => type === 'rotateAccessKey' || type === 'liftUserDenial');
  // What is closed already has stopped.
  const stopping = otherUse.filter(({ identity }) => {
    const own = waysIn.filter((wayIn) => wayIn.identity === identity);
    return own.length === 0 || own.some(({ state }) => state !== 'closed');
  });
  const breaks = [
    ...(takesNothing ? [] : otherUseInWords({ otherUse: stopping, identities }, length)),
    ...new Set(actions.flatMap(({ type }) => (isActionType(type) ? (moduleOf(type).breaks ?? []) : []))),
    ...(has('rotateAccessKey')
      ? [
          takesNothing
            ? safe`nothing more: what uses the old key has stopped, until it takes the new one${denied}`
            : safe`what uses the old key stops until it takes the new one${denied}`,
        ]
      : []),
  ];
  if (breaks.length > 0) return breaks;
  const stopped = otherUse.filter((each) => !stopping.includes(each));
  if (stopped.length > 0) return stopped.map((each) => stoppedInWords(each, identities));
  return actions.some(({ type }) => (isActionType(type) ? moduleOf(type).contains : isTrueOf(endsCredentials, type)))
    ? [safe`nothing known: nobody else was seen to use these credentials`]
    : [safe`nothing known: ask whoever owns what is taken back`];
}

/** Whoever else used a credential that is closed has felt it by now. */
function stoppedInWords(
  { identity, calls, days }: CaseDocument['otherUse'][number],
  identities: readonly DocumentIdentity[],
): SafeText {
  return safe`nothing more: what else used ${identityName(identity, identities)} has stopped already (${counted(calls, 'call')} on ${counted(days, 'day')})`;
}

/** What the case's own credentials are used for besides, and stops with them. */
export function otherUseInWords(
  { otherUse, identities }: Pick<CaseDocument, 'otherUse' | 'identities'>,
  length: 'full' | 'brief' = 'full',
): readonly SafeText[] {
  return otherUse.map(({ identity, calls, days, last, sources, services }) => {
    const stops = safe`other use of ${identityName(identity, identities)} stops: ${counted(calls, 'call')} on ${counted(days, 'day')}`;
    if (length === 'brief') return stops;
    const from = sources.length === 0 ? safe`` : safe` from ${plainText(sources.slice(0, 2).join(', '), 80)}`;
    const to = safe`${plainText(services.slice(0, 3).join(', '), 60)}`;
    return safe`${stops} to ${to}${from}, last ${utcTime(last)} UTC`;
  });
}

export function identityName(id: string, identities: readonly DocumentIdentity[]): SafeText {
  const known = identities.find((each) => each.id === id);
  if (known !== undefined) return identityInWords(known);
  return id.startsWith('access-key/')
    ? safe`access key ${plainText(toldName(id.slice('access-key/'.length)))}`
    : plainText(id);
}

const secretRead = /^(?:secretsmanager:(?:Batch)?GetSecretValue|ssm:GetParameter)/u;

/** `3 calls, 1 secret read`: what an approver has not seen yet. Nothing where there is nothing. */
export function sincePlanInWords(timeline: readonly DocumentEntry[]): SafeText | null {
  const since = timeline.filter(({ sincePlan }) => sincePlan);
  if (since.length === 0) return null;
  const secrets = callsIn(since.filter(({ action, outcome }) => secretRead.test(action) && outcome === 'success'));
  const refused = callsIn(since.filter(({ outcome }) => outcome === 'failure'));
  return safeJoin(
    [
      counted(callsIn(since), 'call'),
      ...(secrets === 0 ? [] : [safe`${counted(secrets, 'secret')} read`]),
      ...(refused === 0 ? [] : [safe`${refused} refused`]),
    ],
    ', ',
  );
}
