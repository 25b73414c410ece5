import type { CaseDocument, DocumentIdentity } from '../../investigation/report/case-document.ts';
import { callsIn, hasEnded, otherUseInWords, untilInWords } from '../../investigation/report/case-words.ts';
import { identityInWords } from '../../investigation/report/identity-words.ts';
import { wayInBrief } from '../../investigation/report/way-in-brief.ts';
import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';
import { counted } from '../../model/counted.ts';
import type { Style } from '../terminal/terminal-style.ts';
import { section, sections } from './section.ts';
import { treeLines } from './tree-lines.ts';
import { utcTime } from '../../model/utc-time.ts';

const roleWords: Readonly<Record<DocumentIdentity['role'], SafeText>> = {
  suspect: safe`suspect`,
  created: safe`created in the case`,
  changed: safe`changed in the case`,
  used: safe`used in the case`,
  outside: safe`outside the case`,
};

/** Who belongs to a case and by what they can come in, how IAM shows them, what else they are used for, and who led to whom. */
export function identityScreen(document: CaseDocument, nowMs: number, style: Style): SafeText {
  return sections([
    section(
      safe`Identities`,
      document.identities.map((each) => identityEntry(each, document, style)),
      style,
    ),
    section(safe`Ways in`, wayInEntries(document, nowMs, style), style),
    section(safe`As IAM shows them`, stateEntries(document), style),
    section(safe`Other use`, otherUseInWords(document), style),
    document.links.length === 0 ? safe`` : section(safe`Who gave access to whom`, treeLines(document, style), style),
  ]);
}

function identityEntry(
  { kind, name, account, role, id }: DocumentIdentity,
  { timeline }: CaseDocument,
  style: Style,
): SafeText {
  const where = account === null || kind === 'account' || kind === 'root' ? safe`` : safe` in ${plainText(account)}`;
  const own = timeline.filter((entry) => entry.identity === id);
  const calls = callsIn(own);
  const did = calls === 0 ? safe`` : safe`, ${counted(calls, 'call')}`;
  // Since when an identity is in the case is where the search for calls began: a call is what is known.
  const first = own[0]?.at;
  const from = first === undefined ? safe`` : style.quiet(safe`  the intruder's from ${utcTime(first)} UTC`);
  return safe`${style.strong(identityInWords({ kind, name, account }))}${where}: ${roleWords[role]}${did}${from}`;
}

function wayInEntries({ waysIn, plan }: CaseDocument, nowMs: number, style: Style): readonly SafeText[] {
  const remedies = new Map(plan.actions.filter(({ byHand }) => byHand).map(({ id, sentence }) => [id, sentence]));
  return waysIn.map((wayIn) => {
    const { state, what, id } = wayIn;
    const paint = { open: style.bad, unknown: style.warning, closed: style.good, accepted: style.good }[state];
    const until = untilInWords(wayIn, nowMs);
    const ended = state === 'open' && hasEnded(wayIn, nowMs);
    const remedy = ended ? undefined : remedies.get(id);
    const then = remedy === undefined ? safe`` : style.quiet(safe` ${remedy}`);
    const held = wayIn.heldBack === true ? safe`, held back by a boundary that denies everything` : safe``;
    return safe`${ended ? style.good(safe`ended`) : paint(plainText(state))}  ${style.quiet(plainText(id))}  ${wayInBrief(what)}${held}${until.length === 0 ? safe`` : safe`, ${until}`}.${then}`;
  });
}

/** Whether the case knows of a change to a user after it was read: a call on it that went through, or an action of ours. */
function hasChanged(
  { identity, takenAt }: CaseDocument['identityState'][number],
  { timeline, carriedOut }: CaseDocument,
): boolean {
  const name = identity.split('/').at(-1) ?? identity;
  const readMs = Date.parse(takenAt);
  const isCalledOn = timeline.some(
    ({ until, outcome, action, targets }) =>
      outcome === 'success' &&
      Date.parse(until) > readMs &&
      /^iam:(?!Get|List|Simulate)/u.test(action) &&
      targets.some((target) => target.split('/').at(-1) === name),
  );
  const isActedOn = carriedOut.some(
    ({ at, actions }) =>
      Date.parse(at) > readMs &&
      actions.some(({ target, outcome }) => outcome === 'done' && target['userName'] === name),
  );
  return isCalledOn || isActedOn;
}

function stateEntries(document: CaseDocument): readonly SafeText[] {
  const { identityState, identities } = document;
  return identityState.map((state) => {
    const changed = hasChanged(state, document) ? safe`, changed since` : safe``;
    return stateEntry(state, identities, changed);
  });
}

function stateEntry(
  {
    identity,
    takenAt,
    exists,
    keys,
    hasPassword,
    mfaDevices,
    policies,
    groups,
    problems,
  }: CaseDocument['identityState'][number],
  identities: CaseDocument['identities'],
  changed: SafeText,
): SafeText {
  const named = identities.find(({ id }) => id === identity);
  const who = named === undefined ? plainText(identity) : identityInWords(named);
  const when = safe`${utcTime(takenAt)} UTC${changed}`;
  if (!exists) return safe`${who}: gone, as of ${when}`;
  const parts = [
    ...(keys === null
      ? []
      : [
          safe`keys ${keys.length === 0 ? safe`none` : plainText(keys.map((key) => `${key.accessKeyId} ${key.status}`).join(', '), 300)}`,
        ]),
    ...(hasPassword === null ? [] : [hasPassword ? safe`has a password` : safe`no password`]),
    ...(mfaDevices === null ? [] : [mfaDevices === 0 ? safe`no MFA` : counted(mfaDevices, 'MFA device')]),
    ...(policies.length === 0 ? [] : [safe`policies ${plainText(policies.join(', '), 400)}`]),
    ...(groups.length === 0 ? [] : [safe`groups ${plainText(groups.join(', '), 300)}`]),
    ...problems.map((problem) => plainText(problem, 300)),
  ];
  return safe`${who}: ${safeJoin(parts, '; ')} (${when})`;
}
