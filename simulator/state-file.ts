import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Delivery } from './cloudtrail-log.ts';
import { parseJson } from './json.ts';
import type { World } from './world.ts';

/** Keeps the simulated AWS over a restart: the world in one file, the deliveries appended to another beside it. */
export interface StateFile {
  load(): { readonly world: World; readonly deliveries: readonly Delivery[] } | null;
  saveWorld(world: World): void;
  appendDelivery(delivery: Delivery): void;
}

/** State in `file` and `file.records`; both are written before a call is answered, so that no answer is forgotten. */
export function openStateFile(file: string): StateFile {
  const recordsFile = `${file}.records`;
  mkdirSync(dirname(file), { recursive: true });
  let savedText = '';
  return {
    load() {
      if (!existsSync(file)) {
        // Records without a world are what a start left behind that was killed before its end.
        rmSync(recordsFile, { force: true });
        return null;
      }
      savedText = readFileSync(file, 'utf8');
      return { world: JSON.parse(savedText) as World, deliveries: loadDeliveries(recordsFile) };
    },
    saveWorld(world) {
      const text = JSON.stringify(world);
      if (text === savedText) return;
      const temporary = `${file}.${process.pid}.tmp`;
      writeFileSync(temporary, text, { mode: 0o600 });
      renameSync(temporary, file);
      savedText = text;
    },
    appendDelivery(delivery) {
      appendFileSync(recordsFile, `${JSON.stringify(delivery)}\n`, { mode: 0o600 });
    },
  };
}

/** Reads the appended deliveries; a line that a kill cut in the middle is passed over. */
function loadDeliveries(file: string): readonly Delivery[] {
  if (!existsSync(file)) return [];
  const text = readFileSync(file, 'utf8');
  // The next append must not continue a torn line.
  if (text !== '' && !text.endsWith('\n')) appendFileSync(file, '\n');
  return text.split('\n').flatMap((line) => {
    const delivery = line === '' ? undefined : parseJson(line);
    // Only this simulator writes the file, a delivery a line; a torn last line is no JSON.
    return delivery === undefined ? [] : [delivery as unknown as Delivery];
  });
}
