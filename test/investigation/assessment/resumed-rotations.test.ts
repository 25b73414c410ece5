import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { accountId } from '../trail-records.ts';
import { assessed, call, callByAdmin } from './assessed.ts';

const secretId = 'db/orders';
const secretArn = `arn:aws:secretsmanager:us-east-1:${accountId}:secret:db/orders-AbCdEf`;
const theirs = `arn:aws:lambda:us-east-1:${accountId}:function:theirs`;
const own = `arn:aws:lambda:us-east-1:${accountId}:function:own`;

const set = of('RotateSecret', 0, { rotationLambdaARN: theirs }, call);
const cancelled = of('CancelRotateSecret', 10);
const rotated = of('RotateSecret', 20);
const deleted = of('DeleteSecret', 10);
const restored = of('RestoreSecret', 20);

function of(action: string, minutes: number, more: JsonObject = {}, by: typeof call = callByAdmin): JsonObject {
  const named = action === 'CancelRotateSecret' ? secretArn : secretId;
  return by(minutes, 'secretsmanager', action, { requestParameters: { secretId: named, ...more } });
}

function stateAfter(...others: readonly JsonObject[]) {
  const { waysIn } = assessed([set, ...others]);
  return waysIn.find(({ what }) => what.kind === 'code')?.state;
}

test('a rotation that is stopped calls nobody', () => {
  expect(stateAfter(cancelled)).toBe('closed');
  expect(stateAfter(deleted)).toBe('closed');
});

test('whoever rotates a secret again without naming a function calls the one that it kept', () => {
  expect(stateAfter(cancelled, rotated)).toBe('open');
  expect(stateAfter(deleted, restored)).toBe('open');
});

test('whoever rotates it again by another function calls that', () => {
  expect(stateAfter(cancelled, of('RotateSecret', 20, { rotationLambdaARN: own }))).toBe('closed');
  expect(stateAfter(cancelled, rotated, of('RotateSecret', 30, { rotationLambdaARN: own }))).toBe('closed');
  expect(stateAfter(cancelled, rotated, of('CancelRotateSecret', 30))).toBe('closed');
});
