import { expect, test } from 'vitest';
import { RecordScanner } from '../../../src/cloudtrail/scan/record-scanner.ts';
import { pathIndex } from '../../../src/cloudtrail/scan/scanned-record.ts';
import type { WantedEvents } from '../../../src/entry/investigate/gathered-events.ts';
import { RecordIndex } from '../../../src/entry/investigate/record-index.ts';
import { userRecord } from '../../investigation/trail-records.ts';

const account = '111122223333';
const none: WantedEvents = { members: new Map(), roles: new Map(), addresses: new Map() };
const member = [{ position: 0, sinceMs: 0, whole: true }];

const session = userRecord({
  eventName: 'BySession',
  sourceIPAddress: '203.0.113.8',
  userIdentity: {
    type: 'AssumedRole',
    principalId: 'AROAX:bot',
    arn: `arn:aws:sts::${account}:assumed-role/deploy/bot`,
    accountId: account,
    accessKeyId: 'ASIAEXAMPLESESSION',
    sessionContext: { sessionIssuer: { arn: `arn:aws:iam::${account}:role/deploy` } },
  },
});
const records = [
  userRecord({ eventName: 'ByUser' }),
  session,
  userRecord({ eventName: 'Escaped', userAgent: 'é', sourceIPAddress: '203.0.113.\u00e9' }),
  userRecord({ eventName: 'ByNobodyKnown', userIdentity: { type: 'Unknown' }, sourceIPAddress: '203.0.113.10' }),
];
/** Whose address is not plain text, and who says too little, are read whatever is asked for. */
const always = ['Escaped', 'ByNobodyKnown'];

/** The names of the calls that would be read again. */
function wantedOf(wanted: Partial<WantedEvents>, isWanted: (name: string) => boolean = () => false): readonly string[] {
  const index = new RecordIndex();
  index.source(0);
  index.content();
  const bytes = Buffer.from(JSON.stringify({ Records: records }));
  const scanner = new RecordScanner({
    record: (record) =>
      index.record(
        record,
        index.callers.numberOf(record),
        isWanted(record.commonTexts(pathIndex('eventName'))[0] ?? ''),
      ),
    other: () => expect.unreachable('all are records'),
  });
  // In two pieces, so that what was scanned first makes room.
  for (const piece of [bytes.subarray(0, 900), bytes.subarray(900)]) {
    piece.copy(scanner.reserve(piece.length));
    scanner.advance(piece.length);
  }
  return [...index.wantedPlaces({ ...none, ...wanted })].flatMap(({ places }) => {
    const [at = new Uint32Array(0)] = places?.values() ?? [];
    return Array.from({ length: at.length / 2 }, (_, place) => {
      const text = bytes.toString('utf8', at[2 * place], at[2 * place + 1]);
      return (JSON.parse(text) as { eventName: string }).eventName;
    });
  });
}

test('where no case is about anything, only what says too little is read again', () => {
  expect(wantedOf({})).toEqual(always);
});

test.each([
  ['a user', { members: new Map([[`user/${account}/mallory`, member]]) }, ['ByUser', ...always]],
  ['a session', { members: new Map([[`session/${account}/deploy/bot`, member]]) }, ['BySession', ...always]],
  ['the key of a session', { members: new Map([['access-key/ASIAEXAMPLESESSION', member]]) }, ['BySession', ...always]],
  ['a role', { roles: new Map([[`role/${account}/deploy`, [0]]]) }, ['BySession', ...always]],
  ['an address', { addresses: new Map([['203.0.113.7', [0]]]) }, ['ByUser', ...always]],
])('a case about %s has its calls read again', (_, wanted: Partial<WantedEvents>, names) => {
  expect(wantedOf(wanted)).toEqual(names);
});

test('what may undo something is read again, whoever did it', () => {
  expect(wantedOf({}, (name) => name === 'BySession')).toEqual(['BySession', ...always]);
});
