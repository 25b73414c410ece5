import { startSimulator, type Simulator } from '../../simulator/server.ts';
import type { SimulatorOptions } from '../../simulator/server.ts';
import { type AnsweredCall, createAwsAccess } from '../../src/adapters/aws/clients.ts';
import type { Account } from '../../src/model/account.ts';
import type { AccountId } from '../../src/model/ids.ts';

export const accountId = '111122223333' as AccountId;
export const userName = 'data-export';
/** Somebody who may do everything: an attacker who got that far, or a colleague. */
export const intruder = { id: 'AKIAINTRUDER00000001', secret: 'intruder/secret+of+the+simulated+acc0001' };
export const oldKey = { id: 'AKIAOLDOLDOLDOLDOLD1', secret: 'old/secret+of+the+compromised+user000001' };

/** A simulated AWS in which one user's key is to be rotated. */
export function startCompromisedAccount(options: SimulatorOptions = {}): Promise<Simulator> {
  const users = [
    { name: userName, id: 'AIDADATAEXPORT000001', keys: [oldKey] },
    {
      name: 'intruder',
      keys: [intruder],
      attachedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
    },
  ];
  return startSimulator({
    accounts: [{ id: accountId, regions: ['us-east-1', 'eu-central-1'], users }],
    lookupRate: 1_000,
    ...options,
  });
}

/** The first watched account, as configuration would describe it. */
export function accountOf(simulator: Pick<Simulator, 'world'>): Account {
  const [described] = simulator.world.accounts;
  if (described === undefined) throw new Error('the simulated AWS has no watched account');
  return {
    id: described.id as AccountId,
    name: described.name,
    partition: 'aws',
    lifecycle: 'watched',
    regions: described.regions,
    roles: described.roles,
    pollIntervalMs: 60_000,
  };
}

/** Clients for it, as the composition root makes them. */
export function accessTo(simulator: Pick<Simulator, 'url' | 'world'>, onAnswer?: (call: AnsweredCall) => void) {
  const { accessKeyId, secretAccessKey, region } = simulator.world.credentials;
  return createAwsAccess({
    endpoint: simulator.url,
    region,
    version: '0.0.0-test',
    credentials: { accessKeyId, secretAccessKey },
    requestTimeoutMs: 5_000,
    ...(onAnswer === undefined ? {} : { onAnswer }),
  });
}

/** What IAM and Secrets Manager of the simulated account hold, secrets included. */
export interface SimulatedState {
  readonly keys: readonly { readonly id: string; readonly status: string; readonly secret: string }[];
  readonly secrets: readonly {
    readonly name: string;
    readonly tags: readonly { readonly Key: string; readonly Value: string }[];
    readonly versions: readonly { readonly id: string; readonly value: string }[];
  }[];
}

export function stateOf(simulator: Simulator): SimulatedState {
  const iam = simulator.control.iam(accountId, true) as {
    readonly users: readonly { readonly name: string; readonly keys: SimulatedState['keys'] }[];
    readonly secrets: SimulatedState['secrets'];
  };
  return { keys: iam.users.find((user) => user.name === userName)?.keys ?? [], secrets: iam.secrets };
}

/** The intruder makes a key for the user, by the real path; the trail will show it. */
export function makeForeignKey(simulator: Simulator): void {
  const outcome = simulator.control.call({
    accessKeyId: intruder.id,
    service: 'iam',
    operation: 'CreateAccessKey',
    input: { UserName: userName },
    region: 'us-east-1',
    sourceIp: '203.0.113.9',
    userAgent: 'aws-cli/2.0',
  });
  if (!outcome.allowed) throw new Error(`the intruder was refused: ${outcome.message}`);
}

/** One user's keys, and the secrets that are stored for them, by access key ID. */
export function userStateOf(simulator: Simulator, target: { readonly userName: string; readonly accessKeyId: string }) {
  const iam = simulator.control.iam(accountId, true) as {
    readonly users: readonly { readonly name: string; readonly keys: SimulatedState['keys'] }[];
    readonly secrets: SimulatedState['secrets'];
  };
  const all = iam.users.find((user) => user.name === target.userName)?.keys ?? [];
  const ofUser = iam.secrets.filter(({ name }) => name.includes(`/${target.userName}/`));
  const contents = ofUser.flatMap(
    (secret): readonly { readonly accessKeyId?: string; readonly secretAccessKey?: string }[] =>
      secret.versions.map((version) => JSON.parse(version.value)),
  );
  return {
    all,
    live: all.filter((key) => key.status === 'Active' && key.id !== target.accessKeyId),
    oldStatus: all.find((key) => key.id === target.accessKeyId)?.status,
    stored: new Map(contents.map(({ accessKeyId, secretAccessKey }) => [accessKeyId ?? '', secretAccessKey ?? ''])),
  };
}
