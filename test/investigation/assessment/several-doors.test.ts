import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { assessed, call, callByAdmin, stand } from './assessed.ts';

const listing = call(0, 's3', 'ListBuckets');

type Call = readonly [name: string, request: JsonObject, response?: JsonObject];

interface Doors {
  readonly what: string;
  readonly opened: readonly Call[];
  /** Ends some of them, and not all. */
  readonly some: Call;
  /** Ends the others too. */
  readonly rest: Call;
}

const peer = 'arn:aws:eks::111122223333:role/deploy';
function pod(associationId: string): Call {
  const association = { namespace: 'n', serviceAccount: 's', roleArn: peer, associationId };
  return ['eks/CreatePodIdentityAssociation', { name: 'c' }, { association }];
}
function joined(membershipId: string): Call {
  return [
    'identitystore/CreateGroupMembership',
    { groupId: 'g', memberId: { userId: 'u' }, identityStoreId: 'd' },
    { membershipId },
  ];
}
function association(associationId: string): Call {
  return ['ssm/CreateAssociation', { name: 'Doc' }, { associationDescription: { name: 'Doc', associationId } }];
}
const targets = [{ id: 'evil' }, { id: 'decoy' }].map((each) => ({ ...each, arn: 'arn:aws:lambda:x' }));

/** Two go by one name here, and are ended apart. */
const ofOneName: readonly Doors[] = [
  {
    what: 'a schedule of the same name in another group',
    opened: [
      ['scheduler/CreateSchedule', { name: 'n', groupName: 'g1' }],
      ['scheduler/CreateSchedule', { name: 'n', groupName: 'g2' }],
    ],
    some: ['scheduler/DeleteSchedule', { name: 'n', groupName: 'g2' }],
    rest: ['scheduler/DeleteSchedule', { name: 'n', groupName: 'g1' }],
  },
  {
    what: 'a target of the same ID of a rule on another bus',
    opened: [
      ['events/PutTargets', { rule: 'r', targets: [{ id: '1' }] }],
      ['events/PutTargets', { rule: 'r', eventBusName: 'b', targets: [{ id: '1' }] }],
    ],
    some: ['events/RemoveTargets', { rule: 'r', eventBusName: 'b', ids: ['1'] }],
    rest: ['events/DeleteRule', { name: 'r' }],
  },
  {
    what: 'another association of the same pods',
    opened: [pod('a-1'), pod('a-2')],
    some: ['eks/DeletePodIdentityAssociation', { name: 'c', associationId: 'a-2' }],
    rest: ['eks/DeletePodIdentityAssociation', { name: 'c', associationId: 'a-1' }],
  },
  {
    what: 'another membership of the same group',
    opened: [joined('m-1'), joined('m-2')],
    some: ['identitystore/DeleteGroupMembership', { membershipId: 'm-2', identityStoreId: 'd' }],
    rest: ['identitystore/DeleteGroupMembership', { membershipId: 'm-1', identityStoreId: 'd' }],
  },
  {
    what: 'another trust in the same domain',
    opened: ['t-1', 't-2'].map((trustId) => [
      'ds/CreateTrust',
      { directoryId: 'd-1', remoteDomainName: 'x' },
      { trustId },
    ]),
    some: ['ds/DeleteTrust', { trustId: 't-2' }],
    rest: ['ds/DeleteTrust', { trustId: 't-1' }],
  },
];

/** One call makes two, or each has a name of its own. */
const ofOneKind: readonly Doors[] = [
  {
    what: 'another association of the same document',
    opened: [association('a-1'), association('a-2')],
    some: ['ssm/DeleteAssociation', { associationId: 'a-2' }],
    rest: ['ssm/DeleteAssociation', { associationId: 'a-1' }],
  },
  {
    what: 'another run of the same document',
    opened: ['a-1', 'a-2'].map((automationExecutionId) => [
      'ssm/StartAutomationExecution',
      { documentName: 'D' },
      { automationExecutionId },
    ]),
    some: ['ssm/StopAutomationExecution', { automationExecutionId: 'a-2' }],
    rest: ['ssm/StopAutomationExecution', { automationExecutionId: 'a-1' }],
  },
  {
    what: 'another target of the same call',
    opened: [['events/PutTargets', { rule: 'r', targets }]],
    some: ['events/RemoveTargets', { rule: 'r', ids: ['decoy'] }],
    rest: ['events/RemoveTargets', { rule: 'r', ids: ['evil'] }],
  },
  {
    what: 'another machine of the same call',
    opened: [['lightsail/CreateInstances', { instanceNames: ['evil', 'decoy'] }]],
    some: ['lightsail/DeleteInstance', { instanceName: 'decoy' }],
    rest: ['lightsail/DeleteInstance', { instanceName: 'evil' }],
  },
  {
    what: 'another key of the same call',
    opened: [['glue/UpdateDevEndpoint', { endpointName: 'e', addPublicKeys: ['EVIL', 'DECOY'] }]],
    some: ['glue/UpdateDevEndpoint', { endpointName: 'e', deletePublicKeys: ['DECOY'] }],
    rest: ['glue/UpdateDevEndpoint', { endpointName: 'e', deletePublicKeys: ['EVIL'] }],
  },
];

function made(by: typeof call, minutes: number, [name, requestParameters, responseElements]: Call): JsonObject {
  const [service = '', action = ''] = name.split('/');
  return by(minutes, service, action, {
    requestParameters,
    ...(responseElements === undefined ? {} : { responseElements }),
  });
}

function doorsOf(records: readonly JsonObject[]): readonly string[] {
  return stand(assessed([listing, ...records]).waysIn).filter((each) => !each.startsWith('access-key'));
}

describe.each([call, callByAdmin])('a way in is closed only where all its doors are', (by) => {
  test.each([...ofOneName, ...ofOneKind])('and not by the end of $what', ({ opened, some, rest }) => {
    const doors = opened.map((each, index) => made(call, 1 + index, each));
    const ended = [made(by, 5, some)];
    expect(doorsOf(doors).filter((each) => each.endsWith(': closed'))).toEqual([]);
    expect(doorsOf([...doors, ...ended]).some((each) => each.endsWith(': open'))).toBe(true);
    // In whichever order they were made.
    const turned = opened.toReversed().map((each, index) => made(call, 1 + index, each));
    expect(doorsOf([...turned, ...ended]).some((each) => each.endsWith(': open'))).toBe(true);
    expect(doorsOf([...doors, ...ended, made(by, 6, rest)]).filter((each) => each.endsWith(': open'))).toEqual([]);
  });
});

test('one that is ended and made anew is one door, and closed by its next end', () => {
  function written(minutes: number): JsonObject {
    return made(call, minutes, ['scheduler/CreateSchedule', { name: 'n' }]);
  }
  function ended(minutes: number): JsonObject {
    return made(callByAdmin, minutes, ['scheduler/DeleteSchedule', { name: 'n' }]);
  }
  const records = [written(1), ended(2), written(3)];
  expect(doorsOf(records)).toEqual(['code: open']);
  expect(doorsOf([...records, ended(4)])).toEqual(['code: closed']);
});

test('what a call adds beside what it takes away is not closed by it', () => {
  const serviceId = 'vpce-svc-1';
  const [evil, decoy] = ['999988887777', '888877776666'].map((each) => `arn:aws:iam::${each}:root`) as [string, string];
  function changed(by: typeof call, minutes: number, change: JsonObject): JsonObject {
    return made(by, minutes, ['ec2/ModifyVpcEndpointServicePermissions', { serviceId, ...change }]);
  }
  const both = { addAllowedPrincipals: [evil], removeAllowedPrincipals: [decoy] };
  const opened = changed(call, 1, both);
  expect(doorsOf([opened, changed(callByAdmin, 2, { removeAllowedPrincipals: [decoy] })])).toEqual(['share: open']);
  expect(doorsOf([opened, changed(callByAdmin, 2, both)])).toEqual(['share: open']);
  expect(doorsOf([opened, changed(callByAdmin, 2, { removeAllowedPrincipals: [evil] })])).toEqual(['share: closed']);
  const swapped = { addAllowedPrincipals: [decoy], removeAllowedPrincipals: [evil] };
  expect(doorsOf([opened, changed(callByAdmin, 2, swapped)])).toEqual(['share: closed']);
});
