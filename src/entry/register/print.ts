import { acceptDifferences } from '../../commands/accept-differences.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';
import { compareMemories, type MemoryDifferences } from '../../response/memory-agreement.ts';
import { commandLineCaller } from '../compose/account-commands.ts';
import { overMemories } from '../compose/memory-ports.ts';
import type { Config } from '../config/config.ts';
import { printAnswer, printProse } from '../terminal/terminal-output.ts';

/** Prints whether register and store agree; exits 1 where they do not. */
export async function printRegisterCheck(config: Config, options: { readonly json?: boolean }): Promise<void> {
  const differences = await overMemories(config, ({ register, journalled }) => compareMemories(register, journalled));
  if (options.json === true) await printAnswer('register check', differences);
  else for (const line of inWords(differences)) printProse(line);
  if (differences.unknownToStore.length + differences.unknownToRegister.length > 0) process.exitCode = 1;
}

/** Takes what differs as it is, in the name of whoever types it. */
export async function printDifferencesAccepted(config: Config, reason: string): Promise<void> {
  const { unknownToStore, unknownToRegister } = await overMemories(config, (ports) =>
    acceptDifferences(ports, commandLineCaller(), reason),
  );
  printProse(
    safe`Accepted: ${unknownToStore.length} unknown to the store, ${unknownToRegister.length} unknown to the register. Responses go on; ask for fresh plans with \`trailhound investigations replan CASE\``,
  );
}

function inWords({ unknownToStore, unknownToRegister }: MemoryDifferences): readonly SafeText[] {
  if (unknownToStore.length + unknownToRegister.length === 0) return [safe`Register and store agree.`];
  return [
    safe`Responses are stopped: register and store do not agree.`,
    ...unknownToStore.map(
      (intentId) => safe`  unknown to the store (restored, or rows deleted): intent ${plainText(intentId)}`,
    ),
    ...unknownToRegister.map(
      ({ intentId, caseId }) =>
        safe`  unknown to the register (lost, or cut short): intent ${plainText(intentId)} of case ${plainText(caseId)}`,
    ),
    safe`When you know why, go on with \`trailhound register accept --reason TEXT\``,
  ];
}
