import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TrailRecord } from './cloudtrail-log.ts';
import { isObject, parseJson, textOf } from './json.ts';
import type { JsonValue } from './json.ts';
import { accountOf } from './world.ts';
import type { World } from './world.ts';
import { addAccount } from './world-definition.ts';

/** The last record of a recording comes to lie this long before now. */
const beforeNowMs = 5_000;

/**
 * Serves recordings (a JSON array of records, or `{"Records":[...]}`, a file each): accounts and regions come from the
 * records, and each recording is shifted by itself so that it ends just before now.
 *
 * Throws with the file's name where one is no recording.
 */
export function loadRecordings(
  folder: string,
  world: World,
  insert: (record: TrailRecord) => void,
  nowMs: number,
): void {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort();
  if (files.length === 0) throw new Error(`no recordings (*.json) in ${folder}`);
  const recordings = files.map((name) => recordsIn(join(folder, name)));
  addAccounts(world, recordings.flat(), nowMs);
  for (const recording of recordings) {
    for (const record of shiftedToNow(recording, nowMs)) insert(record);
  }
}

/** Shifts all times of a recording by the same whole seconds. */
function shiftedToNow(recording: readonly TrailRecord[], nowMs: number): readonly TrailRecord[] {
  const last = Math.max(...recording.map((record) => Date.parse(textOf(record['eventTime']))));
  const shiftMs = Math.floor((nowMs - beforeNowMs - last) / 1_000) * 1_000;
  return recording.map((record) => shifted(record, shiftMs));
}

function shifted(record: TrailRecord, shiftMs: number): TrailRecord {
  const identity = record['userIdentity'];
  const context = isObject(identity) ? identity['sessionContext'] : undefined;
  const attributes = isObject(context) ? context['attributes'] : undefined;
  const moved = { ...record, eventTime: shiftedTime(record['eventTime'], shiftMs) };
  if (!isObject(identity) || !isObject(context) || !isObject(attributes) || attributes['creationDate'] === undefined)
    return moved;
  const creationDate = shiftedTime(attributes['creationDate'], shiftMs);
  return {
    ...moved,
    userIdentity: { ...identity, sessionContext: { ...context, attributes: { ...attributes, creationDate } } },
  };
}

function shiftedTime(value: JsonValue | undefined, shiftMs: number): string {
  return new Date(Date.parse(textOf(value)) + shiftMs).toISOString().replace(/\.\d{3}Z$/u, 'Z');
}

function recordsIn(file: string): readonly TrailRecord[] {
  const content = parseJson(readFileSync(file, 'utf8'));
  const list = isObject(content) ? content['Records'] : content;
  const records = Array.isArray(list) ? (list as readonly JsonValue[]).filter(isObject) : [];
  const usable = records.filter((record) => !Number.isNaN(Date.parse(textOf(record['eventTime']))));
  if (usable.length === 0)
    throw new Error(`${file} is no recording: expected a JSON array of CloudTrail records with eventTime`);
  return usable;
}

function addAccounts(world: World, records: readonly TrailRecord[], nowMs: number): void {
  const regionsOf = new Map<string, Set<string>>();
  for (const record of records) {
    const id = textOf(record['recipientAccountId']);
    regionsOf.set(id, (regionsOf.get(id) ?? new Set()).add(textOf(record['awsRegion'])));
  }
  for (const [id, regions] of regionsOf) {
    if (accountOf(world, id)) continue;
    // Regions of recordings may be invented: the accounts stay in the commercial partition whatever they are called.
    addAccount(
      world,
      { id, name: `recorded-${id}`, regions: [...regions].sort(), partition: 'aws', users: recordedUsers(records, id) },
      nowMs,
    );
  }
}

/** The users that a recording shows, so that a response finds whom it is about. */
function recordedUsers(
  records: readonly TrailRecord[],
  accountId: string,
): { name: string; id: string; keys: { id: string }[] }[] {
  const users = new Map<string, { name: string; id: string; keys: { id: string }[] }>();
  for (const record of records) {
    const identity = record['userIdentity'];
    if (!isObject(identity) || identity['type'] !== 'IAMUser' || identity['accountId'] !== accountId) continue;
    const name = textOf(identity['userName']);
    const user = users.get(name) ?? { name, id: textOf(identity['principalId']), keys: [] };
    const keyId = identity['accessKeyId'];
    const known = typeof keyId !== 'string' || !keyId.startsWith('AKIA') || user.keys.some((key) => key.id === keyId);
    // IAM keeps two keys at most; more of them in one recording are of another time.
    if (!known && user.keys.length < 2) user.keys.push({ id: keyId });
    users.set(name, user);
  }
  return [...users.values()];
}
