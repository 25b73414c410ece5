import { expect, test } from 'vitest';
import { lookInShort, lookScreen } from '../../src/entry/investigations/look-report.ts';
import { styleFor } from '../../src/entry/terminal/terminal-style.ts';
import type { LookReport } from '../../src/investigation/evidence-ports.ts';
import type { CaseId, Instant } from '../../src/model/ids.ts';
import type { CaseView } from '../../src/views/case.ts';

const plain = styleFor({ isTTY: false });
const look: LookReport = {
  at: '2026-11-20T11:10:00.000Z' as Instant,
  ended: false,
  asked: 12,
  budget: 100,
  pieces: [
    { source: 'alert-events', about: "the case's alerts", availability: 'complete', why: null },
    {
      source: 'user-state',
      about: 'mal\u001b[31mlory',
      availability: 'partial',
      why: 'iam:ListMFADevices is missing.',
    },
    { source: 'access-key-activity', about: 'AKIAEXAMPLE', availability: null, why: null },
    { source: 'user-activity', about: 'mallory', availability: null, why: null },
  ],
};
const id = 'TH-7Q2M9K' as CaseId;

function early(standing: 'presented' | 'decided'): CaseView['plan'] {
  return { standing, notKnownYet: ['IAM had not been asked.'] } as unknown as CaseView['plan'];
}

test('whoever decides is told how far AWS has answered, and that it may change the plan', () => {
  expect(lookInShort({ look, plan: early('presented'), status: 'awaiting-decision' })).toEqual([
    'evidence from AWS is still coming: 2 of 4 looks done, 12 of 100 requests; what it answers may change the plan',
  ]);
});

test('a plan that stays although AWS was asked since says so, and what could not be had', () => {
  const ended = { ...look, ended: true };
  expect(lookInShort({ look: ended, plan: early('presented'), status: 'awaiting-decision' })).toEqual([
    'AWS has answered since the plan was made, and changes nothing of it',
    '1 look at AWS without all: --evidence says why',
  ]);
  expect(lookInShort({ look: null, plan: null, status: 'gathering' })).toEqual([]);
});

test('the evidence screen says which looks are done, the budget, what could not be had and why, and what comes next', () => {
  const going = String(lookScreen({ id, look, status: 'awaiting-decision' }, 300_000, plain));
  expect(going).toContain('going on, begun 2026-11-20 11:10:00 UTC: 2 of 4 looks done, 12 of 100 requests, 88 left');
  expect(going).toContain('user state of mal [31mlory: partial. iam:ListMFADevices is missing.');
  expect(going).not.toContain('\u001b');
  expect(going).toContain('access key activity of AKIAEXAMPLE: is asked now');
  expect(going).toContain('user activity of mallory: waits');
  const ended = String(lookScreen({ id, look: { ...look, ended: true }, status: 'awaiting-decision' }, 300_000, plain));
  expect(ended).toMatch(
    /next: the store is looked at every 5 minutes; AWS is asked again when alerts come, or at once by .*replan TH-7Q2M9K/u,
  );
  const over = String(lookScreen({ id, look, status: 'closed' }, 300_000, plain));
  expect(over).toContain('broken off, begun');
  expect(over).toContain('user activity of mallory: was not asked');
  expect(lookInShort({ look, plan: null, status: 'closed' })).toEqual([]);
  expect(String(lookScreen({ id, look: null, status: 'gathering' }, 300_000, plain))).toContain('nothing yet');
});
