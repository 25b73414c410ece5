import { execFile } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import { awaitsDecision, type CaseWorld, openCaseWorld } from './case-world.ts';
import { answers } from '../../src/views/answers.ts';
import { caseDocumentSchema } from '../../src/investigation/report/case-document.ts';
import { ruleId, s3BrowserRecord, secondsAgo } from './trail-records.ts';

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the real program, as a script would. */
function trailhound(world: CaseWorld, ...args: readonly string[]): Promise<Ended> {
  const program = ['src/entry/cli/main.ts', '--config', world.configFile, ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, program, (error, out, err) => {
      const code = typeof error?.code === 'number' ? error.code : Number(error !== null);
      resolve({ code, out, err });
    });
  });
}

let world: CaseWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

describe('investigations and audit on the command line', () => {
  test('approve --wait says how many ways in are open where every action was done, and ends with 4', async () => {
    const here = await openCaseWorld({ watchMs: 600_000 });
    world = here;
    await here.addRecords([
      s3BrowserRecord({
        eventTime: secondsAgo(30),
        eventSource: 'sts.amazonaws.com',
        eventName: 'GetSessionToken',
        responseElements: { credentials: { accessKeyId: 'ASIAOWNSESSION', expiration: 'Dec 24, 2099, 4:15:32 PM' } },
      }),
    ]);
    const caseId = await here.openCase();
    const { planDigest } = await here.until(caseId, awaitsDecision);
    const only = [
      '--actions',
      'deactivate-AKIAEXAMPLEMALLORY',
      '--reason',
      'not ours',
      '--key',
      here.configFile.replace('trailhound.toml', 'alice.key'),
    ];
    const approved = await trailhound(
      here,
      'investigations',
      'approve',
      caseId,
      '--plan',
      planDigest ?? '',
      ...only,
      '--wait',
    );
    expect([approved.code, approved.err]).toEqual([4, expect.stringContaining('partly contained: 1 way in is open')]);
    expect(approved.out).toContain('done: deactivate access key AKIAEXAMPLEMALLORY');
    const told = await trailhound(here, 'audit', 'show', caseId);
    expect(told.out).toContain('The response ended: done as approved.');
    expect(told.out).not.toContain('ended: contained');
  });

  test('list, show, refuse, approve with --wait, and tell the story, in the shapes that scripts rely on', async () => {
    const here = await openCaseWorld({ watchMs: 2_000 });
    world = here;
    const caseId = await here.openCase();
    await here.until(caseId, awaitsDecision);

    const listed = await trailhound(here, 'investigations', 'list', '--json');
    expect(listed.code).toBe(0);
    expect(JSON.parse(listed.out)).toEqual({
      investigations: [
        {
          id: caseId,
          status: 'awaiting-decision',
          verdict: null,
          actor: 'IAM user mallory in 111122223333',
          account: '111122223333',
          severity: 'low',
          alertCount: 1,
          openedAt: expect.stringMatching(/^\d{4}-.*Z$/),
          assignedTo: null,
          mergedInto: null,
          waitingUndo: null,
          waysInLeft: null,
          leftByHand: null,
        },
      ],
      comparedWithTemporal: { notInStore: 0, closedInStoreAlone: 0, whole: true },
    });

    const shown = await trailhound(here, 'investigations', 'show', caseId, '--json');
    const view = JSON.parse(shown.out) as { readonly plan: { readonly digest: string } };
    expect(view).toMatchObject({
      alerts: [{ ruleId, ruleName: expect.any(String), eventIds: [expect.any(String)] }],
      evidence: expect.arrayContaining([expect.objectContaining({ kind: 'access-key-activity' })]),
      plan: {
        digest: expect.stringMatching(/^sha256:/),
        actions: [
          { id: 'deactivate-AKIAEXAMPLEMALLORY', type: 'deactivateAccessKey', target: { userName: 'mallory' } },
          {
            id: 'deny-mallory@111122223333',
            type: 'denyUserEverything',
            target: { userName: 'mallory' },
            recommended: false,
          },
        ],
      },
      decisions: [],
    });
    answers['investigations list'].parse(JSON.parse(listed.out));
    answers['investigations show'].parse(view);
    expect(caseDocumentSchema.parse(view)).toMatchObject({
      id: caseId,
      identities: expect.arrayContaining([expect.objectContaining({ kind: 'user', name: 'mallory' })]),
      timeline: expect.arrayContaining([expect.objectContaining({ alertIds: [expect.any(String)] })]),
      standing: { status: 'awaiting-decision', decideBy: expect.any(String) },
    });
    const people = await trailhound(here, 'investigations', 'show', caseId);
    for (const said of ['Who       ', 'From      ', 'Done      ', 'Open      ', 'Breaks    ', 'decide by '])
      expect(people.out).toContain(said);
    expect(people.out.trimEnd().split('\n').length).toBeLessThanOrEqual(24);
    const deeper = await trailhound(here, 'investigations', 'show', caseId, '--timeline', '--evidence', '--identity');
    expect(deeper.out).toMatch(/What it means[\s\S]*What was looked at|Identities[\s\S]*Timeline/);
    expect(deeper.out).toMatch(/trailhound: A plan was presented\./);
    const listedEvents = await trailhound(here, 'investigations', 'events', caseId, '--json');
    const { events } = JSON.parse(listedEvents.out) as { readonly events: readonly object[] };
    expect(events).toContainEqual(expect.objectContaining({ account: '111122223333', outcome: 'success' }));
    const raw = await trailhound(here, 'investigations', 'show', caseId, '--events');
    expect(
      raw.out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toHaveLength(events.length);
    const graph = await trailhound(here, 'investigations', 'graph', caseId, '--format', 'mermaid');
    expect(graph.out).toContain('flowchart LR');
    const report = await trailhound(here, 'investigations', 'report', caseId);
    expect(report.out).toMatch(new RegExp(`^# Case ${caseId}: low severity, awaiting decision`));
    expect(people.out).toContain('investigations approve');
    expect(people.out).not.toContain('\u001B');

    const prefix = view.plan.digest.replace('sha256:', '').slice(0, 20);
    const key = ['--key', here.configFile.replace('trailhound.toml', 'alice.key')];
    const wrong = await trailhound(
      here,
      'investigations',
      'approve',
      caseId,
      '--plan',
      '0'.repeat(20),
      '--reason',
      'a drill',
      ...key,
    );
    expect(wrong.code).toBe(3);
    expect(wrong.err).toMatch(/wrong-plan[\s\S]*remedy:/);
    const unknown = await trailhound(
      here,
      'investigations',
      'approve',
      caseId,
      '--plan',
      prefix,
      '--reason',
      'a drill',
      ...key,
      '--actions',
      'drop',
    );
    expect([unknown.code, unknown.err]).toEqual([3, expect.stringContaining('unknown-action')]);
    const keyless = await trailhound(
      here,
      'investigations',
      'approve',
      caseId,
      '--plan',
      prefix,
      '--reason',
      'a drill',
    );
    expect([keyless.code, keyless.err]).toEqual([1, expect.stringContaining('--key FILE')]);

    const approved = await trailhound(
      here,
      'investigations',
      'approve',
      caseId,
      '--plan',
      prefix,
      '--reason',
      'not ours',
      '--actions',
      'deactivate-AKIAEXAMPLEMALLORY',
      '--wait',
      ...key,
    );
    expect([approved.code, approved.err]).toEqual([0, expect.any(String)]);
    expect(approved.out).toContain('done: deactivate access key AKIAEXAMPLEMALLORY');
    const late = await trailhound(
      here,
      'investigations',
      'reject',
      caseId,
      '--plan',
      prefix,
      '--reason',
      'a drill',
      ...key,
    );
    expect([late.code, late.err]).toEqual([3, expect.stringContaining('already-decided')]);
    expect(late.err.replaceAll(/\s+/g, ' ')).toContain('The plan was carried out');
    expect(late.err).not.toContain('Signed decision');

    await here.client.workflow.getHandle(`case/${caseId}`).result();
    const closed = await trailhound(
      here,
      'investigations',
      'approve',
      caseId,
      '--plan',
      prefix,
      '--reason',
      'a drill',
      ...key,
    );
    expect([closed.code, closed.err]).toEqual([3, expect.stringContaining('The plan was carried out')]);
    const after = await trailhound(here, 'investigations', 'show', caseId, '--plan');
    expect(after.out).toMatch(/What the response did[\s\S]*done {2}deactivate-AKIAEXAMPLEMALLORY: Done\./);
    const lists = await trailhound(here, 'investigations', 'list');
    expect(lists.out).toContain('closed: contained');
    const story = await trailhound(here, 'audit', 'show', caseId);
    expect(story.out).toMatch(/alice: Approved deactivate-AKIAEXAMPLEMALLORY: not ours/);
    const inFull = await trailhound(here, 'investigations', 'show', caseId, '--json');
    expect(answers['investigations show'].parse(JSON.parse(inFull.out)).responses).toHaveLength(1);
    const asData = await trailhound(here, 'audit', 'show', caseId, '--json');
    expect(answers['audit show'].parse(JSON.parse(asData.out)).differences).toEqual([]);
    const changes = await trailhound(here, 'audit', 'changes', '--json');
    answers['audit changes'].parse(JSON.parse(changes.out));
    const audits = await trailhound(here, 'audit', 'list', '--actor', 'MALLORY', '--status', 'closed', '--json');
    expect(answers['audit list'].parse(JSON.parse(audits.out))).toMatchObject({
      audits: [{ id: caseId, history: 'kept' }],
    });
    const none = await trailhound(here, 'audit', 'list', '--rule', 'no such rule', '--json');
    expect(JSON.parse(none.out)).toMatchObject({ audits: [] });
    // Some twenty processes, one after the other.
  }, 180_000);

  test('a case that is not there, and a word that is no status, are told with a remedy', async () => {
    const here = await openCaseWorld();
    world = here;
    const missing = await trailhound(here, 'investigations', 'show', 'TH-NOPE');
    expect([missing.code, missing.err]).toEqual([
      1,
      expect.stringMatching(/there is no case TH-NOPE[\s\S]*investigations list/),
    ]);
    const misspelt = await trailhound(here, 'investigations', 'list', '--status', 'waiting');
    expect([misspelt.code, misspelt.err]).toEqual([2, expect.stringContaining('awaiting-decision')]);
  });

  test('a plan that has expired is refused, and a fresh one can be asked for', async () => {
    const here = await openCaseWorld({ approvalExpiresAfterMs: 1_000 });
    world = here;
    const caseId = await here.openCase();
    const { planDigest } = await here.until(caseId, ({ state }) => state.status === 'needs-a-person');
    const key = ['--key', here.configFile.replace('trailhound.toml', 'alice.key')];
    const late = await trailhound(
      here,
      'investigations',
      'approve',
      caseId,
      '--plan',
      String(planDigest),
      '--reason',
      'a drill',
      ...key,
    );
    expect([late.code, late.err]).toEqual([3, expect.stringContaining('expired')]);
    const asked = await trailhound(here, 'investigations', 'replan', caseId, '--json');
    expect([asked.code, JSON.parse(asked.out)]).toEqual([
      0,
      {
        caseId,
        accepted: true,
        look: { count: 1, outcome: 'presented', plan: expect.stringMatching(/^sha256:/) },
        undo: null,
      },
    ]);
    // What AWS answers late may have brought another by then.
    await here.until(caseId, ({ planVersion }) => (planVersion ?? 0) >= 2);
  });
});
