import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import type { WayIn } from '../../../src/model/way-in.ts';
import { service, session } from '../../../src/cloudtrail/identities.ts';
import { remediesOf } from '../../../src/investigation/plan/remedies.ts';
import { commandsFor } from '../../../src/investigation/plan/by-hand-commands.ts';
import { containment } from '../../../src/investigation/ways-in/containment.ts';
import { seenEvent } from '../../../src/investigation/seen-event.ts';
import { wayInWords } from '../../../src/investigation/way-in-words.ts';
import { objectAt } from '../../../src/cloudtrail/record-fields.ts';
import { found } from '../archive-of.ts';
import { accountId } from '../trail-records.ts';
import {
  alertsOn,
  assessed,
  call,
  callByAdmin,
  callBySession,
  minute,
  sessionOf,
  sessionsRevoked,
} from './assessed.ts';

const instanceId = 'i-0abc123def4567890';
const taskId = '0123456789abcdef0123456789abcdef';
const nodeId = 'mi-0abc123def4567890';
const day = 24 * 60;
const roleName = 'Runner';
const functionArn = `arn:aws:lambda:us-east-1:${accountId}:function:invoice`;

function by(sessionName: string, minutes = 0, given: JsonObject = {}): JsonObject {
  return callBySession(minutes, { roleName, sessionName, key: 'ASIAINTRUDER' }, 's3', 'ListBuckets', given);
}

/** As the records of a function's calls say since 2025 for whom their credentials were issued. */
function byFunction(minutes = 0): JsonObject {
  const record = by('invoice', minutes);
  const inScopeOf = { issuerType: 'AWS::Lambda::Function', credentialsIssuedTo: functionArn };
  return { ...record, userIdentity: { ...objectAt(record, 'userIdentity'), inScopeOf } };
}

/** The case of a session that is alerted on, days later. */
function caseOf(alerted: JsonObject, others: readonly JsonObject[] = [], given: Parameters<typeof assessed>[1] = {}) {
  const { actor } = seenEvent(found(alerted));
  const sessionName = actor.kind === 'role-session' ? actor.sessionName : '';
  return assessed([alerted, ...others], {
    identities: [{ ...sessionOf(roleName, sessionName), role: 'suspect', since: minute(-60) }],
    now: minute(5 * day),
    alerts: alertsOn(alerted),
    ...given,
  });
}

function statesOf({ waysIn }: { readonly waysIn: readonly WayIn[] }): readonly (readonly [string, unknown])[] {
  return waysIn.map(({ what, state }) => [
    what.kind === 'session' && what.accessKeyId === null ? 'the next session' : what.kind,
    state,
  ]);
}

function nextOf({ waysIn }: { readonly waysIn: readonly WayIn[] }): WayIn {
  const next = waysIn.find(({ what }) => what.kind === 'session' && what.accessKeyId === null);
  if (next === undefined) throw new Error('whoever renews the session is no way in');
  return next;
}

const workloads: readonly (readonly [name: string, alerted: JsonObject, others: readonly JsonObject[]])[] = [
  ['an instance', by(instanceId), []],
  ['a task', by(taskId), []],
  ['a function, as its records say', byFunction(), []],
  ['a job of Glue', by('GlueJobRunnerSession'), []],
  ['a build', by('AWSCodeBuild-6b1f1b1e-5f4d-4a6e-9f0a-0d6c8b1c2d3e'), []],
  ['a pod', by('eks-prod-web-7d9f8c-kx2lp-1a2b3c4d-1111-2222-3333-444455556666'), []],
  ['a managed node', by(nodeId), []],
  ['whatever a service is seen to begin sessions for', by('invoice'), [begun('lambda.amazonaws.com', 'invoice')]],
];

function begun(by: string, sessionName: string): JsonObject {
  return call(-300, 'sts', 'AssumeRole', {
    userIdentity: { type: 'AWSService', invokedBy: by },
    sourceIPAddress: by,
    userAgent: by,
    requestParameters: { roleArn: `arn:aws:iam::${accountId}:role/${roleName}`, roleSessionName: sessionName },
    responseElements: {
      credentials: { accessKeyId: 'ASIABEFORE', sessionToken: 't', expiration: 'Nov 24, 2026, 8:00:00 AM' },
      assumedRoleUser: {
        assumedRoleId: `AROAEXAMPLE:${sessionName}`,
        arn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/${sessionName}`,
      },
    },
  });
}

test.each(workloads)(
  'the credentials of %s end, and whether the intruder has the next is not known',
  (_, alerted, others) => {
    const assessment = caseOf(alerted, others);
    expect(statesOf(assessment)).toContainEqual(['session', 'closed']);
    expect(statesOf(assessment)).toContainEqual(['the next session', 'unknown']);
    expect(containment(assessment.waysIn).verdict).toBe('partly-contained');
  },
);

test.each(workloads)(
  'the older sessions of %s are advised to be revoked, before their end and after',
  (_, alerted, others) => {
    for (const now of [minute(60), minute(5 * day)]) {
      const assessment = caseOf(alerted, others, { now });
      const remedies = remediesOf({ ...assessment, advises: true });
      expect(remedies.filter(({ type }) => type === 'revokeRoleSessions')).toMatchObject([
        { recommended: true, closes: expect.arrayContaining([nextOf(assessment).id]) },
      ]);
    }
  },
);

test('what is said of it does not change with the hours', () => {
  const alerted = by(instanceId);
  const [before, after] = [minute(60), minute(5 * day)].map((now) => nextOf(caseOf(alerted, [], { now })));
  expect(after).toEqual(before);
});

test('it is told with what a person can do', () => {
  const ofInstance = nextOf(caseOf(by(instanceId)));
  expect(wayInWords(ofInstance).sentence).toContain(
    `Instance ${instanceId} gets new credentials of role ${roleName} for as long as it has that role`,
  );
  expect(wayInWords(ofInstance).sentence).toContain('whether the intruder still has them is not known');
  expect(wayInWords(ofInstance).remedy).toContain(`Revoke the older sessions of role ${roleName}`);
  expect(commandsFor(ofInstance.what).join('\n')).toContain(
    `aws ec2 describe-iam-instance-profile-associations --filters Name=instance-id,Values=${instanceId}`,
  );
  expect(commandsFor(nextOf(caseOf(by(taskId))).what).join('\n')).toContain(
    `aws ecs stop-task --cluster CLUSTER_NAME --task ${taskId}`,
  );
  expect(commandsFor(nextOf(caseOf(byFunction())).what).join('\n')).toContain(
    'aws lambda put-function-concurrency --function-name invoice --reserved-concurrent-executions 0',
  );
});

test.each<readonly [how: string, alerted: JsonObject, closing: JsonObject]>([
  [
    'the older sessions of its role are revoked',
    by(instanceId),
    callByAdmin(30, 'iam', 'PutRolePolicy', sessionsRevoked(roleName, minute(30))),
  ],
  [
    'its role is deleted',
    by('GlueJobRunnerSession'),
    callByAdmin(30, 'iam', 'DeleteRole', { requestParameters: { roleName } }),
  ],
  [
    'its instance is terminated',
    by(instanceId),
    callByAdmin(30, 'ec2', 'TerminateInstances', { requestParameters: { instancesSet: { items: [{ instanceId }] } } }),
  ],
  [
    'its instance is stopped',
    by(instanceId),
    callByAdmin(30, 'ec2', 'StopInstances', { requestParameters: { instancesSet: { items: [{ instanceId }] } } }),
  ],
  [
    'its task is stopped',
    by(taskId),
    callByAdmin(30, 'ecs', 'StopTask', {
      requestParameters: { cluster: 'web', task: `arn:aws:ecs:us-east-1:${accountId}:task/web/${taskId}` },
    }),
  ],
  [
    'its managed node is deregistered',
    by(nodeId),
    callByAdmin(30, 'ssm', 'DeregisterManagedInstance', { requestParameters: { instanceId: nodeId } }),
  ],
  [
    'its function is deleted',
    byFunction(),
    callByAdmin(30, 'lambda', 'DeleteFunction20150331', { requestParameters: { functionName: 'invoice' } }),
  ],
])('it is closed once %s', (_, alerted, closing) => {
  const assessment = caseOf(alerted, [closing]);
  expect(nextOf(assessment).state).toBe('closed');
  expect(containment(assessment.waysIn).verdict).toBe('contained');
});

test('an end that was only begun is told as that: a profile that is being taken away', () => {
  const takenAway = callByAdmin(30, 'ec2', 'DisassociateIamInstanceProfile', {
    requestParameters: { DisassociateIamInstanceProfileRequest: { AssociationId: 'iip-assoc-1' } },
    responseElements: {
      DisassociateIamInstanceProfileResponse: {
        iamInstanceProfileAssociation: { associationId: 'iip-assoc-1', instanceId, state: 'disassociating' },
      },
    },
  });
  const next = nextOf(caseOf(by(instanceId), [takenAway]));
  expect(next).toMatchObject({ state: 'unknown', endBegun: minute(30) });
  expect(wayInWords(next).sentence).toContain('Its end was begun');
});

test('a revocation from before its last call closes nothing', () => {
  const revoked = callByAdmin(-30, 'iam', 'PutRolePolicy', sessionsRevoked(roleName, minute(-30)));
  expect(nextOf(caseOf(by(instanceId), [revoked])).state).toBe('unknown');
});

test('an instance that is started again gives its next credentials again', () => {
  const items = { requestParameters: { instancesSet: { items: [{ instanceId }] } } };
  const stopped = callByAdmin(30, 'ec2', 'StopInstances', items);
  const started = callByAdmin(60, 'ec2', 'StartInstances', items);
  expect(nextOf(caseOf(by(instanceId), [stopped, started])).state).toBe('unknown');
});

test('what a service runs with a role gets its next credentials again once somebody makes a role of that name', () => {
  const named = { requestParameters: { roleName } };
  const deleted = callByAdmin(30, 'iam', 'DeleteRole', named);
  const made = callByAdmin(60, 'iam', 'CreateRole', {
    ...named,
    responseElements: { role: { roleName, roleId: 'AROAEXAMPLEANEW' } },
  });
  const pod = by('eks-prod-web-7d9f8c-kx2lp-1a2b3c4d-1111-2222-3333-444455556666');
  expect(nextOf(caseOf(pod, [deleted])).state).toBe('closed');
  const again = caseOf(pod, [deleted, made]);
  expect(nextOf(again).state).toBe('unknown');
  // The credentials that it had are those of the role that is gone.
  expect(statesOf(again)).toContainEqual(['session', 'closed']);
});

test('a function of that name in another region is another', () => {
  const elsewhere = callByAdmin(30, 'lambda', 'DeleteFunction20150331', {
    awsRegion: 'eu-west-1',
    requestParameters: { functionName: 'invoice' },
  });
  expect(nextOf(caseOf(byFunction(), [elsewhere])).state).toBe('unknown');
});

test('a session that somebody assumed, by a name of their own, has ended when its credentials have', () => {
  const { waysIn } = caseOf(by('alice'));
  expect(statesOf({ waysIn })).toEqual([['session', 'closed']]);
});

test('an instance that is a way in itself is told once', () => {
  const entered = call(-5, 'ssm', 'SendCommand', {
    requestParameters: { documentName: 'AWS-RunShellScript', instanceIds: [instanceId] },
  });
  const { waysIn } = assessed([entered, by(instanceId)], {
    more: [sessionOf(roleName, instanceId)],
    now: minute(5 * day),
  });
  expect(statesOf({ waysIn })).toContainEqual(['instance', 'open']);
  expect(statesOf({ waysIn }).map(([kind]) => kind)).not.toContain('the next session');
});

test('where the case itself handed the role over, what it was handed to stands for the sessions', () => {
  const handed = call(-5, 'lambda', 'CreateFunction20150331', {
    requestParameters: { functionName: 'invoice', role: `arn:aws:iam::${accountId}:role/${roleName}` },
    responseElements: { functionName: 'invoice', role: `arn:aws:iam::${accountId}:role/${roleName}` },
  });
  const { waysIn } = assessed([handed, byFunction()], {
    more: [sessionOf(roleName, 'invoice')],
    links: [
      {
        from: service(accountId, 'anybody').id,
        to: session(accountId, roleName, 'invoice').id,
        how: 'passed-role',
        strength: 'proved',
        at: minute(-5),
        proof: [found(handed).ref],
      },
    ],
    now: minute(5 * day),
  });
  expect(statesOf({ waysIn })).toContainEqual(['code', 'open']);
  expect(statesOf({ waysIn }).map(([kind]) => kind)).not.toContain('the next session');
});
