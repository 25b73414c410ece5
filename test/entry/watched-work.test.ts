import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { askedLine, goesOnLine } from '../../src/entry/investigations/unwatched-lines.ts';
import type { CaseId } from '../../src/model/ids.ts';

const caseId = 'TH-7Q2M9K' as CaseId;

test('Ctrl-C while a response is waited for says that it goes on, and how to look at it', async () => {
  const waiting = `
    import { watchedWork } from './src/entry/terminal/watched-work.ts';
    import { goesOnLine } from './src/entry/investigations/unwatched-lines.ts';
    const done = new Promise((resolve) => setTimeout(resolve, 600_000));
    function waits() {
      process.stdout.write('waits');
      return done;
    }
    await watchedWork(waits, goesOnLine('${caseId}', { undoes: false }));
  `;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', waiting], { stdio: 'pipe' });
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (told += text));
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  const [code] = await once(child, 'close');
  expect(told).toMatch(
    /^the response goes on without this terminal: `.*investigations show TH-7Q2M9K` tells how far it is/u,
  );
  expect(code).toBe(130);
});

test('of what may not have been asked for yet it is said where that is written down', () => {
  expect(goesOnLine(caseId, { undoes: true })).not.toContain('stop');
  expect(askedLine('th-7q2m9k')).toContain('`trailhound audit show TH-7Q2M9K` tells whether');
});
