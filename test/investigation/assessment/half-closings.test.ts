import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';
import { accountId } from '../trail-records.ts';
import { assessed, call, callByAdmin } from './assessed.ts';

const listing = call(0, 's3', 'ListBuckets');

/** `service/Action`, its request and its answer. */
type Said = readonly [name: string, request: JsonObject, response?: JsonObject];

function record(by: typeof call, minutes: number, [name, requestParameters, responseElements = {}]: Said): JsonObject {
  const [service = '', action = ''] = name.split('/');
  return by(minutes, service, action, { requestParameters, responseElements });
}

/** How many ways in, but for the intruder's key, are open after some calls of the intruder's and some of others. */
function leftOpen(opened: readonly Said[], closing: readonly Said[]): number {
  const records = [
    ...opened.map((each, index) => record(call, index + 1, each)),
    ...closing.map((each, index) => record(callByAdmin, index + 10, each)),
  ];
  return assessed([listing, ...records]).waysIn.filter(
    ({ what, state }) => what.kind !== 'access-key' && (state === 'open' || state === 'unknown'),
  ).length;
}

interface Half {
  readonly what: string;
  readonly opened: readonly Said[];
  readonly feigned: readonly Said[];
  /** Null where no call tells for certain that it is closed. */
  readonly closed: readonly Said[] | null;
}

const pool = 'eu-west-1:22222222-1111-1111-1111-111111111111';
const policyArn = `arn:aws:iam::${accountId}:policy/p`;
const everything = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });
const reading = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] });
const ports = { instanceName: 'w', portInfo: { fromPort: 0, toPort: 65_535, protocol: 'tcp' } };
const vpn = { clientVpnEndpointId: 'cvpn-1', targetNetworkCidr: '10.0.0.0/8' };
const association = { associationDescription: { name: 'doc', associationId: 'a' } };
const evilVersion: Said = [
  'iam/CreatePolicyVersion',
  { policyArn, policyDocument: everything, setAsDefault: true },
  { policyVersion: { versionId: 'v2' } },
];
const noPassword = { userId: 'default', authenticationMode: { type: 'no-password-required' } };
const publicPolicy = { Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*' }] };

const stackInstance = { stackSetName: 's', accounts: [accountId], regions: ['eu-west-1'] };
const newAddress = {
  identityStoreId: 'd-1',
  userId: 'u-1',
  operations: [{ attributePath: 'emails', attributeValue: 'HIDDEN' }],
};

function block(isOn: boolean): Said {
  const flags = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'];
  const PublicAccessBlockConfiguration = Object.fromEntries(flags.map((flag) => [flag, isOn]));
  return ['s3/PutBucketPublicAccessBlock', { bucketName: 'pub', PublicAccessBlockConfiguration }];
}

function ruleRevoked(ids: JsonValue): Said {
  return ['ec2/RevokeSecurityGroupIngress', { groupId: 'sg-1', ipPermissions: {}, securityGroupRuleIds: ids }];
}

const twoRules: Said = [
  'ec2/AuthorizeSecurityGroupIngress',
  {
    groupId: 'sg-1',
    ipPermissions: {
      items: [
        {
          ipProtocol: 'tcp',
          fromPort: 22,
          toPort: 22,
          ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] },
          ipv6Ranges: { items: [{ cidrIpv6: '::/0' }] },
        },
      ],
    },
  },
  {
    securityGroupRuleSet: {
      items: [
        { securityGroupRuleId: 'sgr-4', cidrIpv4: '0.0.0.0/0', fromPort: 22, toPort: 22, ipProtocol: 'tcp' },
        { securityGroupRuleId: 'sgr-6', cidrIpv6: '::/0', fromPort: 22, toPort: 22, ipProtocol: 'tcp' },
      ],
    },
  },
];

const replica = `arn:aws:kms:eu-west-1:${accountId}:key/mrk-1`;
const endpoint = { clusterIdentifier: 'c', account: '999988887777' };
const permissionSetArn = 'arn:aws:sso:::permissionSet/ssoins-1/ps-1';
const managed = { permissionSetArn, managedPolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' };
const kafka = `arn:aws:kafka:us-east-1:${accountId}:cluster/c/1`;
function connectivity(type: string, clusterArn = kafka): Said {
  return ['kafka/UpdateConnectivity', { clusterArn, connectivityInfo: { publicAccess: { type } } }];
}
function scram(action: string, secretArnList: readonly string[], response: JsonObject = {}): Said {
  return [`kafka/${action}`, { clusterArn: kafka, secretArnList: [...secretArnList] }, response];
}
function lattice(authType: string, serviceIdentifier = 'svc-1'): Said {
  return ['vpc-lattice/UpdateService', { serviceIdentifier, authType }];
}
function desktops(action: string, groupId: string, ...userRules: readonly JsonValue[]): Said {
  return [`workspaces/${action}`, { groupId, userRules: [...userRules] }];
}

const halves: readonly Half[] = [
  {
    what: 'a restored cluster whose master user has another password, and whose other users have theirs',
    opened: [['redshift/RestoreFromClusterSnapshot', { clusterIdentifier: 'w', snapshotIdentifier: 's' }]],
    feigned: [['redshift/ModifyCluster', { clusterIdentifier: 'w', masterUserPassword: '****' }]],
    closed: [['redshift/DeleteCluster', { clusterIdentifier: 'w' }]],
  },
  {
    what: 'the replica of a key in another region, where the key itself is closed',
    opened: [
      [
        'kms/ReplicateKey',
        { keyId: 'mrk-1', replicaRegion: 'eu-west-1', policy: JSON.stringify(publicPolicy) },
        { replicaKeyMetadata: { arn: replica } },
      ],
    ],
    feigned: [['kms/PutKeyPolicy', { keyId: 'mrk-1', policy: JSON.stringify({ Statement: [] }) }]],
    closed: [['kms/PutKeyPolicy', { keyId: replica, policy: JSON.stringify({ Statement: [] }) }]],
  },
  {
    what: 'an endpoint that is taken from some networks',
    opened: [['redshift/AuthorizeEndpointAccess', endpoint]],
    feigned: [['redshift/RevokeEndpointAccess', { ...endpoint, vpcIds: ['vpc-1'] }]],
    closed: [['redshift/RevokeEndpointAccess', endpoint]],
  },
  {
    what: 'a key pair that is deleted, whose key the machines go on taking',
    opened: [['lightsail/DownloadDefaultKeyPair', {}]],
    feigned: [['lightsail/DeleteKeyPair', { keyPairName: 'LightsailDefaultKeyPair' }]],
    closed: null,
  },
  {
    what: 'an activation that is deleted, with which machines have registered',
    opened: [['ssm/CreateActivation', { iamRole: 'Deploy' }, { activationId: 'act-1', activationCode: '****' }]],
    feigned: [['ssm/DeleteActivation', { activationId: 'act-1' }]],
    closed: null,
  },
  {
    what: 'a policy that is taken off a permission set, which accounts have as it was until it is provisioned',
    opened: [['sso/AttachManagedPolicyToPermissionSet', managed]],
    feigned: [['sso/DetachManagedPolicyFromPermissionSet', managed]],
    closed: [['sso/DeletePermissionSet', { permissionSetArn }]],
  },
  {
    what: "a permission set's inline policy",
    opened: [['sso/PutInlinePolicyToPermissionSet', { permissionSetArn, inlinePolicy: everything }]],
    feigned: [['sso/DeleteInlinePolicyFromPermissionSet', { permissionSetArn }]],
    closed: [['sso/DeletePermissionSet', { permissionSetArn }]],
  },
  {
    what: 'a Kafka cluster that is opened to the internet, and its namesake',
    opened: [connectivity('SERVICE_PROVIDED_EIPS')],
    feigned: [connectivity('DISABLED', kafka.replace('us-east-1', 'eu-west-1'))],
    closed: [connectivity('DISABLED')],
  },
  {
    what: 'secrets of a Kafka cluster, of which one could not be taken out',
    opened: [scram('BatchAssociateScramSecret', ['arn:evil'])],
    feigned: [
      scram('BatchDisassociateScramSecret', ['arn:evil', 'arn:decoy'], {
        unprocessedScramSecrets: [{ secretArn: 'arn:evil', errorCode: 'x' }],
      }),
      scram('BatchDisassociateScramSecret', ['arn:decoy']),
    ],
    closed: [scram('BatchDisassociateScramSecret', ['arn:evil', 'arn:decoy'])],
  },
  {
    what: 'a lattice service that asks nobody for a signature',
    opened: [lattice('NONE')],
    feigned: [lattice('AWS_IAM', 'svc-2')],
    closed: [lattice('AWS_IAM')],
  },
  {
    what: 'a warehouse that is open to the internet',
    opened: [['redshift-serverless/UpdateWorkgroup', { workgroupName: 'w', publiclyAccessible: true }]],
    feigned: [['redshift-serverless/UpdateWorkgroup', { workgroupName: 'w', baseCapacity: 8 }]],
    closed: [['redshift-serverless/UpdateWorkgroup', { workgroupName: 'w', publiclyAccessible: false }]],
  },
  {
    what: 'addresses from which desktops are reached',
    opened: [desktops('AuthorizeIpRules', 'wsipg-1', { ipRule: '203.0.113.77/32' })],
    feigned: [
      desktops('RevokeIpRules', 'wsipg-1', '198.51.100.0/24'),
      desktops('RevokeIpRules', 'wsipg-2', '203.0.113.77/32'),
    ],
    closed: [desktops('RevokeIpRules', 'wsipg-1', '203.0.113.77/32')],
  },
  {
    what: 'an agent of a model, whose end was begun',
    opened: [['bedrock/CreateAgent', { agentResourceRoleArn: 'arn:aws:iam::1:role/a' }, { agent: { agentId: 'A1' } }]],
    feigned: [['bedrock/DeleteAgent', { agentId: 'A1' }, { agentId: 'A1', agentStatus: 'DELETING' }]],
    closed: [['bedrock/DeleteAgent', { agentId: 'A1' }]],
  },
  {
    what: 'an agent that runs',
    opened: [['bedrock-agentcore/CreateAgentRuntime', { roleArn: 'arn:aws:iam::1:role/a' }, { agentRuntimeId: 'r-1' }]],
    feigned: [['bedrock-agentcore/DeleteAgentRuntime', { agentRuntimeId: 'r-2' }]],
    closed: [['bedrock-agentcore/DeleteAgentRuntime', { agentRuntimeId: 'r-1' }]],
  },
  {
    what: 'a job that is cancelled, which goes on where it runs',
    opened: [['batch/SubmitJob', { jobName: 'j' }, { jobId: 'j-1' }]],
    feigned: [['batch/CancelJob', { jobId: 'j-1' }]],
    closed: [['batch/TerminateJob', { jobId: 'j-1' }]],
  },
  {
    what: 'a stack set that is deleted after its stacks were kept',
    opened: [['cloudformation/CreateStackInstances', { stackSetName: 's', accounts: [accountId] }]],
    feigned: [
      ['cloudformation/DeleteStackInstances', { stackSetName: 's', accounts: [accountId], retainStacks: true }],
      ['cloudformation/DeleteStackSet', { stackSetName: 's' }],
    ],
    closed: null,
  },
  {
    what: 'a stack of a set that is kept',
    opened: [
      ['cloudformation/CreateStackInstances', { stackSetName: 's', accounts: [accountId], regions: ['eu-west-1'] }],
    ],
    feigned: [
      ['cloudformation/DeleteStackInstances', { ...stackInstance, retainStacks: true }],
      ['cloudformation/DeleteStackInstances', { ...stackInstance, regions: ['us-east-1'], retainStacks: false }],
      ['cloudformation/DeleteStackInstances', { ...stackInstance, stackSetName: 't', retainStacks: false }],
    ],
    closed: [['cloudformation/DeleteStackInstances', { ...stackInstance, retainStacks: false }]],
  },
  {
    what: 'a stack whose resources are retained',
    opened: [['cloudformation/CreateStack', { stackName: 's' }]],
    feigned: [['cloudformation/DeleteStack', { stackName: 's', retainResources: ['Door'] }]],
    // Its deletion may fail as well.
    closed: null,
  },
  {
    what: "another address of a person, whose password whoever read the first one's mail may have reset",
    opened: [['identitystore/UpdateUser', newAddress]],
    feigned: [['identitystore/UpdateUser', newAddress]],
    closed: [['sso-directory/DisableUser', { userId: 'u-1' }]],
  },
  {
    what: "another address of root, whose password whoever read the first one's mail may have reset",
    opened: [['account/AcceptPrimaryEmailUpdate', { accountId }, { status: 'ACCEPTED' }]],
    feigned: [['account/AcceptPrimaryEmailUpdate', { accountId }, { status: 'ACCEPTED' }]],
    closed: null,
  },
  {
    what: 'one version of a document',
    opened: [['ssm/CreateDocument', { name: 'doc' }]],
    feigned: [['ssm/DeleteDocument', { name: 'doc', documentVersion: '2' }]],
    // What was started with it goes on.
    closed: null,
  },
  {
    what: 'the association of the same document with another instance',
    opened: [['ssm/CreateAssociation', { name: 'doc' }, association]],
    feigned: [['ssm/DeleteAssociation', { name: 'doc', instanceId: 'i-decoy' }]],
    closed: [['ssm/DeleteAssociation', { associationId: 'a' }]],
  },
  {
    what: 'other ports of a Lightsail instance',
    opened: [['lightsail/OpenInstancePublicPorts', ports]],
    feigned: [
      ['lightsail/CloseInstancePublicPorts', { instanceName: 'w', portInfo: { ...ports.portInfo, protocol: 'udp' } }],
      ['lightsail/CloseInstancePublicPorts', { instanceName: 'w', portInfo: { ...ports.portInfo, toPort: 0 } }],
    ],
    closed: [['lightsail/CloseInstancePublicPorts', ports]],
  },
  {
    what: 'the ingress of a VPN for another group',
    opened: [['ec2/AuthorizeClientVpnIngress', { ...vpn, authorizeAllGroups: true }]],
    feigned: [['ec2/RevokeClientVpnIngress', { ...vpn, accessGroupId: 'decoy' }]],
    closed: [['ec2/RevokeClientVpnIngress', { ...vpn, revokeAllGroups: true }]],
  },
  {
    what: 'a deployment that is stopped and not rolled back',
    opened: [['codedeploy/CreateDeployment', { applicationName: 'a' }, { deploymentId: 'd-1' }]],
    feigned: [['codedeploy/StopDeployment', { deploymentId: 'd-1', autoRollbackEnabled: false }]],
    closed: [['codedeploy/StopDeployment', { deploymentId: 'd-1', autoRollbackEnabled: true }]],
  },
  {
    what: 'another configuration of the identity source',
    opened: [
      ['sso-directory/EnableExternalIdPConfigurationForDirectory', { directoryId: 'd-1', idpConfigurationId: '1' }],
    ],
    feigned: [
      ['sso-directory/DeleteExternalIdPConfigurationForDirectory', { directoryId: 'd-1', idpConfigurationId: '2' }],
    ],
    closed: [
      ['sso-directory/DisableExternalIdPConfigurationForDirectory', { directoryId: 'd-1', idpConfigurationId: '1' }],
    ],
  },
  {
    what: 'an identity pool that is updated, and keeps its roles',
    opened: [
      [
        'cognito-identity/SetIdentityPoolRoles',
        { identityPoolId: pool, roles: { unauthenticated: `arn:aws:iam::${accountId}:role/admin` } },
      ],
    ],
    feigned: [['cognito-identity/UpdateIdentityPool', { identityPoolId: pool, allowUnauthenticatedIdentities: true }]],
    closed: [['cognito-identity/SetIdentityPoolRoles', { identityPoolId: pool, roles: {} }]],
  },
  {
    what: "the intruder's own version of a policy, chosen again after another",
    opened: [evilVersion],
    feigned: [
      ['iam/SetDefaultPolicyVersion', { policyArn, versionId: 'v1' }],
      ['iam/SetDefaultPolicyVersion', { policyArn, versionId: 'v2' }],
    ],
    closed: [['iam/SetDefaultPolicyVersion', { policyArn, versionId: 'v1' }]],
  },
  {
    what: 'a version that leads to as much as the one before',
    opened: [evilVersion],
    feigned: [
      [
        'iam/CreatePolicyVersion',
        { policyArn, policyDocument: everything, setAsDefault: true },
        { policyVersion: { versionId: 'v3' } },
      ],
    ],
    closed: [
      [
        'iam/CreatePolicyVersion',
        { policyArn, policyDocument: reading, setAsDefault: true },
        { policyVersion: { versionId: 'v3' } },
      ],
    ],
  },
  {
    what: 'a user of a broker who is updated without a password',
    opened: [['amazonmq/UpdateUser', { 'broker-id': 'b', username: 'u', password: '***' }]],
    feigned: [['amazonmq/UpdateUser', { 'broker-id': 'b', username: 'u', consoleAccess: true }]],
    // Also a new password is one only when the broker starts anew.
    closed: null,
  },
  {
    what: 'a password that somebody else reads as well',
    opened: [['lightsail/GetRelationalDatabaseMasterUserPassword', { relationalDatabaseName: 'db' }]],
    feigned: [['lightsail/GetRelationalDatabaseMasterUserPassword', { relationalDatabaseName: 'db' }]],
    closed: [['lightsail/UpdateRelationalDatabase', { relationalDatabaseName: 'db', rotateMasterUserPassword: true }]],
  },
  {
    what: 'a user of a cache who needs no password, once more',
    opened: [['elasticache/ModifyUser', { userId: 'default', noPasswordRequired: true }]],
    feigned: [['elasticache/ModifyUser', noPassword]],
    closed: [['elasticache/ModifyUser', { userId: 'default', authenticationMode: { type: 'iam' } }]],
  },
  {
    what: 'a public bucket whose block is taken off again by another',
    opened: [['s3/PutBucketPolicy', { bucketName: 'pub', bucketPolicy: publicPolicy }]],
    feigned: [block(true), block(false)],
    closed: [block(false), block(true)],
  },
  {
    what: 'a public bucket whose block is deleted by another',
    opened: [['s3/PutBucketPolicy', { bucketName: 'pub', bucketPolicy: publicPolicy }]],
    feigned: [block(true), ['s3/DeleteBucketPublicAccessBlock', { bucketName: 'pub' }]],
    closed: [block(true)],
  },
];

describe('a way in stays open, whatever seems to close it', () => {
  test.each(halves)('$what', ({ opened, feigned, closed }) => {
    expect(leftOpen(opened, [])).toBe(1);
    expect(leftOpen(opened, feigned)).toBe(1);
    if (closed !== null) expect(leftOpen(opened, closed)).toBe(0);
  });
});

test.each<[string, readonly Said[], Said]>([
  [
    'a cluster',
    [
      ['redshift/ModifyCluster', { clusterIdentifier: 'w', masterUserPassword: '****' }],
      ['redshift/DeleteCluster', { clusterIdentifier: 'w' }],
    ],
    ['redshift/RestoreFromClusterSnapshot', { clusterIdentifier: 'w', snapshotIdentifier: 's' }],
  ],
  [
    'a directory',
    [
      ['ds-data/CreateUser', { directoryId: 'd-1', sAMAccountName: 'evil' }],
      ['ds-data/DeleteUser', { directoryId: 'd-1', sAMAccountName: 'evil' }],
    ],
    ['ds/RestoreFromSnapshot', { snapshotId: 's-1' }],
  ],
])('%s that the intruder restores has the logins that it had', (_, before, restored) => {
  expect(leftOpen(before, [])).toBe(0);
  expect(leftOpen([...before, restored], [])).toBe(1);
});

describe('a rule of a security group that is revoked by its ID alone closes what it opened, and no other', () => {
  const revoked: Said = [
    'ec2/RevokeSecurityGroupIngress',
    { groupId: 'sg-1' },
    {
      revokedSecurityGroupRuleSet: {
        items: [{ securityGroupRuleId: 'sgr-6', cidrIpv6: '::/0', fromPort: 22, toPort: 22, ipProtocol: 'tcp' }],
      },
    },
  ];
  test.each<[string, number, Said]>([
    ['named in a list', 1, ruleRevoked({ items: [{ securityGroupRuleId: 'sgr-4' }] })],
    ['both named', 0, ruleRevoked({ items: ['sgr-4', 'sgr-6'] })],
    ['both named plainly', 0, ruleRevoked(['sgr-4', 'sgr-6'])],
    ['named in the answer', 1, revoked],
    ['of another group', 2, ruleRevoked({ items: [{ securityGroupRuleId: 'sgr-9' }] })],
  ])('%s leaves %i of 2 open', (_, left, closing) => {
    expect(leftOpen([twoRules], [closing])).toBe(left);
  });
});
