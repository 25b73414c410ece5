import { readRuleFile } from '../../src/detection/rule-file/read-rule-file.ts';
import { stripVTControlCharacters } from 'node:util';
import { PassThrough } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { expect, test } from 'vitest';
import type { CaseRecord } from '../../src/investigation/case/case-ports.ts';
import type { WrittenRecord } from '../../src/audit/audit-record.ts';
import type { CaseView } from '../../src/views/case.ts';
import { decisionCommands } from '../../src/entry/investigations/render-case.ts';
import { createScreen } from '../../src/entry/start/screen.ts';
import {
  newsAlertLine,
  alertLines,
  afterAuditLine,
  auditLine,
  heartbeatLine,
  replacedPlanLine,
  decideCommands,
  planLines,
  voidPlanLine,
  knownLine,
  operationalLine,
  readingLine,
} from '../../src/entry/start/story-lines.ts';
import { aPlan } from '../approval/decision-fixtures.ts';
import { safe } from '../../src/model/safe-text.ts';
import type { AlertId, CaseId, Instant } from '../../src/model/ids.ts';

const caseId = 'TH-7Q2M9K' as CaseId;
const at = '2026-11-24T12:00:00.000Z' as Instant;
function record(given: Partial<WrittenRecord>): WrittenRecord {
  return {
    id: 'sha256:0',
    at,
    actor: 'trailhound',
    caseId,
    kind: 'case-opened',
    subject: 'TH-7Q2M9K',
    data: {},
    ...given,
  };
}

test('tells how far reading has come, and when all of the promised history is there', () => {
  const progress = { sources: 5, caughtUp: 2, events: 506, alerts: 0 };
  expect(readingLine(progress).text).toBe('read 506 events; history covered in 2 of 5 account-regions');
  expect(readingLine({ ...progress, caughtUp: 5, events: 1169, alerts: 1 }).text).toBe(
    'read 1,169 events: the promised history of all 5 account-regions is covered, 1 alert',
  );
});

test('tells an alert with its values, its time and its case', () => {
  const alert = {
    id: 'sha256:1' as AlertId,
    ruleId: 'r',
    ruleName: 'Odd client',
    severity: 'low' as const,
    riskScore: 21,
    groupValues: ['111122223333', 'ci-deploy'],
    eventTime: at,
    caseId,
    isLive: true,
    ecs: null,
  };
  expect(newsAlertLine(alert, undefined).text).toBe(
    'Odd client (low, risk 21): 111122223333, ci-deploy, first at 2026-11-24 12:00:00 UTC, case TH-7Q2M9K',
  );
});

test('tells who raised an alert, from where and on what', () => {
  const source =
    '[rule]\nname = "t"\ndescription = "x"\nrule_id = "r"\nrisk_score = 21\nseverity = "low"\ntype = "query"\nquery = "a: b"';
  const rule = readRuleFile('r.toml', source).file?.rule;
  const ecs = {
    event: { action: 'CreateAccessKey' },
    source: { address: '203.0.113.7' },
    user: { name: 'Administrators' },
    trailhound: { user: { name: 'Administrators', target: { name: 'bo' } } },
    aws: {
      cloudtrail: { user_identity: { arn: 'arn:aws:sts::111122223333:assumed-role/Administrators/john\u001b[2J' } },
    },
  };
  const alert = {
    id: 'sha256:1' as AlertId,
    ruleId: 'r',
    ruleName: 'Odd client',
    severity: 'low' as const,
    riskScore: 21,
    groupValues: [],
    eventTime: at,
    caseId: null,
    isLive: true,
    ecs,
  };
  const { text } = newsAlertLine({ ...alert, groupValues: ['bo', '203.0.113.7', '111122223333'] }, rule);
  expect(text).toContain('on bo; 111122223333, first at');
  expect(text).toContain('(role Administrators) from 203.0.113.7: CreateAccessKey on bo; 111122223333, first at');
  expect(text).not.toContain('\u001b');
});

test('of many alerts at once, as after an import, tells the first and how many more there are', () => {
  function alert(index: number) {
    return {
      id: `sha256:${index}` as AlertId,
      ruleId: `r${index % 2}`,
      ruleName: 'Odd client',
      severity: 'low' as const,
      riskScore: 21,
      groupValues: [],
      eventTime: at,
      caseId: null,
      isLive: true,
      ecs: null,
    };
  }
  function told(many: number) {
    return alertLines(
      Array.from({ length: many }, (_, index) => alert(index)),
      () => undefined,
    );
  }
  expect(told(10)).toHaveLength(10);
  expect(told(200)).toHaveLength(11);
  expect(told(200).at(-1)?.text).toMatch(/^and 190 more alerts of 2 rules: .*investigations list shows the cases$/);
  expect(told(11).at(-1)?.text).toContain('and 1 more alert of 1 rule: ');
});

test('tells why the same tool in accustomed hands makes no alert', () => {
  const match = { ruleId: 'r', groupValues: ['dana'], firstSeen: '2026-11-18T08:00:00Z' as Instant, lastSeen: at };
  expect(knownLine(match, 'Odd client').text).toBe(
    'no alert for dana: "Odd client" sees it, but has seen the same since 2026-11-18: it is not new',
  );
});

test('tells what is amiss with the collection, and its end', () => {
  const alert = { kind: 'gap' as const, subject: 'lookup/111122223333/us-east-1', sentence: 'could not be read' };
  expect(operationalLine(alert, 'raised')).toEqual({
    kind: 'warning',
    text: 'gap lookup/111122223333/us-east-1: could not be read',
  });
  expect(operationalLine(alert, 'ended').text).toBe('gap lookup/111122223333/us-east-1: this has ended');
});

test('gives the exact commands to decide, with enough of the digest to name the plan', () => {
  const commands = decideCommands(caseId, { ...aPlan(), digest: `sha256:${'ab'.repeat(32)}` }, ' --config t.toml');
  expect(commands[0]).toContain(
    'trailhound --config t.toml investigations approve TH-7Q2M9K --plan abababababababababab --reason "WHY" --wait',
  );
  expect(commands[1]).toContain('investigations reject TH-7Q2M9K --plan abababababababababab');
});

test('names the actions where none is recommended, for an approval that names none is refused then', () => {
  const { actions, digest, purpose } = aPlan();
  const notChosen = actions.map((action) => ({ ...action, recommended: false }));
  expect(decideCommands(caseId, { digest, purpose, actions: notChosen }, '')[1]).toContain(
    ' --actions deactivate-AKIAOLDOLDOLDOLDOLD1,rotate-AKIAOLDOLDOLDOLDOLD1 --reason "WHY" --wait',
  );
  const shown = { digest, standing: 'presented', actions: notChosen } as unknown as CaseView['plan'];
  expect(String(decisionCommands({ id: caseId, plan: shown })[0])).toContain(
    ' --actions deactivate-AKIAOLDOLDOLDOLDOLD1,rotate-AKIAOLDOLDOLDOLDOLD1 --reason "WHY" --wait',
  );
  const undo = { digest, purpose: { undo: digest }, actions: notChosen };
  expect(decideCommands(caseId, undo, '')[1]).toContain(' --actions ID,ID --reason "WHY" --wait');
});

test('tells who decided and why, what was done, and what needs a person', () => {
  const decision = record({
    kind: 'decision-accepted',
    actor: 'local',
    data: {
      decisionId: 'd1',
      planDigest: 'sha256:1',
      verdict: 'approve',
      actionIds: ['deactivate-AKIA1'],
      reason: 'not ours',
      claimedApprover: 'local',
      approvalsMissing: 0,
    },
  });
  expect(auditLine(decision)?.text).toBe('case TH-7Q2M9K: local: approved 1 action: not ours');
  const begun = record({ kind: 'response-started', data: { actionIds: ['a', 'b'], approver: 'local' } });
  expect(auditLine(begun)?.text).toBe('case TH-7Q2M9K: The response began: 2 actions, one after another.');
  const step = record({
    kind: 'action-step',
    subject: 'deactivate-AKIA1',
    data: {
      step: 'deactivate-key',
      outcome: 'done',
      detail: 'Key AKIA1 is inactive, as IAM shows it.',
      awsRequestIds: [],
      planDigest: 'sha256:1',
      intentId: 'i1',
    },
  });
  expect(auditLine(step)?.text).toBe('case TH-7Q2M9K: Key AKIA1 is inactive, as IAM shows it.');
  expect(auditLine(record({ kind: 'needs-a-person', data: { why: 'response-failed' } }))?.text).toContain(
    'an action of the response failed',
  );
  const claimed = { claimed: 1, alertCount: 1, severity: 'low' };
  expect(auditLine(record({ kind: 'alerts-claimed', data: claimed }))).toBeUndefined();
  const watched = record({ kind: 'watch-ended', data: { ended: 'quiet', deniedAttempts: 3 } });
  expect(auditLine(watched)?.text).toContain('and 3 that were refused');
});

test('the end of an action that is done is not told beside its steps, and one that is not done is', () => {
  function endOf(outcome: string) {
    const data = { outcome, detail: 'Because.', keys: [], planDigest: 'sha256:1', intentId: 'i1' };
    return auditLine(record({ kind: 'action-ended', subject: 'deactivate-AKIA1', data }));
  }
  expect(endOf('done')).toBeUndefined();
  expect(endOf('failed')?.text).toContain('deactivate-AKIA1: The action ended: failed. Because.');
});

test('a plan that another takes the place of is said to be void, by name', () => {
  const { text } = replacedPlanLine(caseId, `sha256:${'ab'.repeat(32)}`, `sha256:${'cd'.repeat(32)}`);
  expect(text).toContain(`plan ${'ab'.repeat(10)} is void, and plan ${'cd'.repeat(10)} takes its place`);
});

test('a plan in the place of another tells what is new and what is gone, and the rest in short', () => {
  const before = aPlan();
  const [kept, ...others] = before.actions;
  if (kept === undefined || others.length === 0) throw new Error('the plan has several actions');
  const after = { ...before, actions: [kept], byHand: [{ kind: 'root' }] } as const;
  const file = { id: caseId, actor: { kind: 'user', accountId: '111122223333', name: 'bob' } };
  const [, whole] = planLines(file as unknown as CaseRecord, [], before, null, '');
  const [, brief, decide] = planLines(file as unknown as CaseRecord, [], after, null, '', before);
  const [, first = ''] = whole?.text.split('\n') ?? [];
  expect(first).toMatch(/^1\. Sets access key /);
  expect(brief?.text.split('\n')).toEqual([
    'proposed as before: deactivate access key AKIAOLDOLDOLDOLDOLD1',
    expect.stringMatching(/^new: by hand: Root's keys/),
    ...others.map(() => expect.stringMatching(/^no more: /)),
  ]);
  expect(decide?.text).toContain('waits for a decision');
});

test('a plan of a case that goes on as another is void, and the command to type is that of the other', () => {
  const { text } = voidPlanLine(caseId, `sha256:${'ab'.repeat(32)}`, 'TH-B4XD21', ' --config t.toml');
  expect(text).toContain('it goes on as case TH-B4XD21');
  expect(text).toMatch(/\nlook: .* --config t\.toml investigations show TH-B4XD21$/u);
});

test('where nothing happens, what is waited for is told, until when, and what to type; of many cases the rest is counted', () => {
  const waiting = { id: caseId, who: 'IAM user bob', status: 'awaiting-decision', decideBy: at } as const;
  const since = { quietMs: 120_000, sources: 5, saidBefore: false };
  const { text } = heartbeatLine([waiting], since, ' --config t.toml');
  expect(text).toContain('nothing new for 2 minutes: 5 account-regions are read on, and\n');
  expect(text).toContain(`case ${caseId} about IAM user bob waits for a decision until 2026-11-24 12:00:00 UTC\n`);
  expect(text).toMatch(new RegExp(`\\nlook: .* --config t\\.toml investigations show ${caseId}$`, 'u'));
  const many = Array.from({ length: 5 }, () => ({ ...waiting, status: 'watching' as const, decideBy: null }));
  expect(heartbeatLine(many, since, '').text).toMatch(/is watched after its response.*\nand 2 more cases: .* list$/su);
  expect(heartbeatLine([], { ...since, sources: 1 }, '').text).toBe(
    'nothing new for 2 minutes: no case is open, 1 account-region is read on',
  );
  expect(heartbeatLine([waiting], { ...since, quietMs: 720_000, saidBefore: true }, '').text).toBe(
    'nothing new for 12 minutes: 1 case as said before, and 5 account-regions are read on',
  );
});

test('writes no control character to the terminal, whoever wrote the text, and no colour to a log', () => {
  const out = new PassThrough() as unknown as WriteStream;
  const screen = createScreen(out, out, () => new Date('2026-11-24T12:00:00Z'));
  screen.tell({ kind: 'alert', text: 'user \u001b[2J\u0007evil' });
  expect(String(out.read())).toBe('12:00:00Z * user [2J evil\n');
});

test('what is laid out for the whole width is shown as it stands, with its indents', () => {
  const out = Object.assign(new PassThrough(), { isTTY: true, columns: 40 }) as unknown as WriteStream;
  createScreen(out, out).page([safe`{`, safe`    "verdict": "approve"`, safe`}`]);
  expect(String(out.read())).toBe('{\n    "verdict": "approve"\n}\n');
});

test('breaks a line between words below its text, and a command where a shell takes it on', () => {
  const out = Object.assign(new PassThrough(), { isTTY: true, columns: 40 }) as unknown as WriteStream;
  const screen = createScreen(out, out, () => new Date('2026-11-24T12:00:00Z'));
  screen.tell({ kind: 'read', text: '1. Sets the key of the user to Inactive' });
  const command = 'approve: trailhound investigations approve TH-7Q2M9K --plan 1f0c9a --reason "WHY" --wait';
  screen.tell({ kind: 'decide', text: command });
  const lines = stripVTControlCharacters(String(out.read())).trimEnd().split('\n');
  const below = ' '.repeat('12:00:00Z   1. '.length);
  expect(lines.slice(0, 2)).toEqual(['12:00:00Z   1. Sets the key of the user', `${below}to Inactive`]);
  const pasted = lines
    .slice(2)
    .join('\n')
    .replaceAll(/ \\\n +/g, ' ');
  expect(pasted).toBe(`12:00:00Z ? ${command}`);
  expect(lines.length).toBeGreaterThan(4);
});

test('of a case that needs a person the screen says what to type, and of others nothing more', () => {
  const record = { id: 'a', at: '2026-11-29T21:26:47Z', actor: 'trailhound', caseId, kind: 'needs-a-person' } as never;
  expect(afterAuditLine(record, ' --config t.toml')[0]?.text).toMatch(
    / --config t\.toml investigations show \S+\nfresh plan: .* --config t\.toml investigations replan \S+ --reason "WHY"$/u,
  );
  expect(afterAuditLine({ ...(record as object), kind: 'case-closed' } as never, '')).toEqual([]);
});
