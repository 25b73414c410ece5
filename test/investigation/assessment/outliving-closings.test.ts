import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { assessed, call, callByAdmin } from './assessed.ts';

const listing = call(0, 's3', 'ListBuckets');

/** `service/Action`, its request and its answer. */
type Said = readonly [name: string, request: JsonObject, response?: JsonObject];

interface Outliving {
  readonly what: string;
  readonly opened: readonly Said[];
  /** What seems to end it, by somebody else. */
  readonly feigned: Said;
  /** How it stands then. */
  readonly left: string;
  readonly closed: readonly Said[] | null;
}

function record(by: typeof call, minutes: number, [name, requestParameters, responseElements = {}]: Said): JsonObject {
  const [service = '', action = ''] = name.split('/');
  return by(minutes, service, action, { requestParameters, responseElements });
}

/** How what is left stands, but for the intruder's key. */
function left(opened: readonly Said[], closing: readonly Said[]): readonly string[] {
  const records = [
    ...opened.map((each, index) => record(call, index + 1, each)),
    ...closing.map((each, index) => record(callByAdmin, index + 10, each)),
  ];
  return assessed([listing, ...records]).waysIn.flatMap(({ what, state }) =>
    what.kind !== 'access-key' && (state === 'open' || state === 'unknown') ? [`${what.kind}: ${state}`] : [],
  );
}

const vpn = { clientVpnEndpointId: 'cvpn-1', targetNetworkCidr: '10.0.0.0/8', authorizeAllGroups: true };
const broker = { 'broker-id': 'b', username: 'u' };
const desktops: JsonObject = { workspaces: [{ directoryId: 'd-1', userName: 'eve' }] };
const pending: JsonObject = { pendingRequests: [{ workspaceId: 'ws-1', userName: 'eve', directoryId: 'd-1' }] };
const terminated: JsonObject = { terminateWorkspaceRequests: [{ workspaceId: 'ws-1' }] };
const ports: JsonObject = { instanceName: 'w', portInfo: { fromPort: 22, toPort: 22, protocol: 'tcp' } };

const database: JsonObject = { dBInstanceIdentifier: 'db', masterUserPassword: '****' };
const warehouse: JsonObject = { clusterIdentifier: 'dwh', masterUserPassword: '****' };
const pendingPassword: JsonObject = { pendingModifiedValues: { masterUserPassword: '****' } };
const domain: JsonObject = {
  domainName: 'd',
  advancedSecurityOptions: { masterUserOptions: { masterUserName: 'm', masterUserPassword: '****' } },
};

function access(account: string): JsonObject {
  const Statement = [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'es:*', Resource: '*' }];
  return { domainName: 'd', accessPolicies: JSON.stringify({ Statement }) };
}

/** Whoever sets something anew, and what the answer says where that is yet to come. */
const pendingChanges: readonly Outliving[] = (
  [
    ['rds/ModifyDBInstance', database, null, pendingPassword, 'service-login'],
    [
      'rds/ModifyDBCluster',
      { dBClusterIdentifier: 'c', masterUserPassword: '****' },
      null,
      pendingPassword,
      'service-login',
    ],
    ['redshift/ModifyCluster', warehouse, null, pendingPassword, 'service-login'],
    ['elasticache/ModifyUser', { userId: 'u', passwords: '****' }, null, { status: 'modifying' }, 'service-login'],
    [
      'memorydb/UpdateUser',
      { userName: 'u', authenticationMode: { type: 'password' } },
      null,
      { user: { status: 'modifying' } },
      'service-login',
    ],
    [
      'es/UpdateDomainConfig',
      domain,
      null,
      { domainConfig: { advancedSecurityOptions: { status: { state: 'Processing' } } } },
      'service-login',
    ],
    [
      'es/UpdateDomainConfig',
      access('999988887777'),
      access('111122223333'),
      { domainConfig: { accessPolicies: { status: { state: 'Processing' } } } },
      'share',
    ],
  ] as const
).map(([name, opens, closes, pending, kind]) => ({
  what: `what ${name} sets anew (${kind}), as long as that is pending`,
  opened: [[name, opens]],
  feigned: [name, closes ?? opens, pending],
  left: `${kind}: unknown`,
  closed: [[name, closes ?? opens]],
}));

const outliving: readonly Outliving[] = [
  ...pendingChanges,
  {
    what: 'a password of a broker that is set anew, which holds when the broker starts anew',
    opened: [['amazonmq/UpdateUser', { ...broker, password: '***' }]],
    feigned: ['amazonmq/UpdateUser', { ...broker, password: '***' }],
    left: 'service-login: unknown',
    closed: null,
  },
  {
    what: 'a build of another specification, of a project that is deleted',
    opened: [['codebuild/StartBuild', { projectName: 'p', buildspecOverride: 'x' }, { build: { id: 'p:1' } }]],
    feigned: ['codebuild/DeleteProject', { name: 'p' }],
    left: 'code: open',
    closed: [['codebuild/StopBuild', { id: 'p:1' }]],
  },
  {
    what: 'a desktop that could not be terminated',
    opened: [['workspaces/CreateWorkspaces', desktops, pending]],
    feigned: [
      'workspaces/TerminateWorkspaces',
      terminated,
      { failedRequests: [{ workspaceId: 'ws-1', errorCode: 'OperationNotSupportedException' }] },
    ],
    left: 'service-login: open',
    closed: [
      [
        'workspaces/TerminateWorkspaces',
        terminated,
        { failedRequests: [{ workspaceId: 'ws-2', errorCode: 'ResourceNotFoundException' }] },
      ],
    ],
  },
  {
    what: 'ports of Lightsail whose closing failed',
    opened: [['lightsail/OpenInstancePublicPorts', ports]],
    feigned: ['lightsail/CloseInstancePublicPorts', ports, { operation: { status: 'Failed', errorCode: 'x' } }],
    left: 'network: open',
    closed: [['lightsail/CloseInstancePublicPorts', ports, { operation: { status: 'Succeeded' } }]],
  },
  {
    what: 'ports of Lightsail whose closing has only started',
    opened: [['lightsail/OpenInstancePublicPorts', ports]],
    feigned: ['lightsail/CloseInstancePublicPorts', ports, { operation: { status: 'Started' } }],
    left: 'network: unknown',
    closed: [['lightsail/CloseInstancePublicPorts', ports, { operation: { status: 'Completed' } }]],
  },
  {
    what: 'the ingress of a VPN, whose status says by a code that it is being revoked',
    opened: [['ec2/AuthorizeClientVpnIngress', vpn]],
    feigned: ['ec2/RevokeClientVpnIngress', { ...vpn, revokeAllGroups: true }, { status: { code: 'revoking' } }],
    left: 'network: unknown',
    closed: [['ec2/RevokeClientVpnIngress', { ...vpn, revokeAllGroups: true }]],
  },
  {
    what: 'a user of a broker, who is deleted when that starts anew',
    opened: [['amazonmq/CreateUser', { ...broker, password: '***' }]],
    feigned: ['amazonmq/DeleteUser', broker],
    left: 'service-login: unknown',
    closed: null,
  },
  {
    what: 'a version of a layer, which functions that have it keep',
    opened: [['lambda/PublishLayerVersion', { layerName: 'lib' }, { version: 3 }]],
    feigned: ['lambda/DeleteLayerVersion', { layerName: 'lib', versionNumber: 3 }],
    left: 'code: unknown',
    closed: null,
  },
  {
    what: 'a version of an IoT policy that the intruder chose, where an older one goes',
    opened: [
      ['iot/CreatePolicyVersion', { policyName: 'dev', setAsDefault: true }, { policyVersionId: '2' }],
      ['iot/SetDefaultPolicyVersion', { policyName: 'dev', policyVersionId: '3' }],
    ],
    feigned: ['iot/DeletePolicyVersion', { policyName: 'dev', policyVersionId: '2' }],
    left: 'grant: open',
    closed: [['iot/DeletePolicy', { policyName: 'dev' }]],
  },
  {
    what: 'data of a bucket, by credentials that a grant gave before it was deleted',
    opened: [
      [
        's3/GetDataAccess',
        { target: 's3://b/*' },
        { credentials: { accessKeyId: 'ASIAGRANT', expiration: 'Nov 25, 2026, 12:00:00 AM' } },
      ],
    ],
    feigned: ['s3/DeleteAccessGrant', { accessGrantId: 'g-1' }],
    left: 'session: open',
    closed: null,
  },
];

describe('what outlives its own end, or only seems to be ended, is not closed', () => {
  test.each(outliving)('$what', ({ opened, feigned, left: expected, closed }) => {
    expect(left(opened, [feigned])).toEqual([expected]);
    if (closed !== null) expect(left(opened, closed)).toEqual([]);
  });
});
