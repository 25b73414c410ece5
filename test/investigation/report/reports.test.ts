import { marked } from 'marked';
import { beforeAll, describe, expect, test } from 'vitest';
import type { CaseDocument } from '../../../src/investigation/report/case-document.ts';
import { htmlReport } from '../../../src/investigation/report/html-report.ts';
import { reportStyle } from '../../../src/investigation/report/html-style.ts';
import { markdownReport } from '../../../src/investigation/report/markdown-report.ts';
import { ocsfFindings } from '../../../src/investigation/report/ocsf-findings.ts';
import type { CaseId, Instant } from '../../../src/model/ids.ts';
import { safe, type SafeText } from '../../../src/model/safe-text.ts';
import { intrusions } from '../expected/intrusions.ts';
import { investigateRecords } from '../expected/investigate-records.ts';

const evil = `"><script src=//x.example></script><img src=x onerror=alert(1)>' style='\u001B[2J\u202E</svg></style></title>[x](javascript:1) \`|`;

let document: CaseDocument;
let hostile: CaseDocument;
beforeAll(async () => {
  const [first] = await investigateRecords(intrusions[0]?.records() ?? []);
  if (first === undefined) throw new Error('the first intrusion is a case');
  document = first.document;
  hostile = {
    ...document,
    id: evil,
    accounts: [evil],
    identities: document.identities.map((each) => ({ ...each, name: evil, account: evil })),
    timeline: document.timeline.map((each) => ({
      ...each,
      action: evil,
      source: evil,
      client: evil,
      place: evil,
      targets: [evil],
      outcome: 'failure',
      errorCode: evil,
    })),
    alerts: document.alerts.map((each) => ({ ...each, ruleName: evil })),
    ours: [{ at: document.from, who: evil, what: evil }],
    notKnown: [evil],
    notes: [{ at: document.from as Instant, by: evil, text: evil }],
    // A sentence that came by a store is not believed either.
    findings: document.findings.map((each) => ({ ...each, sentence: evil as SafeText, techniques: [evil] })),
    toPutRight: document.toPutRight.map((each) => ({ ...each, sentence: evil as SafeText })),
  };
});

/** The tags of a page with the names of their attributes, in the order in which they stand, but for places where a line may break: these are ours, and follow a name's own dots. */
function tagsOf(page: string): readonly string[] {
  return [...page.matchAll(/<(\/?[a-z0-9]+)((?:\s+[a-z-]+(?:="[^"]*")?)*)\s*\/?>/giu)]
    .map(
      ([, name = '', attributes = '']) =>
        `${name} ${[...attributes.matchAll(/([a-z-]+)="/giu)].map(([, each]) => each).join(' ')}`,
    )
    .filter((tag) => tag !== 'wbr ');
}

describe('the report of a case', () => {
  test('breaks a name without a blank before it pushes the columns beside it off the page, on a screen and in print', () => {
    const everywhere = reportStyle.replaceAll(/@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g, '');
    // Columns of fixed width: what has no room in a line of its own breaks, and nothing else does.
    expect(everywhere).toMatch(/\.calls \{[^}]*table-layout: fixed/);
    expect(everywhere).toMatch(/\.calls td \{[^}]*overflow-wrap: break-word/);
  });

  test('tells how many calls were not looked at, one or many', () => {
    const [one, many] = [1, 12_000].map((left) => htmlReport([{ ...document, events: { ...document.events, left } }]));
    expect(one).toContain('There is 1 more call, not looked at.');
    expect(many).toContain('There are 12,000 more calls, not looked at.');
  });

  test('tells what was done, by whose approval and how AWS showed it, and what was taken back; nothing decided is proposed', () => {
    const target = {
      kind: 'access-key',
      accountId: '111122223333',
      userName: 'bob',
      accessKeyId: 'AKIABOB0000000000001',
    };
    const action = { id: 'deactivate-x', type: 'deactivateAccessKey', target };
    const approvals = [{ approver: 'alice', at: '2026-11-20T10:09:00.000Z', reason: 'stolen' }];
    const done = { ...action, outcome: 'done', detail: 'Key AKIABOB0000000000001 is inactive, as IAM shows it.' };
    const back = { ...action, type: 'activateAccessKey', outcome: 'done', detail: '' };
    const rest = { approvals, takesBack: false };
    const after: CaseDocument = {
      ...document,
      plan: {
        actions: [
          { ...action, recommended: true, byHand: false, closes: [], sentence: safe`Sets the key to Inactive.` },
        ],
      },
      standing: { status: 'watching', verdict: null, digest: null, decideBy: null, warnings: [] },
      carriedOut: [
        { ...rest, at: '2026-11-20T10:10:00.000Z', ended: 'done as approved', actions: [done] },
        { ...rest, takesBack: true, at: '2026-11-20T11:10:00.000Z', ended: 'undone', actions: [back] },
      ],
    };
    const texts = [markdownReport([after]).replaceAll('\\', ''), htmlReport([after]).replaceAll(/<[^>]*>/g, '')];
    for (const text of texts) {
      expect(text).toContain(
        'done as approved, 2026-11-20 10:10:00 UTC; approved by alice at 2026-11-20 10:09:00 UTC: stolen',
      );
      expect(text).toContain(
        'done: deactivate access key AKIABOB0000000000001 (Key AKIABOB0000000000001 is inactive, as IAM shows it)',
      );
      expect(text).toContain('taking an earlier response back: undone, 2026-11-20 11:10:00 UTC');
      expect(text).toContain('done: activate access key AKIABOB0000000000001 again');
      expect(text).not.toMatch(/What is proposed|What breaks|Sets the key to Inactive/);
    }
  });

  test('says first what the screen warns of, and names all that is open, green only where nothing is', () => {
    const standing = { status: 'closed', verdict: 'contained', digest: null, decideBy: null };
    const takenBack = 'What the response did was taken back: it contains nothing any more.';
    const warned = { ...document, standing: { ...standing, warnings: [takenBack] } };
    const left = document.waysIn.find(({ state }) => state === 'open')?.sentence ?? 'no way in is open';
    const page = htmlReport([warned]);
    const head = page.slice(0, page.indexOf('<h2>'));
    expect(head).toContain(takenBack);
    expect(head).toContain(left);
    expect(head).not.toContain('no way in that the records show');
    expect(markdownReport([warned]).split('\n')[2]).toContain('it contains nothing any more');
    const quietPage = htmlReport([{ ...document, waysIn: [], toPutRight: [] }]);
    expect(quietPage).toContain('no way in that the records show');
  });

  test('names the plan that waits by its whole digest, with what is typed to approve it, and each action in words', () => {
    const digest = `sha256:${'ab'.repeat(32)}`;
    const action = {
      id: 'deny-bob@111122223333',
      type: 'denyUserEverything',
      target: { kind: 'user', accountId: '111122223333', userName: 'bob' },
      recommended: false,
      byHand: false,
      closes: [],
      sentence: safe`Denies user bob everything.`,
      onlyIfChosen: safe`no session of the user itself is open`,
    };
    const waits = {
      ...document,
      plan: { actions: [action] },
      standing: { status: 'awaiting-decision', verdict: null, digest, decideBy: '2026-11-20T11:00:00Z', warnings: [] },
    };
    const command = `investigations approve ${document.id} --plan ${'ab'.repeat(10)} --actions deny-bob@111122223333`;
    for (const report of [htmlReport([waits]), markdownReport([waits]).replaceAll('\\', '')]) {
      for (const said of [digest, command, 'deny user bob everything', 'no session of the user itself is open'])
        expect(report).toContain(said);
    }
    for (const report of [htmlReport([document]), markdownReport([document])])
      expect(report).not.toMatch(/investigations approve/u);
  });

  test('hands over the undo that waits, what people wrote, and the cases that were merged into it, in each form', () => {
    const digest = `sha256:${'cd'.repeat(32)}`;
    const target = {
      kind: 'access-key',
      accountId: '111122223333',
      userName: 'bob',
      accessKeyId: 'AKIABOB0000000000001',
    };
    const back = { id: 'activate-x', type: 'activateAccessKey', target, recommended: true, byHand: false, closes: [] };
    const undo = {
      digest,
      decideBy: '2026-11-20T11:00:00Z',
      actions: [{ ...back, sentence: safe`Sets it to Active.` }],
    };
    const handed: CaseDocument = {
      ...document,
      standing: { status: 'watching', verdict: null, digest: null, decideBy: null, warnings: [], undo },
      notes: [{ at: '2026-11-20T10:30:00.000Z' as Instant, by: 'alice', text: 'bob is on holiday' }],
      mergedFrom: ['TH-EARLIER' as CaseId],
    };
    const told = [
      `trailhound investigations approve ${document.id} --plan cdcdcdcdcdcdcdcdcdcd`,
      'activate access key AKIABOB0000000000001 again',
      'alice: bob is on holiday',
      'TH-EARLIER',
    ];
    const page = htmlReport([handed]).replaceAll(/\s+/gu, ' ');
    const text = markdownReport([handed]).replaceAll('\\', '');
    for (const each of told) {
      expect(page).toContain(each);
      expect(text).toContain(each);
    }
    expect(ocsfFindings([handed]).at(-1)).toMatchObject({
      status_detail: expect.stringMatching(`TH-EARLIER.*${digest}`),
      comment: expect.stringContaining('alice: bob is on holiday'),
    });
  });

  test('says once that a way in is closed', () => {
    const sentence = safe`Access key AKIAX of user bob was made with these credentials. It is closed.`;
    const [wayIn] = document.waysIn;
    if (wayIn === undefined) throw new Error('the intrusion left a way in');
    const closed: CaseDocument = { ...document, waysIn: [{ ...wayIn, state: 'closed', sentence }] };
    for (const report of [htmlReport([closed]), markdownReport([closed])]) {
      expect(report).toContain('was made with these credentials');
      expect(report).not.toContain('It is closed');
    }
  });

  test('as HTML it is one page with its drawings, that loads nothing and runs nothing', () => {
    const page = htmlReport([document]);
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/u);
    expect(page).toContain(
      `content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"`,
    );
    // The line of time twice, for a page and for a telephone.
    expect(page.match(/<svg\b/gu)).toHaveLength(3);
    expect(page).not.toMatch(/<script|<iframe|<object|<link|\bon\w+=|url\(|@import|https?:/iu);
    for (const said of ['user bob', '203.0.113.66', 'made user support', 'prefers-color-scheme: dark', '@media print'])
      expect(page).toContain(said);
  });

  test('a name in a log is text in it, wherever it stands: it adds no tag and no attribute', () => {
    const refused = {
      ...document,
      timeline: hostile.timeline.map((each) => ({
        ...each,
        action: 'x',
        source: 'x',
        client: 'x',
        place: 'x',
        targets: ['x'],
        errorCode: 'x',
      })),
    };
    const tame = {
      ...hostile,
      id: 'x',
      accounts: ['x'],
      identities: hostile.identities.map((each) => ({ ...each, name: 'x', account: 'x' })),
      timeline: refused.timeline,
      alerts: hostile.alerts.map((each) => ({ ...each, ruleName: 'x' })),
      ours: [{ at: document.from, who: 'x', what: 'x' }],
      notKnown: ['x'],
      findings: hostile.findings.map((each) => ({ ...each, sentence: 'x' as SafeText, techniques: ['x'] })),
      toPutRight: hostile.toPutRight.map((each) => ({ ...each, sentence: 'x' as SafeText })),
    };
    const page = htmlReport([hostile]);
    expect(tagsOf(page)).toEqual(tagsOf(htmlReport([tame])));
    expect(page).not.toMatch(/<script|<img/u);
    for (const control of ['\u001B', '\u202E']) expect(page).not.toContain(control);
    expect(page).toContain('&lt;script src=//x.example&gt;');
  });

  test('as Markdown it holds no HTML, link or cell that a log has put there', () => {
    const page = markdownReport([hostile]);
    expect(page).not.toMatch(/(?<!\\)<(?:script|img)|(?<!\\)\[x/u);
    for (const control of ['\u001B', '\u202E']) expect(page).not.toContain(control);
    const rows = page.split('\n').filter((line) => line.startsWith('| 2'));
    expect(rows).toHaveLength(hostile.timeline.length + 1);
    for (const row of rows) expect(row.match(/(?<!\\)\|/gu)).toHaveLength(9);
    expect(markdownReport([document])).toMatch(/## Timeline\n\n\| time[\s\S]*iam:CreateUser/u);
  });

  test('no case at all is said as well', () => {
    expect(htmlReport([])).toContain('No alert is about anybody.');
    expect(markdownReport([])).toBe('# No cases');
  });

  test('no address that a log holds is a link in Markdown, as GitHub reads it', async () => {
    const addresses = [
      'https://evil.example/x',
      'http://evil.example',
      'www.evil.example',
      'a@evil.example',
      'ftp://e.example',
    ];
    const linked = {
      ...document,
      timeline: document.timeline.map((each) => ({ ...each, targets: addresses, action: addresses[0] ?? '' })),
      notKnown: addresses,
    };
    const page = await marked.parse(markdownReport([linked]), { gfm: true });
    expect(page).toContain('evil.example/x');
    expect(page).not.toMatch(/<a\b/u);
  });
});
