import { createHash, randomBytes } from 'node:crypto';
import { glob, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { failureConverterPath } from './failure-converter-path.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';
import { makeFolder } from '../files/make-folder.ts';

/** Root of the checkout or the installed package. */
const packageRoot = fileURLToPath(new URL('../../../', import.meta.url));

/** The workflow bundle is absent, or was built from other sources than these. */
export class WorkflowBundleError extends TrailhoundError {
  override readonly name = 'WorkflowBundleError';
  override readonly code = 'workflow-bundle';
  override readonly remedy = 'run `npm run build`';
}

/** What can end up in the bundle: adapters, entry points and tests cannot. */
const sourcePatterns = [
  'workflows/**/*.ts',
  'src/{model,messages,digest,cloudtrail,collection,detection,investigation,approval,response,audit}/**/*.ts',
  'package-lock.json',
];

/** SHA-256 over names and contents of everything that the bundle may be made of. */
async function bundleSourcesDigest(root: string = packageRoot): Promise<string> {
  const files: string[] = [];
  for await (const file of glob(sourcePatterns, { cwd: root })) files.push(file);
  const hash = createHash('sha256');
  for (const file of files.sort()) hash.update(`${file}\0`).update(await readFile(join(root, file)));
  return hash.digest('hex');
}

function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Beside the bundle: the digests of the sources and of the bundle made of them, so that a half-written pair is noticed. */
function stampFile(bundle: string): string {
  return `${bundle}.sha256`;
}

function stamp(sources: string, code: string): string {
  return `sources ${sources}\nbundle ${sha256(code)}\n`;
}

/** Readers find the old file or the new one, never a part of it. */
async function replaceFile(file: string, content: string): Promise<void> {
  const unfinished = `${file}.${randomBytes(4).toString('hex')}`;
  await writeFile(unfinished, content);
  await rename(unfinished, file);
}

/** Bundles `workflows/index.ts` into a file, with a stamp of its sources beside it. */
export async function buildWorkflowBundle(file: string, root: string = packageRoot): Promise<void> {
  const sources = await bundleSourcesDigest(root);
  // Loaded here: to find that nothing has changed must be quick.
  const { DefaultLogger, bundleWorkflowCode } = await import('@temporalio/worker');
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(root, 'workflows/index.ts'),
    failureConverterPath,
    // Whatever is bundled: what a worker's codec lets in as a marker must be refused.
    workflowInterceptorModules: [join(packageRoot, 'workflows/refuse-payloads.ts')],
    logger: new DefaultLogger('WARN'),
  });
  await makeFolder(dirname(file), 0o755);
  await replaceFile(file, code);
  await replaceFile(stampFile(file), stamp(sources, code));
}

/** Where `npm run build` puts the bundle. */
export const defaultBundleFile = join(packageRoot, 'dist/workflow-bundle.js');

function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}

/** What is wrong with the bundle, or undefined where it was made of the present sources. */
async function flawOf(file: string, root: string): Promise<string | undefined> {
  const code = await readIfThere(file);
  if (code === undefined) return 'is missing';
  const fresh = (await readIfThere(stampFile(file))) === stamp(await bundleSourcesDigest(root), code);
  return fresh ? undefined : 'was built from other sources than these';
}

/** Builds the bundle unless the one that is there was made of the present sources. */
export async function ensureWorkflowBundle(
  file: string = defaultBundleFile,
  root: string = packageRoot,
): Promise<'built' | 'present'> {
  if ((await flawOf(file, root)) === undefined) return 'present';
  await buildWorkflowBundle(file, root);
  return 'built';
}

/**
 * The prebuilt bundle for a worker, which never builds one itself: what runs is what was released.
 * @throws WorkflowBundleError where it is absent or does not belong to the present sources
 */
export async function requireWorkflowBundle(
  file: string = defaultBundleFile,
  root: string = packageRoot,
): Promise<string> {
  const flaw = await flawOf(file, root);
  if (flaw !== undefined) throw new WorkflowBundleError(`the workflow bundle ${file} ${flaw}`);
  return file;
}
