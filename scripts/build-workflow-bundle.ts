import { defaultBundleFile, ensureWorkflowBundle } from '../src/adapters/temporal/workflow-bundle.ts';

const outcome = await ensureWorkflowBundle();
console.error(
  outcome === 'built' ? `workflows bundled: ${defaultBundleFile}` : 'workflow bundle: unchanged since the last build',
);
