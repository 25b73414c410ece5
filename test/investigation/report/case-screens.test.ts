import stringWidth from 'string-width';
import { beforeAll, describe, expect, test } from 'vitest';
import { caseEventTable } from '../../../src/entry/case-screen/event-table.ts';
import { caseScreens } from '../../../src/entry/case-screen/case-screens.ts';
import { firstScreen } from '../../../src/entry/case-screen/first-screen.ts';
import { chosenCases } from '../../../src/entry/investigate/chosen-cases.ts';
import type { Style } from '../../../src/entry/terminal/terminal-style.ts';
import { sourceInWords } from '../../../src/investigation/report/case-words.ts';
import { caseDocumentSchema, type CaseDocument } from '../../../src/investigation/report/case-document.ts';
import type { AccountId } from '../../../src/model/ids.ts';
import type { WayInSubject } from '../../../src/model/way-in.ts';
import { assessCase } from '../../../src/investigation/case/assess-case.ts';
import { actsInWords } from '../../../src/investigation/report/act-words.ts';
import { htmlReport } from '../../../src/investigation/report/html-report.ts';
import { markdownReport } from '../../../src/investigation/report/markdown-report.ts';
import { effectWords } from '../../../src/investigation/report/effect-words.ts';
import { toPutRight } from '../../../src/investigation/report/to-put-right.ts';
import { stages } from '../../../src/investigation/stage.ts';
import { call, materialOf } from '../assessment/assessed.ts';
import { plainAction } from '../../../src/investigation/plain-action.ts';
import { plainText, safe, type SafeText } from '../../../src/model/safe-text.ts';
import { intrusions } from '../expected/intrusions.ts';
import { investigatePaths, investigateRecords } from '../expected/investigate-records.ts';

function same(text: SafeText): SafeText {
  return text;
}
const style: Style = { width: 80, strong: same, quiet: same, good: same, warning: same, bad: same };
const deeper = safe`More: --timeline`;
const nowMs = Date.parse('2026-11-20T10:20:00Z');

let recorded: readonly CaseDocument[] = [];
let made: readonly CaseDocument[] = [];
beforeAll(async () => {
  recorded = (await investigatePaths(['../shared/corpora/cloudtrail-stratus'])).map(({ document }) => document);
  made = (await Promise.all(intrusions.map(({ records }) => investigateRecords(records()))))
    .flat()
    .map(({ document }) => document);
});

function screen(document: CaseDocument, atMs = nowMs): string {
  return firstScreen(document, { nowMs: atMs, deeper }, style);
}

function all(document: CaseDocument): string {
  return caseScreens(
    document,
    { timeline: true, evidence: true, identity: true, graph: true },
    { nowMs, deeper },
    style,
  );
}

describe('a case as a person and as a script see it', () => {
  test('its first screen fits 80 columns and 24 lines, in whatever recording', () => {
    for (const document of [...recorded, ...made]) {
      const lines = screen(document).split('\n');
      expect(lines.length).toBeLessThanOrEqual(24);
      expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(80);
      for (const label of ['Who ', 'Since ', 'From ', 'Done ', 'Open ', 'Breaks '])
        expect(screen(document)).toContain(label);
    }
  });

  test('its document has the fixed form, and names each identity that its links, calls and ways in are about', () => {
    expect(recorded).toHaveLength(35);
    for (const document of [...recorded, ...made]) {
      expect(caseDocumentSchema.parse(document)).toEqual(document);
      const known = new Set(document.identities.map(({ id }) => id));
      for (const { from, to } of document.links) expect([known.has(from), known.has(to)]).toEqual([true, true]);
    }
  });

  test('it says from where and with what the intruder called, and what was done', () => {
    const [first] = made;
    const shown = screen(first as CaseDocument).replaceAll(/\s+/gu, ' ');
    expect(shown).toContain('203.0.113.66 with stratus-red-team_1.0');
    expect(shown).toContain('made user support, made access key AKIAPLANTED000000001 of user support');
    expect(shown).toContain('read secret prod/card: change what it holds');
  });

  test('credentials that were taken off an instance, and used from outside it, are among what was done', () => {
    const document = recorded.find(({ findings }) =>
      findings.some(({ kind }) => kind === 'instance-credentials-stolen'),
    );
    const shown = screen(document as CaseDocument).replaceAll(/\s+/gu, ' ');
    expect(shown).toMatch(/credential access: used the credentials of instance i-\w+ \(role [\w-]+\) from outside it/u);
  });

  test('it counts what the intruder called, of all calls that were looked at', () => {
    const [first] = made as [CaseDocument];
    const hostile = first.timeline.reduce((sum, { count }) => sum + count, 0);
    const busy = { ...first, events: { kept: 282, left: 0 } };
    expect(screen(busy)).toContain(`(${hostile} intruder calls, `);
    expect(screen(busy)).not.toMatch(/of 282/u);
    expect(screen({ ...busy, events: { kept: hostile, left: 0 } })).toContain(`(${hostile} calls, `);
  });

  test('however much the intruder looked around, three phrases of it are told and the others counted', () => {
    const [first] = made as [CaseDocument];
    const phrases = ['ec2:DescribeVpcs', 'iam:ListRoles', 's3:ListBuckets', 'sts:GetCallerIdentity', 'kms:ListKeys'];
    const noisy = {
      ...first,
      done: [{ stage: 'discovery' as const, phrases: phrases.map((each) => plainText(each)), failed: [] }],
    };
    const told = 'ec2:DescribeVpcs, iam:ListRoles, s3:ListBuckets and 2 more acts';
    expect(screen(noisy).replaceAll(/\s+/gu, ' ')).toContain(`discovery: ${told}`);
    expect(htmlReport([noisy])).toContain(`<strong>discovery</strong>: ${told}<`);
    expect(markdownReport([noisy]).replaceAll('\\', '')).toContain(`**discovery**: ${told}`);
  });

  test('what was refused is counted as nothing that was done, and the gravest act is told however little room there is', () => {
    const [first] = made as [CaseDocument];
    function stage(name: CaseDocument['done'][number]['stage'], phrases: number, failed: number) {
      function said(what: string, count: number) {
        return Array.from({ length: count }, (_, index) => plainText(`${what}-${'long'.repeat(8)}-${index}`));
      }
      return { stage: name, phrases: said('act', phrases), failed: said('try', failed) };
    }
    const trail = { ...stage('evasion', 2, 0), phrases: [safe`stopped trail main`, safe`deleted flow logs fl-1`] };
    const done = [
      stage('discovery', 9, 1),
      stage('persistence', 5, 2),
      stage('credential access', 4, 0),
      stage('lateral movement', 0, 3),
      stage('collection', 6, 0),
      trail,
    ];
    const told = screen({ ...first, done }).replaceAll(/\s+/gu, ' ');
    expect(told).toContain('lateral movement: 3 failed attempts');
    expect(told).toContain('evasion: stopped trail main and 1 more act');
    expect(told).not.toMatch(/lateral movement: \d+ acts?/u);
    const crowded = stages.filter((each) => each !== 'impact').map((each) => stage(each, 3, 1));
    const wiped = [...crowded, { stage: 'impact' as const, phrases: [safe`deleted bucket exports`], failed: [] }];
    expect(screen({ ...first, done: wiped }).replaceAll(/\s+/gu, ' ')).toContain('impact: deleted bucket exports');
  });

  test('a count says what it counts: no two of them stand side by side with one noun', () => {
    for (const document of [...recorded, ...made]) {
      const told = screen(document).replaceAll(/\s+/gu, ' ');
      expect(told).not.toMatch(/ways? in and \d+ more|days? and \d+ more|actions? and \d+ more|of \d+ calls/u);
      expect(all(document)).not.toMatch(
        /\b1 (?:more )?(?:calls|ways|actions|acts|alerts|days|attempts)\b|stands? still/u,
      );
    }
  });

  test('what IAM showed of a user is marked where the case knows of a later change', () => {
    const [first] = made as [CaseDocument];
    const account = first.accounts[0] ?? '';
    function state(takenAt: string) {
      const rest = {
        exists: true,
        keys: [],
        hasPassword: null,
        mfaDevices: null,
        policies: [],
        groups: [],
        problems: [],
      };
      return { ...first, identityState: [{ identity: `user/${account}/support`, takenAt, ...rest }] };
    }
    expect(all(state('2026-11-20T08:00:00.000Z')).replaceAll(/\s+/gu, ' ')).toContain(
      '(2026-11-20 08:00:00 UTC, changed since)',
    );
    expect(all(state('2026-11-20T23:00:00.000Z')).replaceAll(/\s+/gu, ' ')).toContain('(2026-11-20 23:00:00 UTC)');
  });

  test('files alone say what they cannot tell', () => {
    for (const document of [...recorded, ...made]) {
      expect(all(document).replaceAll(/\s+/gu, ' ')).toMatch(/What is not known Only these files were looked at: /u);
    }
  });

  test('a deeper screen has the name of the case above it, and not the whole first screen', () => {
    const [first] = made as [CaseDocument];
    const timeline = caseScreens(first, { timeline: true }, { nowMs, deeper }, style);
    expect(timeline).toContain(first.id);
    expect(timeline).not.toMatch(/^(?:Who|Done|Open|Breaks) /mu);
    expect(caseScreens(first, { plan: true }, { nowMs, deeper }, style)).not.toMatch(/^(?:Who|Done|Open|Breaks) /mu);
    expect(caseScreens(first, {}, { nowMs, deeper }, style)).toMatch(/^Who /mu);
  });

  test('the events of a case say whose call each is and on what, at any width', () => {
    const event = {
      ref: { accountId: '111122223333', eventId: 'e-1' },
      at: '2026-11-20T10:00:00.000Z',
      own: false,
      ecs: {
        user: { name: 'bob' },
        event: { action: 'CreateUser', outcome: 'success' },
        aws: { cloudtrail: { request_parameters: '{}', flattened: { request_parameters: { userName: 'support' } } } },
      },
    } as never;
    for (const width of [80, 120, undefined]) {
      const [head, line] = caseEventTable([event], { ...style, width }).split('\n');
      expect(head).toMatch(/^time \(UTC\) .*who .*action/u);
      expect(line).toContain('bob');
    }
  });

  test('the Markdown report has each alert, and by which events things are proved', () => {
    const [first] = made as [CaseDocument];
    const text = markdownReport([first]).replaceAll('\\', '');
    for (const { ruleName, eventIds } of first.alerts) {
      expect(text).toContain(ruleName);
      expect(text).toContain(eventIds[0]);
    }
    for (const { eventIds } of first.timeline) expect(text).toContain(`| ${eventIds[0]} |`);
    for (const { eventIds } of first.findings.filter((each) => each.eventIds.length > 0))
      expect(text).toContain(eventIds[0]);
  });

  test('a call in the HTML report goes on in the next line behind its service, and its columns have fixed parts of the page', () => {
    const [first] = made as [CaseDocument];
    const page = htmlReport([first]);
    for (const { action } of first.timeline) expect(page).toContain(action.replace(':', ':<wbr />'));
    expect(page).toContain('.calls { table-layout: fixed; }');
    expect(page).not.toContain('.calls td { overflow-wrap: anywhere');
  });

  test('no identity is said to be of the intruder before the first call', () => {
    for (const document of [...recorded, ...made]) {
      const first = document.timeline.map(({ at }) => at).toSorted()[0] ?? '';
      for (const { since } of document.identities) {
        if (since === null || since >= first) continue;
        expect(all(document)).not.toContain(`from ${since.slice(0, 19).replace('T', ' ')}`);
      }
    }
  });

  test.each([
    ['S3 Browser/12.6.5 (https://s3browser.com)', 'S3 Browser/12.6.5'],
    ['[aws-cli/2.1.2 Python/3.12 Linux/6]', 'aws-cli/2.1.2'],
    ['AWS Internal', 'AWS Internal'],
    ['Boto3/1.34 md/Botocore#1.34 ua/2.0', 'Boto3/1.34'],
    ['Mozilla/5.0 (X11) Gecko/1', 'Mozilla/5.0 (X11) Gecko/1'],
  ])('the client %s is named as %s', (client, named) => {
    const words = sourceInWords({ source: '203.0.113.77', place: null, clients: [client], calls: 1 });
    expect(words).toBe(`203.0.113.77 with ${named}`);
  });

  test('a call that AWS refused names the error of the record', () => {
    const refused = [...recorded, ...made].flatMap((document) =>
      document.timeline.filter(({ errorCode }) => errorCode !== null).map((entry) => ({ document, entry })),
    );
    expect(refused.length).toBeGreaterThan(0);
    for (const { document, entry } of refused) {
      const said = document.done.flatMap(({ failed }) => failed).join('\n');
      expect(said).toContain(`(${entry.errorCode ?? ''})`);
      expect(said).not.toContain('refused or failed');
    }
  });

  test('a session is open until a time that is said, and no longer', () => {
    const [first] = made;
    const document = first as CaseDocument;
    expect(screen(document).replaceAll(/\s+/gu, ' ')).toMatch(
      /role reader in 444455556666: session support until 2026-11-20 22:00:00 UTC/u,
    );
    const later = Date.parse('2026-11-20T22:00:01Z');
    expect(screen(document, later)).not.toContain('role reader');
  });

  test('what is open is told by whom it lets in, live administrators first and what is not known last', () => {
    const accountId = '111122223333' as AccountId;
    function way(state: 'open' | 'unknown', what: WayInSubject): CaseDocument['waysIn'][number] {
      const id = JSON.stringify(what);
      const rest = {
        sentence: safe`It.`,
        acceptedBy: null,
        reason: null,
        until: 'until-removed',
        eventIds: [],
      } as const;
      return { id, kind: what.kind, identity: 'user/111122223333/eve', what, state, ...rest };
    }
    const [policy, key] = ['arn:aws:iam::aws:policy/AdministratorAccess', 'AKIAEVE0000000000001'];
    const waysIn = [
      way('unknown', { kind: 'password', accountId, userName: 'carol' }),
      way('open', { kind: 'access-key', accountId, userName: 'bob', accessKeyId: 'AKIABOB0000000000001' }),
      way('open', { kind: 'access-key', accountId, userName: 'eve', accessKeyId: key }),
      way('open', { kind: 'user', accountId, userName: 'eve' }),
      way('open', { kind: 'grant', accountId, holder: 'user eve', policy, administrator: true }),
    ];
    const document = { ...(made[0] as CaseDocument), accounts: [accountId], waysIn, toPutRight: [] };
    const open = /Open .*?(?= (?:Proposed|Breaks) )/u.exec(screen(document).replaceAll(/\s+/gu, ' '))?.[0];
    expect(open).toBe(
      `Open user eve, made in the case, administrator: access key ${key}, policy AdministratorAccess ` +
        'user bob: access key AKIABOB0000000000001 ' +
        'user carol: console password (not known whether it is open)',
    );
  });

  test('what IAM shows of a user makes it an administrator too', () => {
    const [first] = made as [CaseDocument];
    const known = first.waysIn.find(({ what }) => what.kind === 'access-key');
    if (known?.what.kind !== 'access-key') throw new Error('the first intrusion began with a key');
    const identity = `user/${known.what.accountId}/${known.what.userName}`;
    const state = { takenAt: first.asOf, exists: true, keys: null, hasPassword: null, mfaDevices: null, problems: [] };
    const policies = ['arn:aws:iam::aws:policy/AdministratorAccess'];
    const document = { ...first, identityState: [{ identity, ...state, policies, groups: [] }] };
    expect(screen(document)).toMatch(new RegExp(`Open {6}user ${known.what.userName}[^:]*, administrator: `));
  });

  test('a key that was made for another user hangs from that user in the tree', () => {
    expect(all(made[0] as CaseDocument)).toMatch(/created user support.*\n.*├ has a new access key AKIAPLANTED/u);
  });

  test('logging that was switched off is said under what was done and what is open', () => {
    const stopped = recorded.find(({ timeline }) => timeline.some(({ action }) => action === 'cloudtrail:StopLogging'));
    const shown = screen(stopped as CaseDocument).replaceAll(/\s+/gu, ' ');
    expect(shown).toMatch(/evasion: stopped trail \S+ Open/u);
    expect(shown).toMatch(/Open .* stopped trail \S+ turn it on again/u);
  });

  test('what was deleted is to be made anew, what was switched off is turned on again', () => {
    const material = materialOf([
      call(0, 'cloudtrail', 'StopLogging', { requestParameters: { name: 'stopped' } }),
      call(1, 'cloudtrail', 'DeleteTrail', { requestParameters: { name: 'gone' } }),
      call(2, 'guardduty', 'DeleteDetector', { requestParameters: { detectorId: 'd1' } }),
    ]);
    const sentences = toPutRight(assessCase(material)).map(({ sentence }) => sentence);
    expect(sentences).toEqual([
      'stopped trail stopped: turn it on again',
      'deleted trail gone; deleted GuardDuty detector d1: make it anew',
    ]);
    const gone = { type: 'restoreLogging', target: { what: 'trail', name: 'gone', how: 'deleted' } };
    expect(actsInWords([gone])).toEqual(['make trail anew']);
  });

  test('a policy that lets in nobody else is shared with nobody', () => {
    const words = effectWords({ kind: 'shared', type: 'bucket', resource: 'b', by: 'policy', with: [] });
    expect(words).toBe('set the policy of b to let in nobody else');
  });

  test('calls are named without the version of their API', () => {
    expect(['lambda:AddPermission20150331v2', 'CreateDistribution2020_05_31', 'RunInstances'].map(plainAction)).toEqual(
      ['lambda:AddPermission', 'CreateDistribution', 'RunInstances'],
    );
  });

  test('what went through and what was refused are told apart', () => {
    const [first] = made;
    const document = first as CaseDocument;
    const entry = document.timeline[0];
    if (entry === undefined) throw new Error('a case has a timeline');
    const refused = { ...entry, outcome: 'failure' as const, errorCode: 'AccessDenied', count: 3, sincePlan: true };
    const both = { ...document, timeline: [entry, refused] };
    expect(all(both)).toMatch(
      /sts:GetCallerIdentity\n[\s\S]*sts:GetCallerIdentity ×3 refused: AccessDenied\s+seen since the plan/u,
    );
    expect(screen(both)).toContain('since the plan: 3 calls, 3 refused');
  });

  test('what we did lies on the same line of time as the calls and alerts', () => {
    const [first] = made;
    const document = first as CaseDocument;
    const ours = [{ at: '2026-11-20T09:17:00Z', who: 'alice', what: 'Approved deactivate-x.' }];
    const shown = all({ ...document, ours });
    expect(shown).toMatch(
      /iam:CreateAccessKey support\n\s+alert [^\n]*\n\s+09:17:00 {2}alice: Approved deactivate-x\.\n[\s\S]*sts:AssumeRole/u,
    );
  });

  test('a case is chosen by its ID or by an identity, and one that is not there is an error that says which there are', () => {
    const [first, second] = made as readonly [CaseDocument, CaseDocument];
    expect(chosenCases(made, { case: second.id.toUpperCase() })).toEqual([1]);
    expect(chosenCases([first, second], { actor: 'BOB' })).toEqual([0]);
    expect(chosenCases([first, second], { actor: second.id })).toEqual([1]);
    expect(() => chosenCases([first], { actor: 'nobody\u001B[2J' })).toThrow(
      expect.objectContaining({
        message: expect.not.stringContaining('\u001B'),
        remedy: expect.stringContaining(`${first.id} (user bob)`),
      }),
    );
    expect(() => chosenCases([first], { case: 'case-000000' })).toThrow(/has the ID case-000000/u);
    expect(() => chosenCases([], { case: 'case-000000' })).toThrow(
      expect.objectContaining({ remedy: 'these files have no case at all' }),
    );
  });

  test('no name in a log steers a terminal or breaks a screen', () => {
    const [first] = made;
    const document = first as CaseDocument;
    const evil = '\u001B[2Jx\u202E\n\u0007'.repeat(200);
    const hostile = {
      ...document,
      identities: document.identities.map((each) => ({ ...each, name: evil })),
      timeline: document.timeline.map((each) => ({
        ...each,
        source: evil,
        client: evil,
        action: evil,
        targets: [evil],
      })),
      ours: [{ at: document.from, who: evil, what: evil }],
    };
    expect(screen(hostile).split('\n').length).toBeLessThanOrEqual(24);
    // What is not our own line break is a control that somebody else wrote.
    // oxlint-disable-next-line eslint/no-control-regex -- controls are what is looked for
    expect(all(hostile)).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/u);
  });
});
