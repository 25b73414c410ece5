import { expect, test, vi } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { ownDoors } from '../../../src/investigation/habits/own-door.ts';
import { ownPlaces } from '../../../src/investigation/habits/own-places.ts';
import { seenEvent, type SeenEvent } from '../../../src/investigation/seen-event.ts';
import { found } from '../archive-of.ts';
import { userName } from '../trail-records.ts';
import { assessed, call, callByAdmin } from './assessed.ts';

const awsDenyAll = 'arn:aws:iam::aws:policy/AWSDenyAll';
const trust = JSON.stringify({
  Statement: [{ Effect: 'Allow', Principal: { AWS: '999988887777' }, Action: 'sts:AssumeRole' }],
});
const denial = JSON.stringify({ Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] });

/** The intruder's nth call, and what somebody else then did about it. */
const floods: Readonly<Record<string, (n: number, minute: number) => readonly JsonObject[]>> = {
  'changes of one trust': (_, at) => trustChanges(at, 'Deploy'),
  'changes of many trusts': (n, at) => trustChanges(at, `Deploy${n}`),
  'users with a boundary and every right': (n, at) => [
    call(at, 'iam', 'CreateUser', { requestParameters: { userName: `u${n}`, permissionsBoundary: awsDenyAll } }),
    call(at, 'iam', 'AttachUserPolicy', {
      requestParameters: { userName: `u${n}`, policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
    }),
    callByAdmin(at, 'iam', 'DeleteUserPermissionsBoundary', { requestParameters: { userName: `u${n}` } }),
  ],
  'keys switched on and off': (_, at) =>
    ['Active', 'Inactive'].map((status) =>
      call(at, 'iam', 'UpdateAccessKey', { requestParameters: { userName, accessKeyId: 'AKIAOTHER', status } }),
    ),
  'policies that deny, written and deleted': (_, at) => [
    callByAdmin(at, 'iam', 'PutUserPolicy', {
      requestParameters: { userName, policyName: 'deny', policyDocument: denial },
    }),
    call(at, 'iam', 'DeleteUserPolicy', { requestParameters: { userName, policyName: 'deny' } }),
  ],
  'statements of one function': (n, at) => [
    call(at, 'lambda', 'AddPermission20150331v2', {
      requestParameters: { functionName: 'api', statementId: `s${n}`, principal: '999988887777' },
    }),
    callByAdmin(at, 'lambda', 'RemovePermission20150331v2', {
      requestParameters: { functionName: 'api', statementId: `s${n}` },
    }),
  ],
};

function trustChanges(at: number, roleName: string): readonly JsonObject[] {
  const by = { requestParameters: { roleName, policyDocument: trust } };
  return [call(at, 'iam', 'UpdateAssumeRolePolicy', by), callByAdmin(at, 'iam', 'UpdateAssumeRolePolicy', by)];
}

/** How many times are compared by some work, which is most of it. */
function comparisonsIn(work: () => void): number {
  const { parse } = Date;
  let comparisons = 0;
  const counting = vi.spyOn(globalThis.Date, 'parse');
  counting.mockImplementation((text) => {
    comparisons += 1;
    return parse(text);
  });
  try {
    work();
    return comparisons;
  } finally {
    counting.mockRestore();
  }
}

/** The same of a case of so many calls. */
function comparisonsOf(flood: (n: number, minute: number) => readonly JsonObject[], size: number): number {
  const records = Array.from({ length: size }, (_, n) => flood(n, 1 + (n % 50))).flat();
  return comparisonsIn(() => void assessed([call(0, 's3', 'ListBuckets'), ...records], { alerts: [] }));
}

test.each(Object.entries(floods))('twice as many %s are about twice the work', (_, flood) => {
  comparisonsOf(flood, 10);
  const ratio = comparisonsOf(flood, 600) / comparisonsOf(flood, 300);
  expect(ratio).toBeLessThan(2.6);
});

const tenDays = 14_400;

/** What is asked about each call of somebody who works from one address for ten days: about their whole history each time. */
const askedOfEach: Readonly<Record<string, (events: readonly SeenEvent[]) => (event: SeenEvent) => unknown>> = {
  'by which door of its own it came': ownDoors,
  'whether it came from a place of its own': (events) => ownPlaces(events, ({ callers }) => callers[0] ?? ''),
};

test.each(Object.entries(askedOfEach))('of twice as many calls it is about twice the work to tell %s', (_, ask) => {
  function comparisonsAmong(size: number): number {
    const events = Array.from({ length: size }, (__, n) =>
      seenEvent(found(call((n * tenDays) / size, 's3', 'ListBuckets'))),
    );
    return comparisonsIn(() => void events.map(ask(events)));
  }
  expect(comparisonsAmong(600) / comparisonsAmong(300)).toBeLessThan(2.6);
});
