import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { GetSecretValueCommand, ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AwsAccess, createAwsAccess } from '../../src/adapters/aws/clients.ts';
import { sealPlan } from '../../src/digest/plan-digest.ts';
import type { Account } from '../../src/model/account.ts';
import type { AccountId } from '../../src/model/ids.ts';
import { StepBlocked } from '../../src/response/step.ts';
import { aPlan } from '../approval/decision-fixtures.ts';
import { motoKind, simulatorKind, type StandIn } from '../contract/stand-ins.ts';
import { memoryJournal } from './memory-journal.ts';
import { rotationByHand } from './rotation-by-hand.ts';

const account: Account = {
  id: '123456789012' as AccountId,
  name: 'stand-in',
  partition: 'aws',
  lifecycle: 'watched',
  regions: ['us-east-1'],
  roles: {},
  pollIntervalMs: 60_000,
};

/* The same rotation against our simulator and against moto, which nobody here wrote: what both agree on is no misunderstanding of ours. */
for (const kind of [simulatorKind, await motoKind()]) {
  if (kind.missing !== null) console.warn(`SKIPPED: rotation against ${kind.name}: ${kind.missing}`);

  describe.skipIf(kind.missing !== null)(`a rotation against ${kind.name}`, () => {
    let standIn: StandIn;
    let access: AwsAccess;
    let iam: IAMClient;
    let secretsManager: SecretsManagerClient;

    beforeAll(async () => {
      standIn = await kind.start();
      const { url: endpoint, credentials } = standIn;
      access = createAwsAccess({ endpoint, region: 'us-east-1', version: '0.0.0-test', credentials });
      iam = new IAMClient({ endpoint, region: 'us-east-1', credentials });
      secretsManager = new SecretsManagerClient({ endpoint, region: 'us-east-1', credentials });
    });

    afterAll(async () => {
      access.destroy();
      iam.destroy();
      secretsManager.destroy();
      await standIn.stop();
    });

    /** A user with so many keys, and the plan to rotate the first. */
    async function compromise(userName: string, keys: number) {
      const { User: user } = await iam.send(new CreateUserCommand({ UserName: userName }));
      const ids: string[] = [];
      for (let n = 0; n < keys; n += 1) {
        const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: userName }));
        ids.push(key?.AccessKeyId ?? '');
      }
      const { digest: _, ...content } = aPlan();
      const target = {
        kind: 'access-key' as const,
        accountId: account.id,
        userName,
        userId: user?.UserId ?? '',
        accessKeyId: ids[0] ?? '',
      };
      const params = {
        secretName: `trailhound/${userName}`,
        secretRegion: 'us-east-1',
      };
      const actions = content.actions
        .slice(1)
        .map((action) => ({ ...action, type: 'rotateAccessKey' as const, target, params, dependsOn: [] }));
      const plan = sealPlan({ ...content, actions });
      const [rotation] = plan.actions;
      if (rotation === undefined) throw new Error('the plan has a rotation');
      const journal = memoryJournal();
      return { target, params, journal, hand: rotationByHand(plan, rotation, account, access, journal) };
    }

    async function keysOf(userName: string): Promise<Readonly<Record<string, string>>> {
      const { AccessKeyMetadata: keys = [] } = await iam.send(new ListAccessKeysCommand({ UserName: userName }));
      return Object.fromEntries(keys.map((key) => [key.AccessKeyId, key.Status]));
    }

    test('ends with the old key inactive and a new one, whose secret is stored under the intent', async () => {
      const { target, params, hand } = await compromise('rotated', 1);
      await hand.takeAll();
      const stored = await secretsManager.send(new GetSecretValueCommand({ SecretId: params.secretName }));
      const content = JSON.parse(stored.SecretString ?? '{}') as { readonly accessKeyId: string };
      expect(stored.VersionId).toBe(hand.intentId);
      expect(await keysOf(target.userName)).toEqual({
        [target.accessKeyId]: 'Inactive',
        [content.accessKeyId]: 'Active',
      });
    });

    test('is not done again when the journal is lost', async () => {
      const { target, journal, hand } = await compromise('rotated-once', 1);
      await hand.takeAll();
      const after = await keysOf(target.userName);
      journal.rows.length = 0;
      await hand.takeAll();
      expect(await keysOf(target.userName)).toEqual(after);
    });

    test('contains and then stops where the user has two keys', async () => {
      const { target, hand } = await compromise('two-keys', 2);
      await expect(hand.takeAll()).rejects.toBeInstanceOf(StepBlocked);
      const keys = await keysOf(target.userName);
      expect(keys[target.accessKeyId]).toBe('Inactive');
      expect(Object.keys(keys).length).toBe(2);
      const { SecretList: secrets = [] } = await secretsManager.send(new ListSecretsCommand({}));
      expect(secrets.map((secret) => secret.Name)).not.toContain('trailhound/two-keys');
    });
  });
}
