import { describe, expect, test } from 'vitest';
import { wayInWords } from '../../../src/investigation/way-in-words.ts';
import { remediesOf } from '../../../src/investigation/plan/remedies.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { assessed, call, callByAdmin, minute } from './assessed.ts';

const listing = call(0, 's3', 'ListBuckets');
const foreign = '999988887777';

/** `service/Action`, its request and its answer. */
type Said = readonly [name: string, request: JsonObject, response?: JsonObject];

function record(by: typeof call, minutes: number, [name, requestParameters, responseElements = {}]: Said): JsonObject {
  const [service = '', action = ''] = name.split('/');
  return by(minutes, service, action, { requestParameters, responseElements });
}

function doors(opened: readonly Said[], closing: readonly Said[]) {
  const records = [
    ...opened.map((each, index) => record(call, index + 1, each)),
    ...closing.map((each, index) => record(callByAdmin, index + 10, each)),
  ];
  return assessed([listing, ...records]).waysIn.filter(({ what }) => what.kind !== 'access-key');
}

const assignment = {
  permissionSetArn: 'arn:aws:sso:::permissionSet/ssoins-1/ps-1',
  principalId: 'p-1',
  targetId: '111122223333',
};
const stackInstance = { stackSetName: 's', accounts: ['111122223333'], regions: ['eu-west-1'] };
const entry = { clusterName: 'prod', principalArn: `arn:aws:iam::${foreign}:role/x` };

interface Begun {
  readonly opened: Said;
  readonly begun: Said;
  readonly done: Said;
}

const begun: readonly Begun[] = [
  {
    opened: ['sso/CreateAccountAssignment', assignment],
    begun: ['sso/DeleteAccountAssignment', assignment, { accountAssignmentDeletionStatus: { status: 'IN_PROGRESS' } }],
    done: ['sso/DeleteAccountAssignment', assignment, { accountAssignmentDeletionStatus: { status: 'SUCCEEDED' } }],
  },
  {
    opened: ['ram/AssociateResourceShare', { resourceShareArn: 's', principals: [foreign] }],
    begun: [
      'ram/DisassociateResourceShare',
      { resourceShareArn: 's', principals: [foreign] },
      { resourceShareAssociations: [{ associatedEntity: foreign, status: 'DISASSOCIATING' }] },
    ],
    done: [
      'ram/DisassociateResourceShare',
      { resourceShareArn: 's', principals: [foreign] },
      { resourceShareAssociations: [{ associatedEntity: foreign, status: 'DISASSOCIATED' }] },
    ],
  },
  {
    opened: ['cloudformation/CreateStackInstances', stackInstance],
    begun: [
      'cloudformation/DeleteStackInstances',
      { ...stackInstance, retainStacks: false },
      { operationId: '0f3e1d2c' },
    ],
    done: ['cloudformation/DeleteStackInstances', { ...stackInstance, retainStacks: false }],
  },
  {
    opened: ['eks/CreateAccessEntry', entry],
    begun: ['eks/DeleteCluster', { name: 'prod' }, { cluster: { name: 'prod', status: 'DELETING' } }],
    done: ['eks/DeleteAccessEntry', entry],
  },
];

const cluster = 'arn:aws:kafka:eu-west-1:111122223333:cluster/events/abcd';
const clusterOperationArn = 'arn:aws:kafka:eu-west-1:111122223333:cluster-operation/events/abcd/1';

function connectivity(type: string): JsonObject {
  return { clusterArn: cluster, currentVersion: 'K1', connectivityInfo: { publicAccess: { type } } };
}

const updates: readonly Begun[] = [
  {
    opened: ['kafka/UpdateConnectivity', connectivity('SERVICE_PROVIDED_EIPS')],
    begun: ['kafka/UpdateConnectivity', connectivity('DISABLED'), { clusterArn: cluster, clusterOperationArn }],
    done: ['kafka/UpdateConnectivity', connectivity('DISABLED')],
  },
  ...[{ clusterStatus: 'modifying' }, { pendingModifiedValues: { publiclyAccessible: false } }].map((says): Begun => ({
    opened: ['redshift/ModifyCluster', { clusterIdentifier: 'dwh', publiclyAccessible: true }],
    begun: [
      'redshift/ModifyCluster',
      { clusterIdentifier: 'dwh', publiclyAccessible: false },
      { clusterIdentifier: 'dwh', ...says },
    ],
    done: [
      'redshift/ModifyCluster',
      { clusterIdentifier: 'dwh', publiclyAccessible: false },
      // What else is pending there is another matter.
      { clusterIdentifier: 'dwh', clusterStatus: 'available', pendingModifiedValues: { clusterVersion: '1.0' } },
    ],
  })),
  {
    opened: ['redshift-serverless/UpdateWorkgroup', { workgroupName: 'w', publiclyAccessible: true }],
    begun: [
      'redshift-serverless/UpdateWorkgroup',
      { workgroupName: 'w', publiclyAccessible: false },
      { workgroup: { workgroupName: 'w', status: 'MODIFYING' } },
    ],
    done: [
      'redshift-serverless/UpdateWorkgroup',
      { workgroupName: 'w', publiclyAccessible: false },
      { workgroup: { workgroupName: 'w', status: 'AVAILABLE' } },
    ],
  },
];

describe('what is being taken away, and may fail yet, is not closed', () => {
  test.each([...begun, ...updates])('$begun.0 $begun.2', ({ opened, begun, done }) => {
    const [door, ...others] = doors([opened], [begun]);
    expect(others).toEqual([]);
    expect(door).toMatchObject({ state: 'unknown', endBegun: minute(10) });
    expect(door?.proof).toHaveLength(2);
    if (door === undefined) return;
    expect(String(wayInWords(door).sentence)).toContain('Its end was begun at 2026-11-24 12:10:00 UTC');
    expect(doors([opened], [begun, done]).map(({ state }) => state)).toEqual(['closed']);
    expect(doors([opened], [done]).map(({ endBegun }) => endBegun)).toEqual([undefined]);
  });
});

const association: JsonObject = { resourceShareArn: 's', principals: [foreign] };
const attached: JsonObject = {
  permissionSetArn: 'arn:aws:sso:::permissionSet/ssoins-1/ps-1',
  managedPolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
};
const openedAgain: readonly { readonly opens: Said; readonly ends: Said }[] = [
  {
    opens: ['sso/AttachManagedPolicyToPermissionSet', attached],
    ends: ['sso/DetachManagedPolicyFromPermissionSet', attached],
  },
  {
    opens: ['ram/AssociateResourceShare', association],
    ends: [
      'ram/DisassociateResourceShare',
      association,
      { resourceShareAssociations: [{ associatedEntity: foreign, status: 'DISASSOCIATING' }] },
    ],
  },
  {
    opens: ['kafka/UpdateConnectivity', connectivity('SERVICE_PROVIDED_EIPS')],
    ends: ['kafka/UpdateConnectivity', connectivity('DISABLED'), { clusterOperationArn }],
  },
];

describe('an end that was begun, and what it ends opened again by somebody', () => {
  test.each(openedAgain)('$ends.0', ({ opens, ends }) => {
    const [again] = doors([opens], [ends, opens]);
    expect(again?.state).toBe(doors([opens], [])[0]?.state);
    expect(again?.reopened?.at).toBe(minute(11));
    expect(again?.endBegun).toBeUndefined();
    const [ended] = doors([opens], [ends, opens, ends]);
    expect(ended).toMatchObject({ state: 'unknown', endBegun: minute(12) });
    expect(ended?.reopened).toBeUndefined();
  });
});

test('what the intruder began to end is left to people with all of its commands', () => {
  const activation = { activationId: 'aaaaaaaa-1111-2222-3333-bbbbbbbbbbbb' };
  const remedies = remediesOf(
    assessed([
      listing,
      record(call, 1, ['sso/AttachManagedPolicyToPermissionSet', attached]),
      record(call, 2, ['sso/DetachManagedPolicyFromPermissionSet', attached]),
      record(call, 3, ['ssm/CreateActivation', { iamRole: 'r' }, activation]),
      record(call, 4, ['ssm/DeleteActivation', activation]),
    ]),
  );
  function sentenceOf(type: string) {
    return String(remedies.find((each) => each.type === type)?.sentence);
  }
  expect(sentenceOf('takePolicyAway')).toContain('provision-permission-set');
  expect(sentenceOf('removeServiceLogin')).toContain('deregister-managed-instance');
});

test('what may be open is offered to be closed', () => {
  const { waysIn, ...rest } = assessed([
    listing,
    record(call, 1, ['kafka/UpdateConnectivity', connectivity('SERVICE_PROVIDED_EIPS')]),
  ]);
  const unknown = waysIn.filter(({ state }) => state === 'unknown');
  expect(unknown).toHaveLength(1);
  expect(remediesOf({ waysIn, ...rest })).toContainEqual(
    expect.objectContaining({ type: 'closeNetwork', recommended: false, closes: unknown.map(({ id }) => id) }),
  );
});

interface TakenBack {
  readonly opened: Said;
  readonly closes: Said;
  readonly takesBack: Said;
  /** The same about another. */
  readonly others: Said;
}

const inPool = { userPoolId: 'eu-west-1_p', username: 'u' };
const takenBack: readonly TakenBack[] = [
  {
    opened: ['cognito-idp/AdminSetUserPassword', inPool],
    closes: ['cognito-idp/AdminDisableUser', inPool],
    takesBack: ['cognito-idp/AdminEnableUser', inPool],
    others: ['cognito-idp/AdminEnableUser', { ...inPool, username: 'other' }],
  },
  {
    opened: ['iot/CreateKeysAndCertificate', { setAsActive: true }, { certificateId: 'c-1' }],
    closes: ['iot/UpdateCertificate', { certificateId: 'c-1', newStatus: 'INACTIVE' }],
    takesBack: ['iot/UpdateCertificate', { certificateId: 'c-1', newStatus: 'ACTIVE' }],
    others: ['iot/UpdateCertificate', { certificateId: 'c-2', newStatus: 'ACTIVE' }],
  },
  {
    opened: ['sso-directory/UpdatePassword', { identityStoreId: 'd-1', userId: 'u-1' }],
    closes: ['sso-directory/DisableUser', { identityStoreId: 'd-1', userId: 'u-1' }],
    takesBack: ['sso-directory/EnableUser', { identityStoreId: 'd-1', userId: 'u-1' }],
    others: ['sso-directory/EnableUser', { identityStoreId: 'd-1', userId: 'u-2' }],
  },
  {
    opened: ['sagemaker/CreatePresignedNotebookInstanceUrl', { notebookInstanceName: 'n' }],
    closes: ['sagemaker/StopNotebookInstance', { notebookInstanceName: 'n' }],
    takesBack: ['sagemaker/StartNotebookInstance', { notebookInstanceName: 'n' }],
    others: ['sagemaker/StartNotebookInstance', { notebookInstanceName: 'm' }],
  },
  {
    opened: ['elasticache/ModifyUser', { userId: 'default', noPasswordRequired: true }],
    closes: ['elasticache/ModifyUser', { userId: 'default', authenticationMode: { type: 'iam' } }],
    takesBack: ['elasticache/ModifyUser', { userId: 'default', noPasswordRequired: true }],
    others: ['elasticache/ModifyUser', { userId: 'web', noPasswordRequired: true }],
  },
];

describe('what was switched off is closed until somebody switches it on again', () => {
  test.each(takenBack)('$closes.0', ({ opened, closes, takesBack, others }) => {
    function states(...closing: readonly Said[]) {
      return doors([opened], closing).map(({ state }) => state);
    }
    expect(states()).toEqual(['open']);
    expect(states(closes)).toEqual(['closed']);
    expect(states(closes, others)).toEqual(['closed']);
    expect(states(closes, takesBack)).toEqual(['open']);
    expect(states(closes, takesBack, closes)).toEqual(['closed']);
  });
});
