import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { AwsCredentialIdentity } from '@smithy/types';
import { startSimulator } from '../../simulator/server.ts';

/** Something that speaks AWS's protocols. */
export interface StandIn {
  readonly url: string;
  readonly credentials: AwsCredentialIdentity;
  stop(): Promise<void>;
}

/** Points in which a stand-in may differ from AWS. */
export type UnfaithfulPoint = 'session tokens have keys of their own' | 'a moved stage is what is read';

/** A kind of stand-in: how to start one, or why there is none. */
export interface StandInKind {
  readonly name: string;
  readonly missing: string | null;
  /** Where it is known not to do as AWS documents: these cases are passed over. */
  readonly unfaithful: readonly UnfaithfulPoint[];
  start(): Promise<StandIn>;
}

const credentials = {
  accessKeyId: 'AKIACONTRACT00000001',
  secretAccessKey: 'contract/secret+of+the+simulated+account',
};

export const simulatorKind: StandInKind = {
  name: 'simulator',
  missing: null,
  unfaithful: [],
  async start() {
    const simulator = await startSimulator({
      accounts: [
        {
          id: '123456789012',
          regions: ['us-east-1'],
          users: [
            {
              name: 'administrator',
              keys: [{ id: credentials.accessKeyId, secret: credentials.secretAccessKey }],
              attachedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
            },
          ],
        },
      ],
    });
    return { url: simulator.url, credentials, stop: () => simulator.stop() };
  },
};

/** moto's server, which nobody here wrote; installed where python3 is there, never in CI. */
export async function motoKind(): Promise<StandInKind> {
  const { program, missing } = await findMoto();
  return {
    name: 'moto',
    missing,
    // As of 5.2.5: GetSessionToken answers AWS's example key, and GetSecretValue passes UpdateSecretVersionStage by.
    unfaithful: ['session tokens have keys of their own', 'a moved stage is what is read'],
    start: () => startMoto(program),
  };
}

async function findMoto(): Promise<{ program: string; missing: string | null }> {
  if (process.env['CI']) return { program: '', missing: 'moto is not installed in CI' };
  const installer = fileURLToPath(new URL('../../scripts/install-moto.mjs', import.meta.url));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [installer]);
    return { program: stdout.trim(), missing: null };
  } catch (error) {
    return { program: '', missing: error instanceof Error ? error.message : String(error) };
  }
}

async function startMoto(program: string): Promise<StandIn> {
  const port = await freePort();
  const child = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, MOTO_IAM_LOAD_MANAGED_POLICIES: 'true' },
  });
  const url = `http://127.0.0.1:${port}`;
  await ready(url, child);
  return {
    url,
    credentials,
    async stop() {
      const ended = new Promise((resolve) => {
        child.once('exit', resolve);
      });
      child.kill();
      await ended;
    },
  };
}

/** Waits until the server says that it is there: Werkzeug's own line on standard error. */
async function ready(url: string, child: ChildProcess): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
      if (said.includes(url)) resolve();
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`moto ended with ${code}: ${said}`)));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}
