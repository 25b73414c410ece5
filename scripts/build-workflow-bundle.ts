import { ensureWorkflowBundle } from '../src/adapters/temporal/workflow-bundle.ts';

if ((await ensureWorkflowBundle()) === 'built') console.log('workflows bundled');
