import { writeFileSync } from 'node:fs';
import { type KillPoint, withTrap } from './kill-points.ts';
import { composeRespondPorts, type RespondWorkerSettings, startRespondWorker } from './respond-worker.ts';

/** What the process is told, as JSON in its last argument. */
export interface KillableWorkerSettings extends RespondWorkerSettings {
  readonly kill: { readonly point: KillPoint; readonly hitFile: string } | null;
}

const settings = JSON.parse(process.argv.at(-1) ?? '{}') as KillableWorkerSettings;
const { ports, close } = composeRespondPorts(settings);
const { kill } = settings;

const trapPorts =
  kill === null
    ? ports
    : withTrap(ports, kill.point, () => {
        writeFileSync(kill.hitFile, JSON.stringify(kill.point));
        process.kill(process.pid, 'SIGKILL');
      });

const worker = await startRespondWorker(settings, trapPorts);
console.log('running');
process.once('SIGTERM', () => {
  void worker.stop().then(close);
});
