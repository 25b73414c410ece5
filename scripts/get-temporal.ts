import { findTemporal, temporalSources } from '../src/adapters/embedded/temporal-binary.ts';
import { EmbeddedServerError } from '../src/adapters/embedded/server-process.ts';

try {
  console.log(await findTemporal(temporalSources(process.env), (line) => console.error(`[setup] ${line}`)));
} catch (error) {
  if (!(error instanceof EmbeddedServerError)) throw error;
  console.error(`trailhound: ${error.message}\n  remedy: ${error.remedy}`);
  process.exitCode = 1;
}
