import { access, constants, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { composeAws } from '../compose/aws.ts';
import { composeRegister, registerFolderOf, whyResponsesAreStopped } from '../compose/responder-memory.ts';
import type { Config } from '../config/config.ts';
import { openConfiguredStore } from '../compose/connections.ts';
import { failureOf, findingsOf } from './finding.ts';
import type { ProbeFinding } from '../../views/examination.ts';

const { ok, failed } = findingsOf('register');

/** Whether the responder's register can be used, is nobody else's to write, and agrees with the store. Nothing is written. */
export async function probeRegister(config: Config): Promise<readonly ProbeFinding[]> {
  const table = config.response.register?.dynamoDbTable;
  const folder = registerFolderOf(config);
  const subject = table === undefined ? `register ${folder}` : `register in table ${table}`;
  if (table === undefined) {
    const doors = await probeFolder(folder, subject);
    if (doors !== null) return [doors];
  }
  return [await probeAgreement(config, subject)];
}

/** What is wrong with the folder, or that there is none yet; null where it is as it must be. */
async function probeFolder(folder: string, subject: string): Promise<ProbeFinding | null> {
  const found = await stat(folder).catch(() => null);
  if (found === null) return ok(subject, 'begins when the first worker starts here');
  const { uid } = userInfo();
  if ((found.mode & 0o022) !== 0 || (uid !== 0 && uid !== -1 && found.uid !== uid)) {
    const others = `may be written by others (mode ${(found.mode & 0o777).toString(8)}, owner ${found.uid})`;
    return failed(
      subject,
      others,
      `\`chmod 700 ${folder}\`; if someone may have written there, look at \`trailhound register check\``,
    );
  }
  return await access(folder, constants.R_OK | constants.W_OK).then(
    () => null,
    () => failed(subject, 'cannot be written by this user', `give ${folder} to the user that the worker runs as`),
  );
}

async function probeAgreement(config: Config, subject: string): Promise<ProbeFinding> {
  const aws = composeAws(config);
  try {
    const store = await openConfiguredStore(config);
    try {
      const stopped = await whyResponsesAreStopped(composeRegister(config, aws), store);
      if (stopped === null) return ok(subject, 'can be used, and agrees with the store');
      return failed(subject, stopped.message.replace(` ${stopped.remedy}`, ''), stopped.remedy);
    } finally {
      await store.close();
    }
  } catch (error) {
    return failureOf('register', subject, error);
  } finally {
    aws.destroy();
  }
}
