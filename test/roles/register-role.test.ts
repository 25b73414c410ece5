import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { startSimulator } from '../../simulator/server.ts';
import { dynamoDbRegister, registerPermissions } from '../../src/adapters/aws/dynamodb-register.ts';
import { registerPolicy } from '../../src/adapters/aws/role-policies.ts';
import { loadConfig } from '../../src/entry/config/config.ts';
import { renderRoles } from '../../src/entry/roles/render-roles.ts';
import type { Instant } from '../../src/model/ids.ts';
import { ResponderStopped } from '../../src/response/responder-stopped.ts';
import { createRegisterTable } from '../response/register-table.ts';

const accountId = '111122223333';
const table = 'trailhound-register';
const config = loadConfig(undefined, {});

describe('the role that keeps the register', () => {
  const arn = `arn:aws:dynamodb:us-east-1:${accountId}:table/${table}`;
  const keeper = { id: 'AKIAKEEPER0000000001', secret: 'keeper/secret+of+the+simulated+accounts1' };

  const administrator = { id: 'AKIAADMIN00000000001', secret: 'administrator/secret+of+the+simulated+01' };

  /** What a register comes to by a policy that lacks a permission. */
  async function keptWithout(permission: string | null): Promise<string> {
    const { Version, Statement } = registerPolicy(arn);
    const statements = Statement.map((each) => ({
      ...each,
      Action: [each.Action].flat().filter((action) => each.Effect === 'Deny' || action !== permission),
    }));
    const simulator = await startSimulator({ accounts: [{ id: accountId, regions: ['us-east-1'] }] });
    simulator.control.addUser(accountId, {
      name: 'keeper',
      keys: [keeper],
      policies: { granted: { Version, Statement: statements } },
    });
    const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
    simulator.control.addUser(accountId, {
      name: 'administrator',
      keys: [administrator],
      policies: { all: { Version, Statement: [everything] } },
    });
    function clientOf({ id: accessKeyId, secret: secretAccessKey }: typeof keeper) {
      return new DynamoDBClient({
        endpoint: simulator.url,
        region: 'us-east-1',
        credentials: { accessKeyId, secretAccessKey },
      });
    }
    const [owner, client] = [clientOf(administrator), clientOf(keeper)];
    try {
      await createRegisterTable(owner, table);
      const at = new Date().toISOString() as Instant;
      const register = dynamoDbRegister(client, { table, installation: 'test', now: () => at });
      await register.since();
      await register.spend({ kind: 'end', intentId: 'i', outcome: 'done', at });
      await register.begun();
      return 'kept';
    } catch (error) {
      return error instanceof ResponderStopped ? error.message : String(error);
    } finally {
      owner.destroy();
      client.destroy();
      await simulator.stop();
    }
  }

  test('keeps it with the policy that `roles` prints, and with nothing less', async () => {
    expect(await keptWithout(null)).toBe('kept');
    for (const permission of registerPermissions) {
      expect(await keptWithout(permission)).toContain(`${permission} on table trailhound-register was denied`);
    }
  });

  test('is printed where the configuration has a table', () => {
    const register = {
      dynamoDbTable: table,
      region: 'us-east-1',
      role: { arn: `arn:aws:iam::${accountId}:role/TrailhoundRegister` },
    };
    const shared = { ...config, response: { ...config.response, register } };
    const printed = JSON.parse(renderRoles('json', shared, {})) as { readonly register?: unknown };
    expect(printed.register).toEqual({ table: arn, policy: registerPolicy(arn) });
    expect(JSON.parse(renderRoles('json', config, {}))).not.toHaveProperty('register');
  });
});
