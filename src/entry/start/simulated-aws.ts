import { rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stringify } from 'smol-toml';
import { z } from 'zod';
import { EmbeddedServerError, type ServerProcess } from '../../adapters/embedded/server-process.ts';
import { simulatedConfigFile } from '../config/config.ts';
import { startSimulatorProgram } from './child-program.ts';
import { filesOf } from './data-folder.ts';
import { makeFolder } from '../../adapters/files/make-folder.ts';

const roleSchema = z.object({ arn: z.string(), externalId: z.string() });

/** The simulator's first line: how to reach its accounts. */
const readySchema = z.object({
  ready: z.literal(true),
  url: z.string(),
  credentials: z.object({ accessKeyId: z.string(), secretAccessKey: z.string(), region: z.string() }),
  accounts: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      partition: z.string(),
      regions: z.array(z.string()),
      roles: z.object({ poll: roleSchema, evidence: roleSchema, respond: roleSchema }),
    }),
  ),
});
export type SimulatedAwsDescription = z.infer<typeof readySchema>;

const storySchema = z.object({ story: z.string() });

function parseLine<T>(schema: z.ZodType<T>, line: string): T | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return schema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** The simulated AWS as a process of its own. */
export interface SimulatedAws extends ServerProcess {
  readonly description: SimulatedAwsDescription;
}

/**
 * Starts the demonstration in a simulated AWS and waits until it serves. Its world is kept in the data folder, so that a later
 * start goes on with it.
 * @param onStory told what happens in there, line by line
 * @throws EmbeddedServerError
 */
export async function startSimulatedAws(
  dataDir: string,
  port: number,
  onStory: (text: string) => void,
): Promise<SimulatedAws> {
  const files = filesOf(dataDir);
  const ready = Promise.withResolvers<SimulatedAwsDescription>();
  const server = await startSimulatorProgram(
    ['--scenario', 'demo', '--port', String(port), '--state', files.simulatorState],
    {
      logFile: files.log('simulator'),
      secret: (line) => line.startsWith('{"ready"'),
      onLine: (line) => {
        const description = parseLine(readySchema, line);
        if (description !== undefined) ready.resolve(description);
        const story = parseLine(storySchema, line);
        if (story !== undefined) onStory(story.story);
      },
    },
  );
  const outcome = await Promise.race([ready.promise, server.ended]);
  if (typeof outcome !== 'string') return { ...server, description: outcome };
  throw new EmbeddedServerError(
    [`the simulated AWS ended while starting (${outcome})`, ...server.lastLines()].join('\n  '),
    `see the lines above and ${files.log('simulator')}`,
  );
}

async function write(file: string, text: string): Promise<void> {
  await makeFolder(dirname(file));
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

function role({ arn, externalId }: z.infer<typeof roleSchema>) {
  return { arn, external_id: externalId };
}

/** What a day of watching takes elsewhere takes a few minutes here. */
const compressedDelays = {
  collection: { poll_interval: '5s', sweep_delays: ['20s', '90s'], history: '7d' },
  approval: { expires_after: '1h' },
  response: { watch: '1m', watch_grace: '2s', settle: '2s', trail_proof_timeout: '2m' },
};

/** Writes the configuration that watches the simulated accounts, and the credentials for it; returns the file's path. */
export async function writeSimulatedConfig(dataDir: string, aws: SimulatedAwsDescription): Promise<string> {
  const { simulatorCredentials } = filesOf(dataDir);
  const { accessKeyId, secretAccessKey, region } = aws.credentials;
  await write(
    simulatorCredentials,
    `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  );
  const file = simulatedConfigFile(dataDir);
  const settings = {
    data_dir: '.',
    installation: 'simulated',
    aws: { endpoint: aws.url, region, credentials_file: simulatorCredentials },
    accounts: aws.accounts.map(({ id, name, partition, regions, roles }) => ({
      id,
      name,
      partition,
      regions,
      poll_role: role(roles.poll),
      evidence_role: role(roles.evidence),
      respond_role: role(roles.respond),
    })),
    ...compressedDelays,
  };
  await write(file, `# Written by \`npm start\` at each start for its simulated AWS.\n${stringify(settings)}`);
  return file;
}
