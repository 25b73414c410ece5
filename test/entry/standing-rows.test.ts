import stringWidth from 'string-width';
import { beforeAll, expect, test } from 'vitest';
import { firstScreen } from '../../src/entry/case-screen/first-screen.ts';
import { caseWarnings } from '../../src/views/case-warnings.ts';
import type { CaseView } from '../../src/views/case.ts';
import { casesCsv, planScreen, renderCases } from '../../src/entry/investigations/render-case.ts';
import { notChosenLines } from '../../src/entry/investigations/left-out-lines.ts';
import { standingRows } from '../../src/entry/investigations/standing-rows.ts';
import { styleFor, type Style } from '../../src/entry/terminal/terminal-style.ts';
import { actionsLeftToPeople } from '../../src/investigation/report/actions-left-to-people.ts';
import { leftByHand } from '../../src/investigation/report/left-by-hand.ts';
import { afterResponseLines } from '../../src/entry/investigations/after-response-lines.ts';
import type { CaseDocument } from '../../src/investigation/report/case-document.ts';
import { planWords } from '../../src/investigation/plan/plan-words.ts';
import { rotateAccessKey } from '../../src/response/actions/rotate-access-key.ts';
import { revokeRoleSessions } from '../../src/response/actions/revoke-role-sessions.ts';
import { deactivationOf, targetOf } from '../../src/response/actions/access-key-target.ts';
import { denialLiftOf, denialOf } from '../../src/response/actions/user-denial.ts';
import { safe } from '../../src/model/safe-text.ts';
import type { AccountId, CaseId, Digest, Instant } from '../../src/model/ids.ts';
import { investigateRecords } from '../investigation/expected/investigate-records.ts';
import { readerFaults } from '../harness/reader-faults.ts';
import { intrusions } from '../investigation/expected/intrusions.ts';

/*
 * The first screen of a case of a running installation, from before its plan to after an undoing: what is proposed, in words; what came of
 * it; what stays.
 */

const style: Style = { ...styleFor({}), width: 80 };
const nowMs = Date.parse('2026-11-20T10:20:00Z');
const accountId = '111122223333' as AccountId;
const user = { kind: 'user', accountId, userName: 'bob' } as const;
const key = {
  accountId,
  userName: 'bob',
  userId: undefined,
  accessKeyId: 'AKIABOB0000000000001',
  status: 'Active',
} as const;
const deactivation = deactivationOf(targetOf(key));
const denial = { ...denialOf(user, { policyName: 'TrailhoundDenyEverything-TH-7Q2M9K' }), recommended: false };
const digest: Digest = `sha256:${'ab'.repeat(32)}`;
const undoDigest: Digest = `sha256:${'cd'.repeat(32)}`;
const at = '2026-11-20T10:10:00.000Z' as Instant;

function planOf(actions: Parameters<typeof planWords>[0]['actions'], standing: 'presented' | 'decided' | 'expired') {
  const words = planWords({ purpose: 'contain', actions, byHand: [], waysIn: [] });
  return {
    digest,
    version: 1,
    undoes: null,
    standing,
    presentedAt: at,
    expiresAt: '2026-11-20T11:10:00.000Z' as Instant,
    altered: false,
    purpose: 'contain' as const,
    ...words,
  };
}

function viewOf(part: Partial<CaseView>): CaseView {
  return {
    id: 'TH-7Q2M9K' as CaseId,
    status: 'awaiting-decision',
    verdict: null,
    assignedTo: null,
    mergedInto: null,
    mergedFrom: [],
    notes: [],
    actor: safe`IAM user bob in 111122223333`,
    account: accountId,
    severity: 'high',
    alertCount: 1,
    openedAt: at,
    closedAt: null,
    actorKey: 'bob',
    needs: null,
    alerts: [],
    evidence: [],
    look: null,
    findings: [],
    plan: planOf([deactivation, denial], 'presented'),
    undo: null,
    decisions: [],
    responses: [],
    responsesVouchedFor: true,
    sinceUndone: null,
    unsettledKeys: [],
    ...part,
  };
}

function ended(
  action: { readonly id: string; readonly type: string; readonly target: object },
  outcome: string,
  detail: string,
) {
  return { actionId: action.id, outcome, detail, keys: [], type: action.type, target: action.target } as never;
}

const approved = {
  decisionId: 'd1',
  planDigest: digest,
  verdict: 'approve',
  actionIds: [deactivation.id],
  reason: 'stolen',
  approver: 'local',
  outcome: { kind: 'accepted' },
  at,
} as never;

let made: CaseDocument;
beforeAll(async () => {
  const [first] = await investigateRecords(intrusions[0]?.records() ?? []);
  if (first === undefined) throw new Error('the first intrusion is a case');
  made = first.document;
});

/** The screen as one text, and that it fits. */
function shown(view: CaseView, document: Partial<CaseDocument> = {}): string {
  const { plan } = view;
  const warnings = caseWarnings(view).map(({ sentence }) => sentence as string);
  const full: CaseDocument = {
    ...made,
    plan: {
      actions: (plan?.actions ?? []).map(({ id, type, target, recommended, effect }) => ({
        id,
        type,
        target: { ...target },
        recommended,
        byHand: false,
        closes: [],
        sentence: effect,
      })),
    },
    standing: { status: view.status, verdict: view.verdict, digest, decideBy: plan?.expiresAt ?? null, warnings },
    ...document,
  };
  const screen = firstScreen(
    full,
    { nowMs, standing: standingRows(view, full, nowMs, style), deeper: safe`More` },
    style,
  );
  const lines = screen.split('\n');
  expect(readerFaults(screen, { width: 80 })).toEqual([]);
  expect(lines.length).toBeLessThanOrEqual(23);
  expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(80);
  return screen.replaceAll(/\s+/gu, ' ');
}

test('a plan is proposed in words, and what is not ticked says why', () => {
  const screen = shown(viewOf({}));
  expect(screen).toContain('Proposed deactivate access key AKIABOB0000000000001');
  expect(screen).toContain('only if chosen: deny user bob everything (no session of the user itself is open)');
  expect(screen).not.toContain(deactivation.id);
  expect(screen).toMatch(/Breaks nothing known: nobody else was seen/u);
});

test('what breaks is told by what the actions do', () => {
  const [revocation] = revokeRoleSessions.propose({
    caseId: 'TH-7Q2M9K' as CaseId,
    keys: [],
    replaceable: [],
    liftable: [],
    users: [],
    roles: [{ accountId, roleName: 'deploy', roleId: undefined, sessions: [] }],
    created: [],
    presented: [],
    secrets: { namePrefix: 'trailhound', region: 'us-east-1' },
    now: at,
  });
  if (revocation === undefined) throw new Error('a role with a session is revoked');
  const screen = shown(viewOf({ plan: planOf([revocation], 'presented') }));
  expect(screen).toContain('Proposed revoke older sessions of role deploy');
  expect(screen).toContain('Breaks whoever has an older session of the role has to begin another one');
});

test('a response says what was done in words, and what stays; nothing is proposed or breaks any more', () => {
  const responses = [
    {
      ended: 'partly-contained',
      endedAt: at,
      planDigest: digest,
      actions: [ended(deactivation, 'done', 'Key is inactive.')],
    },
  ];
  const view = viewOf({
    status: 'watching',
    plan: planOf([deactivation], 'decided'),
    responses,
    decisions: [approved],
  });
  const screen = shown(view);
  expect(screen).toContain('watching, partly contained');
  expect(screen).toContain(
    'Response done in part of what was approved, 2026-11-20 10:10:00 UTC, approved by local: done: deactivate access key AKIABOB',
  );
  expect(screen).toContain('Open ');
  expect(screen).not.toMatch(/Proposed|Breaks/u);
  expect(shown(view, { waysIn: [], toPutRight: [] })).not.toContain('watching, partly');
});

test('a response that made a key names it and where its secret is, and no key that it removed again', () => {
  const arn = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:trailhound/bob/AKIABOB-hqxjSQ';
  const made = [
    { accessKeyId: 'AKIAGONE', fate: 'removed', secretArn: null },
    { accessKeyId: 'AKIANEW', fate: 'live', secretArn: arn },
  ];
  const rotation = { id: 'rotate-x', type: 'rotateAccessKey', target: targetOf(key) };
  const actions = [{ ...(ended(rotation, 'done', 'It is stored.') as object), keys: made }] as never;
  const responses = [{ ended: 'contained', endedAt: at, planDigest: digest, actions }];
  const screen = shown(viewOf({ status: 'watching', plan: planOf([deactivation], 'decided'), responses }));
  expect(screen).toContain('new key AKIANEW is live, its secret is in');
  expect(screen.replaceAll(' ', '')).toContain(arn);
  expect(screen).not.toContain('AKIAGONE');
});

test('an action that failed says why, and the case what it waits for', () => {
  const responses = [
    {
      ended: 'failed',
      endedAt: at,
      planDigest: digest,
      actions: [ended(deactivation, 'failed', 'iam:UpdateAccessKey was denied.')],
    },
  ];
  const needs = { why: 'response-failed', detail: null };
  const screen = shown(viewOf({ status: 'needs-a-person', needs, plan: planOf([deactivation], 'decided'), responses }));
  expect(screen).toContain('Waits an action of the response failed');
  expect(screen).toMatch(/failed: deactivate access key \S+\. iam:UpdateAccessKey was denied/u);
  expect(screen).toContain('investigations replan TH-7Q2M9K');
});

test('each response is told, the latest first, and what has no room is counted', () => {
  const undone = {
    ended: 'undone',
    endedAt: '2026-11-20T10:30:00.000Z',
    planDigest: undoDigest,
    actions: [ended(denialLiftOf(user, denial.params), 'done', 'The policy is gone.')],
  };
  const first = {
    ended: 'contained',
    endedAt: at,
    planDigest: digest,
    actions: [ended(deactivation, 'done', 'Key is inactive.'), ended(denial, 'done', 'Denied.')],
  };
  const view = viewOf({ plan: planOf([deactivation], 'decided'), responses: [first, undone], decisions: [approved] });
  const screen = shown(view);
  const [latest, before] = [
    screen.indexOf('an earlier response was taken back, 2026-11-20 10:30:00 UTC'),
    screen.indexOf('done as approved'),
  ];
  expect(latest).toBeGreaterThan(0);
  expect(before).toBeGreaterThan(latest);
  expect(screen).toContain('10:10:00 UTC, approved by local: deactivate access key AKIABOB0000000000001');
  const { done } = standingRows(viewOf({ responses: Array.from({ length: 9 }, () => first) }), made, nowMs, style);
  expect(done).toHaveLength(7);
  expect(done.at(-1)).toEqual(['3 responses before: --plan has all']);
});

test('a plan from before an undoing is not proposed: the case says that it looks anew, until it has', () => {
  const plan = planOf([deactivation], 'presented');
  const sinceUndone = { at: '2026-11-20T10:15:00.000Z', holds: [], left: [] } as never;
  function looking(ended: boolean, from: string) {
    return { at: from, ended, asked: 3, budget: 2_000, pieces: [] } as never;
  }
  const [before, after] = ['2026-11-20T10:09:00.000Z', '2026-11-20T10:15:01.000Z'];
  for (const look of [looking(true, before), looking(false, after)]) {
    const screen = shown(viewOf({ plan, sinceUndone, look }));
    expect(screen).toContain(
      'Proposed nothing yet: since the undoing at 2026-11-20 10:15:00 UTC the case is looked at',
    );
    expect(screen).not.toMatch(/approve|Breaks|deactivate access key/u);
    expect(planScreen(viewOf({ plan, sinceUndone, look }), style)).not.toMatch(/To go on|waits for a decision/u);
  }
  expect(shown(viewOf({ plan, sinceUndone, look: looking(true, after) }))).toMatch(/Proposed deactivate access key/u);
});

test('a plan of which a part was approved says so of each action, and what ended is what was approved', () => {
  const both = [deactivation, { ...denial, recommended: true }];
  const done = { planDigest: digest, ended: 'contained', endedAt: at, actions: [ended(deactivation, 'done', 'off')] };
  const accepted = { ...(approved as object), outcome: { kind: 'accepted', approvalsMissing: 0 } } as never;
  const part = { plan: planOf(both, 'decided'), decisions: [accepted], responses: [done as never] };
  const screen = planScreen(viewOf(part), style);
  expect(screen).toMatch(new RegExp(`^ +${denial.id} +not approved: it was left out$`, 'mu'));
  expect(screen).toMatch(new RegExp(`^ +${deactivation.id}$`, 'mu'));
  expect(screen).toContain('done as approved');
  expect(planScreen(viewOf({ plan: planOf(both, 'presented') }), style)).not.toContain('not approved');
  const [left, ...none] = notChosenLines({ verdict: 'approve', actions: [deactivation] }, { actions: both });
  expect([left, none]).toEqual([`1 action that the plan recommends left out: ${denial.id}`, []]);
  expect(notChosenLines({ verdict: 'approve', actions: both }, { actions: both })).toEqual([]);
});

test('a plan to undo that is void opens nothing again', () => {
  const opens = { sentence: safe`User bob was created with these credentials.`, remedy: safe`x`, until: null } as never;
  function undo(standing: 'presented' | 'superseded') {
    return { ...planOf([], 'presented'), standing, digest: undoDigest, undoes: digest, waysIn: [opens] } as never;
  }
  expect(planScreen(viewOf({ undo: undo('presented') }), style)).toContain('Opens again');
  expect(planScreen(viewOf({ undo: undo('superseded') }), style)).not.toContain('Opens again');
});

test('a plan that was just decided on says so, and asks for nothing more', () => {
  const accepted = { ...(approved as object), outcome: { kind: 'accepted', approvalsMissing: 0 } } as never;
  const screen = shown(viewOf({ decisions: [accepted] }));
  expect(screen).toContain('Proposed nothing more: local approved it at 2026-11-20 10:10:00 UTC');
  expect(screen).not.toMatch(/--plan|Breaks/u);
  const first = { ...(approved as object), outcome: { kind: 'accepted', approvalsMissing: 1 } } as never;
  expect(shown(viewOf({ decisions: [first] }))).toContain('Proposed deactivate access key');
});

test('a long status goes on below the first line', () => {
  const mergedFrom = ['TH-AAAAAA', 'TH-BBBBBB'] as CaseId[];
  const undo = { ...planOf([denialLiftOf(user, denial.params)], 'presented'), undoes: digest };
  const sinceUndone = { at, holds: [], left: ['x'] } as never;
  expect(shown(viewOf({ mergedFrom, undo, sinceUndone }))).toContain(
    'partly undone since, an undo waits, with what was TH-AAAAAA, TH-BBBBBB high severity',
  );
});

/** An approver's rejection of a plan. */
function rejectionOf(planDigest: Digest): CaseView['decisions'][number] {
  return {
    decisionId: 'd1',
    planDigest,
    verdict: 'reject',
    actionIds: [],
    reason: 'an authorised test',
    approver: 'kim',
    outcome: { kind: 'accepted' },
    at,
  } as never;
}

test("a rejection of an undoing is not told as one of the case's plan", () => {
  const plan = planOf([deactivation], 'presented');
  const done = { ended: 'contained', endedAt: '2026-11-20T10:00:00.000Z', planDigest: digest, actions: [] };
  const view = viewOf({ plan, responses: [done], decisions: [rejectionOf(undoDigest)] });
  expect(shown(view)).not.toContain('rejected');
});

test('a rejection says by whom and why, and proposes nothing', () => {
  const decisions = [rejectionOf(digest)];
  const plan = planOf([deactivation], 'decided');
  const screen = shown(viewOf({ status: 'closed', verdict: 'rejected', plan, decisions }));
  expect(screen).toContain('closed: rejected');
  expect(screen).toContain('Response kim rejected the plan: an authorised test');
  expect(screen).not.toContain('Proposed');
});

test('a plan to undo is named while it waits, on the case and in the list, with the command for it', () => {
  const undo = {
    ...planOf([denialLiftOf(user, { policyName: 'TrailhoundDenyEverything-TH-7Q2M9K' })], 'presented'),
    digest: undoDigest,
    undoes: digest,
    purpose: { undo: digest },
  };
  const responses = [
    { ended: 'contained', endedAt: at, planDigest: digest, actions: [ended(denial, 'done', 'Denied.')] },
  ];
  const plan = planOf([denial], 'decided');
  const view = viewOf({ status: 'closed', verdict: 'contained', plan, undo, responses, decisions: [approved] });
  const screen = shown(view, { waysIn: [], toPutRight: [] });
  expect(screen).toContain('closed: contained, an undo waits');
  expect(screen).toContain(
    `Undo plan ${'cd'.repeat(10)} (decide by 2026-11-20 11:10:00 UTC) would lift the denial of user bob`,
  );
  expect(screen).toMatch(/approve TH-7Q2M9K --plan (?:cd){10}/u);
  const { id, status, verdict, actor, account, severity, alertCount, openedAt, assignedTo, mergedInto } = view;
  const line = {
    id,
    status,
    verdict,
    actor,
    account,
    severity,
    alertCount,
    openedAt,
    assignedTo,
    mergedInto,
    waitingUndo: undoDigest,
    waysInLeft: null,
    leftByHand: null,
  };
  expect(renderCases([line], styleFor({}))).toMatch(/closed: contained, undo waits .*(?:cd){10}/u);
  expect(renderCases([line], style)).toMatch(/closed: contained, +high/u);
  const narrow = renderCases([line], { ...style, width: 40 });
  expect(readerFaults(narrow, { width: 40 })).toEqual([]);
  expect(narrow.split('\n')[0]).toMatch(/^case +status +who$/u);
  expect(narrow).toContain('TH-7Q2M9K');
  expect(renderCases([{ ...line, waitingUndo: null }], styleFor({}))).not.toContain('undo');
  const open = { ...line, waitingUndo: null, waysInLeft: 2 };
  expect(renderCases([open], styleFor({}))).toMatch(/closed: contained, 2 ways in open/u);
  expect(renderCases([{ ...open, waysInLeft: 0 }], styleFor({}))).not.toContain('open,');
  const unseen = { ...open, waysInLeft: 'not-looked-at' } as const;
  expect(renderCases([unseen], styleFor({}))).toMatch(/closed: contained, ways in not looked at/u);
  expect(casesCsv([unseen])).toContain(',contained,not-looked-at,');
  expect(casesCsv([open])).toMatch(
    /^case,status,verdict,ways_in_left,left_by_hand,.*\nTH-7Q2M9K,closed,contained,2,,,high,/u,
  );
});

test('the list of cases counts what a closed one left to people', () => {
  const { mergedFrom: _from, ...row } = viewOf({ status: 'closed', verdict: 'contained' });
  const line = { ...row, waitingUndo: null, waysInLeft: 0, leftByHand: 3 };
  expect(renderCases([line], styleFor({}))).toMatch(/closed: contained, 3 to do by hand/u);
  expect(renderCases([{ ...line, leftByHand: 0 }], styleFor({}))).not.toContain('by hand');
  expect(casesCsv([line])).toMatch(/,closed,contained,0,3,,/u);
});

const stays = {
  kind: 'denial-stays',
  accountId,
  userName: 'bob',
  policyName: 'TrailhoundDenyEverything-TH-7Q2M9K',
  waysIn: 1,
  until: '2026-11-20T22:00:00.000Z' as Instant,
} as const;

test('a new key that the denial of its user would refuse is offered with that, and beside it how the plan is left', () => {
  const [rotation] = rotateAccessKey.propose({
    caseId: 'TH-7Q2M9K' as CaseId,
    keys: [],
    replaceable: [key],
    liftable: [],
    users: [],
    roles: [],
    created: [],
    presented: [],
    secrets: { namePrefix: 'trailhound/', region: 'us-east-1' },
    now: at,
  });
  if (rotation === undefined) throw new Error('a key is replaced');
  const words = planWords({ purpose: 'contain', actions: [rotation], byHand: [stays], waysIn: [] });
  const plan = { ...planOf([rotation], 'presented'), ...words };
  const actions = [
    ...plan.actions.map((action) => ({
      ...action,
      target: { ...action.target },
      byHand: false,
      closes: [],
      sentence: action.effect,
    })),
    ...actionsLeftToPeople({ byHand: [stays] }),
  ];
  const screen = shown(viewOf({ plan }), { plan: { actions }, waysIn: [], toPutRight: [] });
  expect(screen).toContain(
    'only if chosen: make a new key for access key AKIABOB0000000000001 (not yet: the new key is refused as long as the denial of user bob stays, until 2026-11-20 22:00:00 UTC at least)',
  );
  expect(screen).toContain('until it takes the new one and the denial of the user is lifted');
  expect(screen).toMatch(/investigations reject .* investigations approve /u);
  const free = planWords({ purpose: 'contain', actions: [rotation], byHand: [], waysIn: [] });
  expect(free.actions[0]?.onlyIfChosen).toContain('it closes nothing');
});

test('what a plan leaves to people stays on the screen of a case that has closed, until a way in that it is about is closed', () => {
  const trust = { kind: 'role-trust', accountId, roleName: 'deploy' } as const;
  const [open] = made.waysIn.filter(({ state }) => state === 'open');
  if (open === undefined) throw new Error('the case has a way in');
  const way = { kind: 'way-in', id: open.id, what: open.what } as const;
  const actions = actionsLeftToPeople({ byHand: [trust, way] });
  const view = viewOf({ status: 'closed', verdict: 'contained', plan: planOf([deactivation], 'decided') });
  const closed = {
    ...made,
    plan: { actions },
    toPutRight: [],
    waysIn: made.waysIn.map((each) => ({ ...each, state: 'closed' as const })),
  };
  expect(shown(view, closed)).toContain(
    `By hand Close the trust policy of role deploy in account ${accountId} to whoever began the session`,
  );
  expect(leftByHand(closed, nowMs)).toHaveLength(1);
  expect(leftByHand({ ...closed, waysIn: made.waysIn, toPutRight: made.toPutRight }, nowMs)).toHaveLength(3);
});

test('a response that was waited for ends in a verdict, what is left to people, and what to type next', () => {
  const view = viewOf({ status: 'watching', plan: planOf([deactivation], 'decided') });
  function told(document: Partial<CaseDocument>, undoes = false): string {
    return afterResponseLines({ view, document: { ...made, ...document } }, { undoes, watchMs: 3_600_000, nowMs }).join(
      '\n',
    );
  }
  expect(told({})).toMatch(
    /^not contained: 4 ways in are still open[^]*left to do by hand: read secret prod\/card[^]*next: `trailhound investigations show TH-7Q2M9K`$/u,
  );
  expect(told({ waysIn: [], toPutRight: [] })).toMatch(
    /^contained: no way in that is known of is open\. For 1 hour it is watched/u,
  );
  expect(told({}, true)).toMatch(/^taken back: [^]*next: `trailhound/u);
});

test('of what was taken back in part, what stands is named, and that it contains is not denied', () => {
  const sinceUndone = { at, holds: ['activate-AKIABOB: Active.'], left: ['lift-deny-bob@111122223333'] };
  const screen = shown(viewOf({ sinceUndone }));
  expect(screen).toContain('Part of the response was taken back');
  expect(screen).toContain('left to undo: lift-deny-bob@111122223333');
  expect(screen).toContain('partly undone since');
  expect(screen).not.toContain('contains nothing any more');
});

test('what was taken back, and a key that may be live, stand before all else', () => {
  const sinceUndone = { at, holds: ['deny-bob: The policy is gone.'], left: [] };
  const unsettledKeys = [
    {
      intentId: 'i',
      caseId: 'TH-7Q2M9K' as CaseId,
      actionId: 'rotate-AKIABOB',
      accountId,
      userName: 'bob',
      accessKeyIds: ['AKIANEW'],
      why: 'IAM does not answer.',
      since: at,
    },
  ];
  const screen = shown(viewOf({ sinceUndone, unsettledKeys }));
  const [who] = /Who /u.exec(screen) ?? [];
  expect(screen.indexOf('Key AKIANEW of user bob may be live')).toBeGreaterThan(0);
  expect(screen.indexOf('Key AKIANEW of user bob may be live')).toBeLessThan(screen.indexOf(who ?? ''));
  expect(screen).toContain('was taken back at 2026-11-20 10:10:00 UTC: it contains nothing any more');
  const closed = viewOf({ status: 'closed', verdict: 'contained' });
  expect(caseWarnings(closed, 1).map(({ sentence }) => sentence)).toEqual([
    'It was closed as contained, and 1 way in is not closed by what is known now.',
  ]);
  expect(caseWarnings(closed, 0)).toEqual([]);
});

test('where this machine cannot tell who wrote what a response did, that is said once, and where to ask', () => {
  const done = { ended: 'contained', planDigest: digest, endedAt: at, actions: [] } as never;
  const said = /cannot be told here, for this machine has not its key/gu;
  function times(part: Partial<CaseView>): number {
    const view = viewOf(part);
    const first = caseWarnings(view).map(({ sentence }) => sentence as string);
    return [...[...first, planScreen(view, styleFor(process.stdout))].join(' ').matchAll(said)].length;
  }
  expect(times({ responses: [done], responsesVouchedFor: false })).toBe(1);
  expect(times({ responses: [done] })).toBe(0);
  expect(times({ responsesVouchedFor: false })).toBe(0);
});

test('a plan to undo says of a revocation that it is lifted at once, and what is the intruder’s apart, and counts what opens', () => {
  const [lift] = revokeRoleSessions.inverse(
    {
      id: 'revoke-Deploy@111122223333',
      type: 'revokeRoleSessions',
      target: { kind: 'role', accountId, roleName: 'Deploy' },
      params: { policyName: 'TrailhoundRevokeSessions', issuedBefore: at, sessions: [] },
      dependsOn: [],
      recommended: true,
    },
    [],
  ).actions;
  if (lift === undefined) throw new Error('it has an inverse');
  const given = { ...denialLiftOf(user, { policyName: 'TrailhoundDenyEverything-TH-7Q2M9K' }), recommended: false };
  const opens = {
    id: 'w',
    identity: 'user/111122223333/bob',
    what: { kind: 'user', accountId, userName: 'bob' },
    origin: 'made',
    state: 'open',
    until: 'until-removed',
    proof: [],
  } as const;
  const actions = [lift, given];
  const session = {
    kind: 'session',
    accountId,
    accessKeyId: 'ASIADEPLOY',
    roleName: 'Deploy',
    sessionName: 's',
  } as const;
  const ways = [opens, { ...opens, id: 's', identity: 'role/111122223333/Deploy', what: session }] as const;
  const words = planWords({ purpose: { undo: digest }, actions, byHand: [], waysIn: ways });
  const undo = { ...planOf([], 'presented'), ...words, digest: undoDigest, undoes: digest, purpose: { undo: digest } };
  const { undo: entries } = standingRows(viewOf({ undo }), made, nowMs, style);
  expect(entries.join('\n')).toMatch(
    /decide by 2026-11-20 11:10:00 UTC\) would lift the revocation from role Deploy at once\n/,
  );
  expect(entries.join('\n')).toContain('1 way in would open again, 1 more only if chosen: --plan names them');
  expect(entries.join('\n')).toMatch(/only if chosen: lift the denial of user bob \(it gives user bob its rights back/);
  const shown = planScreen(viewOf({ undo }), style);
  expect(shown).toContain('User bob was created with these credentials. Only if chosen.');
  const done = {
    planDigest: undoDigest,
    ended: 'undone',
    endedAt: at,
    actions: [{ ...(ended(lift, 'done', '') as object), params: lift.params }],
  };
  const rows = standingRows(viewOf({ responses: [done as never] }), made, nowMs, style);
  expect(rows.done.flat().join('\n')).toContain(
    'an earlier response was taken back, 2026-11-20 10:10:00 UTC: lift the revocation from role Deploy at once',
  );
});

test('a case that was merged into another says where it goes on, and that one which it took over', () => {
  const [into, from] = ['TH-B4XD21' as CaseId, 'TH-7Q2M9K' as CaseId];
  const view = viewOf({ status: 'merged', mergedInto: into, plan: null });
  expect(shown(view, { waysIn: [], toPutRight: [] })).toContain('merged into TH-B4XD21: it goes on there');
  const ended = { ...view, closedAt: at };
  const lines = shown(ended, { id: ended.id });
  expect(lines).toMatch(
    /^TH-7Q2M9K merged into TH-B4XD21, 2026-11-20 10:10:00 UTC: it goes on there \S.*investigations show TH-B4XD21$/u,
  );
  const { mergedFrom: _from, ...row } = view;
  expect(renderCases([{ ...row, waitingUndo: null, waysInLeft: null, leftByHand: null }], styleFor({}))).toContain(
    'merged into TH-B4XD21',
  );
  const goesOn = viewOf({ id: into, mergedFrom: [from] });
  expect(shown(goesOn, { waysIn: [], toPutRight: [] })).toContain('with what was TH-7Q2M9K');
});

test('a case that imported records alone are of says so where it needs a person, with what is typed by hand', () => {
  const sentence = safe`UNCONFIRMED: 1 of the alerts' events were imported. Nothing is proposed because of them.`;
  const byHand = { type: 'unconfirmed', target: {}, recommended: true, byHand: true, closes: [], sentence } as const;
  const what = { kind: 'access-key', accountId, userName: 'bob', accessKeyId: key.accessKeyId } as const;
  const [wayIn] = made.waysIn;
  if (wayIn === undefined) throw new Error('the intrusion left a way in');
  const document: CaseDocument = {
    ...made,
    plan: { actions: [{ id: 'by-hand-1', ...byHand }] },
    waysIn: [{ ...wayIn, what, state: 'open', until: 'until-removed' }],
  };
  const view = viewOf({
    status: 'needs-a-person',
    needs: { why: 'nothing-to-propose', detail: null },
    plan: planOf([], 'presented'),
  });
  const rows = standingRows(view, document, nowMs, style);
  expect(rows.needs.join()).toContain('UNCONFIRMED: 1 of the');
  expect(rows.proposed).toContain(
    `by hand: aws iam update-access-key --user-name bob --access-key-id ${key.accessKeyId} --status Inactive`,
  );
});

test('a session that was accepted is told while it lasts, in a closed case as well', () => {
  const [wayIn] = made.waysIn;
  if (wayIn === undefined) throw new Error('the first intrusion has a way in');
  const accepted = {
    ...wayIn,
    state: 'accepted',
    acceptedBy: 'alice',
    reason: 'the night shift',
    until: '2026-11-20T12:04:00.000Z' as Instant,
  } as const;
  const view = viewOf({ status: 'closed', verdict: 'contained', plan: null });
  const screen = shown(view, { waysIn: [accepted] });
  expect(screen).toMatch(/Accepted .*until 2026-11-20 12:04:00 UTC, by alice: the night shift/u);
  expect(shown(view, { waysIn: [{ ...accepted, until: at }] })).not.toContain('Accepted');
});

test('a new key in the place of one that is inactive is not said to deactivate it, nor to stop what uses it', () => {
  const [target, params] = [targetOf(key), { secretName: 'trailhound/bob', secretRegion: 'us-east-1' }];
  const rotation = {
    id: 'rotate-x',
    type: 'rotateAccessKey',
    target,
    params,
    dependsOn: [],
    recommended: false,
  } as const;
  const screen = shown(viewOf({ plan: planOf([rotation], 'presented') })).replaceAll(/\s+/gu, ' ');
  expect(screen).toContain('nothing more: what uses the old key has stopped');
  const offered = { ...planOf([rotation], 'presented'), purpose: 'rotate' as const };
  const rows = shown(viewOf({ plan: offered }));
  expect(rows).not.toMatch(/\.;/u);
  expect(rows).toContain('investigations replan TH-7Q2M9K` asks for a plan again, of a closed case too;');
  const effect = String(planOf([rotation], 'presented').actions[0]?.effect);
  expect(effect).toMatch(/^Makes a new key in the place of access key/);
  expect(effect).toContain('deactivated first where it is not');
});
