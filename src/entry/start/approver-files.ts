import { rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateApproverKey } from '../../approval/approver-key.ts';
import { makeFolder } from '../../adapters/files/make-folder.ts';

/** The local approver's key pair within a data folder. */
export function localApproverFiles(dataDir: string) {
  return {
    privateKey: join(dataDir, 'approvers', 'local.key'),
    publicKey: join(dataDir, 'approvers', 'local.pub'),
  };
}

/**
 * Makes the local approver's key where there is none: PKCS#8 and SPKI in PEM, the private half for its owner only.
 * The public half is written first and the private one moved into place, so that a kill leaves no key without its other half.
 */
export async function createLocalApproverIfMissing(dataDir: string): Promise<'created' | 'present'> {
  const files = localApproverFiles(dataDir);
  const present = await stat(files.privateKey).then(
    () => true,
    () => false,
  );
  if (present) return 'present';
  const { privateKeyPem, publicKeyPem } = generateApproverKey();
  await makeFolder(join(dataDir, 'approvers'));
  await writeFile(files.publicKey, publicKeyPem, { mode: 0o644 });
  await writeFile(`${files.privateKey}.new`, privateKeyPem, { mode: 0o600 });
  await rename(`${files.privateKey}.new`, files.privateKey);
  return 'created';
}
