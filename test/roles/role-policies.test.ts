import {
  CreateAccessKeyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startSimulator, type Simulator } from '../../simulator/server.ts';
import { createAwsAccess, type AwsAccess, type AwsPurpose } from '../../src/adapters/aws/clients.ts';
import { createTrailReader } from '../../src/adapters/aws/cloudtrail-reader.ts';
import { createIdentityReader } from '../../src/adapters/aws/identity-reader.ts';
import { createRegionLister } from '../../src/adapters/aws/region-lister.ts';
import { permissionsOf } from '../../src/adapters/aws/role-permissions.ts';
import { defaultRoleNames, type PolicyDocument } from '../../src/adapters/aws/role-policies.ts';
import { loadConfig } from '../../src/entry/config/config.ts';
import { probeAws } from '../../src/entry/doctor/probe-aws.ts';
import { renderRoles } from '../../src/entry/roles/render-roles.ts';
import { purposes, roleSet } from '../../src/entry/roles/role-set.ts';
import type { Account } from '../../src/model/account.ts';
import type { Action } from '../../src/model/action.ts';
import type { AccountId, Instant } from '../../src/model/ids.ts';
import { lookupSourceId } from '../../src/model/log-source.ts';
import { moduleOf } from '../../src/response/action-registry.ts';
import { aPlan } from '../approval/decision-fixtures.ts';
import { memoryJournal } from '../response/memory-journal.ts';
import { rotationByHand } from '../response/rotation-by-hand.ts';
import { intruder, oldKey, userName } from '../response/simulated-account.ts';

const accountId = '111122223333' as AccountId;
const securityAccountId = '999900001111';
const region = 'us-east-1';
const defaults = loadConfig(undefined, {});
const config = {
  ...defaults,
  response: { ...defaults.response, guarded: { userNames: ['emergency'], paths: ['/break-glass/'] } },
};
function externalId(purpose: AwsPurpose) {
  return `external-${purpose}`;
}

let simulator: Simulator;
let access: AwsAccess;
afterEach(async () => {
  access.destroy();
  await simulator.stop();
});

/** The documents as they are printed, some permission taken out. */
function rolesWithout(removed: string | null) {
  const principalArn = `arn:aws:iam::${securityAccountId}:user/trailhound`;
  return roleSet(config, { partition: 'aws', accountId, principalArn, externalId }).map((role) => ({
    name: role.name,
    trust: role.trust,
    policies: { granted: without(role.policy, removed) },
  }));
}
function without(policy: PolicyDocument, removed: string | null): PolicyDocument {
  return removed === null
    ? policy
    : {
        ...policy,
        Statement: policy.Statement.flatMap((statement) => {
          const actions = [statement.Action].flat().filter((action) => action !== removed);
          return actions.length === 0 ? [] : [{ ...statement, Action: actions }];
        }),
      };
}

async function start(removed: string | null = null): Promise<Account> {
  const administrator = { attachedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] };
  simulator = await startSimulator({
    securityAccountId,
    accounts: [
      {
        id: accountId,
        regions: [region],
        watched: false,
        roles: [...rolesWithout(removed), { name: 'Deployer', trust: { Version: '2012-10-17', Statement: [] } }],
        users: [
          { name: userName, id: 'AIDADATAEXPORT000001', keys: [oldKey], password: true },
          { name: 'made', keys: [{ id: 'AKIAMADE000000000001', secret: 'z'.repeat(40) }], password: true },
          { name: 'emergency', keys: [{ id: 'AKIAEMERGENCY0000001', secret: 'x'.repeat(40) }] },
          { name: 'below-path', path: '/break-glass/', keys: [{ id: 'AKIABELOWPATH0000001', secret: 'y'.repeat(40) }] },
          { name: 'intruder', keys: [intruder], ...administrator },
        ],
      },
    ],
    lookupRate: 1_000,
    deliveryDelay: { minMs: 50, maxMs: 100 },
  });
  const { accessKeyId, secretAccessKey } = simulator.world.credentials;
  access = createAwsAccess({
    endpoint: simulator.url,
    region,
    version: '0.0.0-test',
    credentials: { accessKeyId, secretAccessKey },
    requestTimeoutMs: 5_000,
  });
  function roleOf(purpose: AwsPurpose) {
    return {
      arn: `arn:aws:iam::${accountId}:role/${defaultRoleNames[purpose]}`,
      externalId: externalId(purpose),
    };
  }
  return {
    id: accountId,
    name: 'production',
    partition: 'aws',
    lifecycle: 'watched',
    regions: [region],
    roles: { poll: roleOf('poll'), evidence: roleOf('evidence'), respond: roleOf('respond') },
    pollIntervalMs: 60_000,
  };
}

const base = { dependsOn: [], recommended: true } as const;
const made = { kind: 'user', accountId, userName: 'made' } as const;
const deployer = { kind: 'role', accountId, roleName: 'Deployer' } as const;
const issuedBefore = '2026-11-24T12:00:00Z' as Instant;

/** An action of every type that contains more than a key; their inverses are the other types. */
const containing: readonly Action[] = [
  { ...base, id: 'deny', type: 'denyUserEverything', target: made, params: { policyName: 'Denied' } },
  { ...base, id: 'disable', type: 'disableCreatedIdentity', target: made, params: { policyName: 'Disabled' } },
  {
    ...base,
    id: 'revoke',
    type: 'revokeRoleSessions',
    target: deployer,
    params: { policyName: 'Revoked', issuedBefore, sessions: [] },
  },
];

/** Everything that the code does under a role, by its real adapters; returns what it says where it cannot. */
const work: Readonly<Record<AwsPurpose, (account: Account) => Promise<readonly string[]>>> = {
  poll: async (account) => {
    const source = { kind: 'lookup', id: lookupSourceId(accountId, region), accountId, region } as const;
    const now = Math.floor(Date.now() / 1_000);
    const request = { account, source, span: { from: now - 60, to: now }, filter: 'all', token: null } as const;
    const page = await createTrailReader(access).page(request, async () => undefined);
    const regions = await createRegionLister(access).enabledRegions(account);
    return [page, regions].flatMap((answer) => ('sentence' in answer ? [answer.sentence] : []));
  },
  evidence: async (account) => {
    const { problems } = await createIdentityReader(access, async () => account).userState(accountId, userName);
    const evidenceAsPoll = { ...account, roles: { poll: account.roles.evidence } } as Account;
    const source = { kind: 'lookup', id: lookupSourceId(accountId, region), accountId, region } as const;
    const request = { account: evidenceAsPoll, source, span: { from: 0, to: 60 }, filter: 'all', token: null } as const;
    const page = await createTrailReader(access).page(request, async () => undefined);
    return [...problems, ...('sentence' in page ? [page.sentence] : [])];
  },
  respond: async (account) => {
    const plan = aPlan();
    const told: string[] = [];
    // An answer that is lost makes the responder look into the trail and tidy up: that needs permissions of its own.
    const fault = simulator.control.addFault({ kind: 'cut-after', match: { operation: 'CreateAccessKey' } });
    for (const action of plan.actions) {
      await rotationByHand(plan, action, account, access, memoryJournal())
        .takeAll()
        .catch((error: unknown) => told.push(String(error)));
    }
    simulator.control.removeFault(fault.id);
    for (const action of containing) {
      const journal = memoryJournal();
      function take(each: Action, rows: typeof journal) {
        return rotationByHand(plan, each, account, access, rows)
          .takeAll()
          .catch((error: unknown) => told.push(String(error)));
      }
      await take(action, journal);
      for (const undoing of moduleOf(action.type).inverse(action, journal.rows).actions) {
        await take(undoing, memoryJournal());
      }
    }
    return told;
  },
};

function operations() {
  return simulator.control
    .requests()
    .filter(({ service }) => service !== 'sts')
    .map(({ service, operation, outcome }) => ({ permission: `${service}:${operation}`, outcome }));
}
/** A permission that goes with another call. */
const impliedBy: Readonly<Record<string, string>> = { 'secretsmanager:TagResource': 'secretsmanager:CreateSecret' };

describe.each(purposes)('the %s role', (purpose) => {
  test('is granted what the code calls, and nothing that it does not', async () => {
    const account = await start();
    expect(await work[purpose](account)).toEqual([]);
    const called = new Set(operations().map(({ permission }) => permission));
    expect([...called].filter((permission) => !permissionsOf[purpose].includes(permission))).toEqual([]);
    expect(permissionsOf[purpose].filter((permission) => !called.has(impliedBy[permission] ?? permission))).toEqual([]);
    expect(operations().filter(({ outcome }) => /Denied|Unauthorized/.test(outcome))).toEqual([]);
  });

  test.each(permissionsOf[purpose])('without %s says so by its name', async (permission) => {
    const account = await start(permission);
    const told = await work[purpose](account);
    expect(told.join('\n')).toContain(permission);
  });
});

test.each(['poll', 'evidence'] as const)(
  'the %s role reads, and changes nothing whatever it tries',
  async (purpose) => {
    const account = await start();
    const role = account.roles[purpose];
    const asResponder = { ...account, roles: { ...account.roles, ...(role === undefined ? {} : { respond: role }) } };
    const iam = access.iam(asResponder, 'respond');
    const [UserName, RoleName] = [userName, defaultRoleNames[purpose]];
    const document = { PolicyName: 'more', PolicyDocument: '{"Version":"2012-10-17","Statement":[]}' };
    const tried = [
      iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId: oldKey.id, Status: 'Inactive' })),
      iam.send(new PutUserPolicyCommand({ UserName, ...document })),
      iam.send(new PutRolePolicyCommand({ RoleName, ...document })),
      iam.send(new CreateAccessKeyCommand({ UserName })),
    ];
    for (const each of tried) await expect(each).rejects.toThrow(/not authorized/);
    expect(permissionsOf[purpose].filter((permission) => !/^\w+:(Get|List|Describe|Lookup)/.test(permission))).toEqual(
      [],
    );
  },
);

test('the respond role changes neither our own roles nor what the configuration protects, whatever else it may', async () => {
  const account = await start();
  const iam = access.iam(account, 'respond');
  function outcomeOf(asked: Promise<unknown>): Promise<string> {
    return asked.then(
      () => 'done',
      (error: unknown) => (/explicit deny/.test(String(error)) ? 'explicit deny' : String(error)),
    );
  }
  function deactivate(name: string, key: string) {
    return outcomeOf(iam.send(new UpdateAccessKeyCommand({ UserName: name, AccessKeyId: key, Status: 'Inactive' })));
  }
  expect(await deactivate(userName, oldKey.id)).toBe('done');
  expect(await deactivate('emergency', 'AKIAEMERGENCY0000001')).toBe('explicit deny');
  expect(await deactivate('below-path', 'AKIABELOWPATH0000001')).toBe('explicit deny');
  const [RoleName, PolicyName] = [defaultRoleNames.respond, 'more'];
  const more = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  const grown = iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(more) }));
  expect(await outcomeOf(grown)).toBe('explicit deny');
});

describe('the doctor', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'trailhound-roles-'));
  });
  afterEach(() => rm(dataDir, { recursive: true }));

  async function complaints(removed: string | null): Promise<string> {
    const account = await start(removed);
    const { accessKeyId, secretAccessKey } = simulator.world.credentials;
    const credentialsFile = join(dataDir, 'credentials');
    const text = `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
    await writeFile(credentialsFile, text);
    const findings = await probeAws({
      ...config,
      dataDir,
      accounts: [account],
      aws: { endpoint: simulator.url, region, credentialsFile },
      store: { ...config.store, url: 'postgres://u:p@127.0.0.1:1/none' },
    });
    return findings
      .filter(({ subject, status }) => status !== 'ok' && subject !== 'LookupEvents')
      .map(({ subject, message, remedy }) => `${subject}: ${message} -> ${remedy}`)
      .join('\n');
  }

  test('is content with roles of the least permissions', async () => {
    expect(await complaints(null)).toBe('');
  });

  test.each(['iam:GetLoginProfile', 'iam:DeleteAccessKey', 'secretsmanager:TagResource', 'cloudtrail:LookupEvents'])(
    'names %s where it is missing',
    async (permission) => {
      expect(await complaints(permission)).toMatch(new RegExp(`is not allowed ${permission}.* -> grant ${permission}`));
    },
  );
});

test('the templates hold the same documents, with placeholders that each tool fills in', () => {
  const template = JSON.parse(renderRoles('cloudformation', config, {})) as {
    readonly Resources: Record<string, { readonly Properties: { readonly Policies: readonly object[] } }>;
  };
  expect(Object.keys(template.Resources)).toEqual(Object.values(defaultRoleNames));
  const filled = JSON.stringify(template.Resources['TrailhoundRespond']?.Properties.Policies)
    .replaceAll(/\{"Fn::Sub":("[^"]*")\}/g, '$1')
    .replaceAll('${AWS::Partition}', 'aws')
    .replaceAll('${AWS::AccountId}', accountId);
  const respond = rolesWithout(null).find(({ name }) => name === defaultRoleNames.respond);
  expect(JSON.parse(filled)).toEqual([{ PolicyName: 'TrailhoundRespond', PolicyDocument: respond?.policies.granted }]);
  const hcl = renderRoles('terraform', config, {});
  const heredocs = [...hcl.matchAll(/<<-JSON\n(.*?)\n {2}JSON/gs)].map(([, text = '']) => JSON.parse(text) as object);
  expect(heredocs).toHaveLength(6);
  expect(hcl).not.toContain('AWS::');
});
