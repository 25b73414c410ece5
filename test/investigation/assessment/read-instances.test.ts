import { expect, test } from 'vitest';
import { subjectDigest } from '../../../src/approval/signed-acceptance.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { WayIn } from '../../../src/model/way-in.ts';
import { remediesOf } from '../../../src/investigation/plan/remedies.ts';
import { commandsFor } from '../../../src/investigation/plan/by-hand-commands.ts';
import { containment } from '../../../src/investigation/ways-in/containment.ts';
import { seenEvent } from '../../../src/investigation/seen-event.ts';
import { wayInWords } from '../../../src/investigation/way-in-words.ts';
import { found } from '../archive-of.ts';
import { assessed, callByAdmin, callBySession, materialOf, minute, sessionOf } from './assessed.ts';

const instanceId = 'i-0abc123def4567890';
const home = '3.80.11.12';
const elsewhere = '45.155.91.20';
const day = 24 * 60;
const muchLater = minute(2 * day);

function byInstance(minutes: number, sourceIPAddress: string, key: string): JsonObject {
  return callBySession(minutes, { roleName: 'Web', sessionName: instanceId, key }, 's3', 'ListBuckets', {
    sourceIPAddress,
  });
}

/** Where the instance works from, on each of some days before. */
function before(days: number, address: string): readonly JsonObject[] {
  return Array.from({ length: days }, (_, index) => byInstance((index - days) * day, address, `ASIADAY${index}`));
}

/** The case of a call that is alerted on: everybody's calls, and how that one was made. */
function caseOf(alerted: JsonObject, others: readonly JsonObject[], given: Parameters<typeof assessed>[1] = {}) {
  const { ref } = seenEvent(found(alerted));
  const alerts = materialOf([alerted]).alerts.map((each) => ({ ...each, eventRefs: [ref] }));
  return assessed([...others, alerted], {
    identities: [{ ...sessionOf('Web', instanceId), role: 'suspect', since: minute(-60) }],
    now: muchLater,
    alerts,
    ...given,
  });
}

function instancesOf({ waysIn }: { readonly waysIn: readonly WayIn[] }): readonly WayIn[] {
  return waysIn.filter(({ what }) => what.kind === 'instance');
}

const atHome = [...before(9, home), byInstance(-30, home, 'ASIASTOLEN')];
const stolen = byInstance(0, elsewhere, 'ASIASTOLEN');

test('an instance whose credentials are used from elsewhere stays a way in when their session has ended', () => {
  const { waysIn } = caseOf(stolen, atHome);
  const states = waysIn.map(({ what, state }) => [what.kind, state]);
  expect(states).toContainEqual(['session', 'closed']);
  expect(states).toContainEqual(['instance', 'unknown']);
  expect(containment(waysIn).verdict).toBe('partly-contained');
});

test('it says that the hole may be there, how to close it by hand, and offers isolation without advising it', () => {
  const assessment = caseOf(stolen, atHome);
  const [read] = instancesOf(assessment);
  if (read === undefined) throw new Error('no instance is a way in');
  expect(wayInWords(read).sentence).toContain('Whether it can still be read is not known');
  expect(wayInWords(read).remedy).toContain('IMDSv2');
  expect(commandsFor(read.what)).toContain(
    `aws ec2 modify-instance-metadata-options --instance-id ${instanceId} --http-tokens required`,
  );
  const offered = remediesOf({ ...assessment, advises: true }).filter(({ type }) => type === 'isolateInstance');
  expect(offered.map(({ recommended, closes }) => ({ recommended, closes }))).toEqual([
    { recommended: false, closes: [read.id] },
  ]);
});

test('it is so with an address from which somebody else of the case calls, whatever the instance did before', () => {
  const chained = callBySession(1, { roleName: 'Data', sessionName: 'x', key: 'ASIACHAINED' }, 's3', 'ListBuckets', {
    sourceIPAddress: elsewhere,
  });
  const identities = [
    { ...sessionOf('Web', instanceId), role: 'suspect' as const, since: minute(-60) },
    { ...sessionOf('Data', 'x'), since: minute(-60) },
  ];
  expect(instancesOf(caseOf(byInstance(0, elsewhere, 'ASIANEW'), [chained], { identities }))).toMatchObject([
    { state: 'unknown' },
  ]);
});

test.each([
  ['the network exit that its role has used for long', byInstance(0, home, 'ASIADAY8'), atHome],
  ['an exit that other instances of its role have used for long', byInstance(0, home, 'ASIANEW'), before(9, home)],
  ['an address within the network', byInstance(0, '10.0.0.5', 'ASIASTOLEN'), atHome],
  ['a service of AWS that acts for it', byInstance(0, 'ssm.amazonaws.com', 'ASIASTOLEN'), atHome],
  ['an address of its own, where nothing else is known of it', stolen, []],
])('an instance that calls by %s was not read', (_, alerted, others) => {
  expect(instancesOf(caseOf(alerted, others))).toEqual([]);
});

test('its role may hop on from its own network exit', () => {
  const hopped = callBySession(1, { roleName: 'Data', sessionName: 'x', key: 'ASIACHAINED' }, 's3', 'ListBuckets', {
    sourceIPAddress: home,
  });
  const identities = [
    { ...sessionOf('Web', instanceId), role: 'suspect' as const, since: minute(-60) },
    { ...sessionOf('Data', 'x'), since: minute(-60) },
  ];
  expect(instancesOf(caseOf(byInstance(0, home, 'ASIANEW'), [...before(9, home), hopped], { identities }))).toEqual([]);
});

test('a place at which its credentials turned up a few days ago is not its own', () => {
  const lately = [...before(20, home), ...before(4, elsewhere), byInstance(-30, home, 'ASIASTOLEN')];
  expect(instancesOf(caseOf(stolen, lately))).toMatchObject([{ state: 'unknown' }]);
});

test('it is closed once the instance is terminated, and settled once a person accepts it', () => {
  const terminated = callByAdmin(30, 'ec2', 'TerminateInstances', {
    requestParameters: { instancesSet: { items: [{ instanceId }] } },
  });
  expect(instancesOf(caseOf(stolen, [...atHome, terminated]))).toMatchObject([{ state: 'closed' }]);
  const [read] = instancesOf(caseOf(stolen, atHome));
  if (read === undefined) throw new Error('no instance is a way in');
  const acceptances = [
    {
      wayInId: read.id,
      what: subjectDigest(read.what),
      acceptedBy: 'alice',
      reason: 'the hole is closed',
      at: minute(60),
      until: null,
    },
  ];
  expect(instancesOf(caseOf(stolen, atHome, { acceptances }))).toMatchObject([{ state: { acceptedBy: 'alice' } }]);
  const again = byInstance(120, elsewhere, 'ASIANEXT');
  const atHomeAgain = [...atHome, byInstance(110, home, 'ASIANEXT'), terminated];
  expect(instancesOf(caseOf(stolen, [...atHomeAgain, again]))).toMatchObject([{ state: 'unknown' }]);
  // An acceptance does not cover what is read after it.
  expect(
    instancesOf(caseOf(stolen, [...atHome, byInstance(110, home, 'ASIANEXT'), again], { acceptances })),
  ).toMatchObject([{ state: 'unknown' }]);
});

test('it is closed while the instance is stopped, and not once anybody has started it again', () => {
  function on(minutes: number, action: string): JsonObject {
    return callByAdmin(minutes, 'ec2', action, { requestParameters: { instancesSet: { items: [{ instanceId }] } } });
  }
  const stopped = on(30, 'StopInstances');
  expect(instancesOf(caseOf(stolen, [...atHome, stopped]))).toMatchObject([{ state: 'closed' }]);
  expect(instancesOf(caseOf(stolen, [...atHome, stopped, on(40, 'StartInstances')]))).toMatchObject([
    { state: 'unknown' },
  ]);
});
