import { decodeJwt } from 'jose';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { signDecision } from '../../src/approval/signed-decision.ts';
import { canonicalDigest, sha256Hex } from '../../src/digest/canonical-digest.ts';
import { signedLines } from '../../src/entry/investigations/signed-lines.ts';
import { statementLines } from '../../src/entry/investigations/statement-lines.ts';
import { widestLine } from '../../src/entry/terminal/wrapped-text.ts';
import type { Action } from '../../src/model/action.ts';
import type { DecisionStatement } from '../../src/model/decision.ts';
import type { AccountId, CaseId, Instant } from '../../src/model/ids.ts';
import { anApprover } from '../approval/decision-fixtures.ts';
import { readerFaults } from '../harness/reader-faults.ts';

const revocation: Action = {
  id: 'revoke-sessions-deploy@111122223333',
  type: 'revokeRoleSessions',
  target: { kind: 'role', accountId: '111122223333' as AccountId, roleName: 'deploy' },
  params: { issuedBefore: '2026-11-24T12:00:00Z', sessions: [] },
  dependsOn: [],
  recommended: true,
} as unknown as Action; // its form is its module's; what is printed is any

const statement: DecisionStatement = {
  decisionId: '3fcfb182-98f8-4744-bd45-10a5c2a7e1f0',
  caseId: 'TH-7Q2M9K' as CaseId,
  planDigest: `sha256:${'ab'.repeat(32)}`,
  verdict: 'approve',
  actions: [revocation],
  reason:
    'not our  employee’s client; called the owner at 03:20 and she does not know it, nor does anybody of the team',
  approver: 'ann',
  audience: 'trailhound',
  issuedAt: '2026-11-24T12:00:00.000Z' as Instant,
  expiresAt: '2026-11-24T14:00:00.000Z' as Instant,
};

function readBack(lines: readonly string[]): unknown {
  return JSON.parse(
    lines
      .slice(2)
      .map((line) => line.trimStart())
      .join(''),
  );
}

test('what is shown is to the byte what is signed: read back it has the printed digest, which is that of the payload', async () => {
  const lines = signedLines(statement, 80);
  expect(readBack(lines)).toEqual(statement);
  const { jws } = await signDecision(statement, anApprover('ann').signing);
  const payload = Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8');
  expect(lines[1]).toBe(`${sha256Hex(payload)}):`);
  expect(decodeJwt(jws)).toEqual(statement);
});

test('it fits a terminal of 80 columns, with no word broken', () => {
  const lines = statementLines({ ...statement, actions: [] }, 80);
  expect(lines.filter((line) => widestLine(line) > 80)).toEqual([]);
  expect(lines.join('\n')).toMatch(/"reason": "not our {2}employee’s client; /u);
  const words = statement.reason.split(/\s+/u);
  for (const word of words) expect(lines.some((line) => line.includes(word))).toBe(true);
});

test('what it means stands last, next to the question, with how many actions and the reason', () => {
  const lines = statementLines(statement, 80);
  const above = lines.findIndex((line) => line.includes('"actions": ['));
  const head = lines.indexOf('ann signs: approve 1 action of the plan of case TH-7Q2M9K,' as never);
  expect(above).toBeGreaterThan(0);
  expect(head).toBeGreaterThan(above);
  expect(lines[head + 1]).toBe(`  ${statement.planDigest}`);
  expect(lines[head + 2]).toMatch(/^ {2}1\. Denies everything to the sessions/u);
  expect(lines.slice(head).join(' ')).toContain('because: not our employee’s client;');
  expect(readerFaults(lines.slice(head).join('\n'), { width: 80 })).toEqual([]);
  const rejection = statementLines({ ...statement, verdict: 'reject', actions: [] }, 80);
  expect(rejection).toContain('ann signs: reject the plan of case TH-7Q2M9K,');
});

test('whatever a statement holds, nothing of it is left out at any width', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })),
      fc.integer({ min: 20, max: 120 }),
      (value, width) => {
        const lines = signedLines(value, width);
        expect(canonicalDigest(readBack(lines))).toBe(`sha256:${lines[1]?.slice(0, 64)}`);
      },
    ),
  );
});
