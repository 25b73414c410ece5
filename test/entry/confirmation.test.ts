import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { isConfirmed } from '../../src/entry/terminal/confirmation.ts';

/** A terminal at which a person types after the question was printed, or ends the input before or after it. */
function terminal() {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  const asked = new Promise<void>((resolve) => {
    stdout.on('data', (data: Buffer) => {
      if (data.toString().includes('Sign this?')) resolve();
    });
  });
  return { stdin, stdout, asked, terminal: { stdin, stdout } as unknown as NodeJS.Process };
}

test('input that ends before or at the question confirms nothing, and is answered', async () => {
  const before = terminal();
  before.stdin.end();
  expect(await isConfirmed('Sign this?', before.terminal)).toBe(false);
  const at = terminal();
  const answer = isConfirmed('Sign this?', at.terminal);
  await at.asked;
  at.stdin.end();
  expect(await answer).toBe(false);
});

test('Ctrl-C at the question is told as such, below it, and not as an answer', async () => {
  const here = terminal();
  const shown: string[] = [];
  here.stdout.on('data', (data: Buffer) => shown.push(data.toString()));
  const answer = isConfirmed('Sign this?', here.terminal);
  await here.asked;
  here.stdin.write('\u0003');
  await expect(answer).rejects.toThrow(expect.objectContaining({ code: 'interrupted', exitCode: 130 }) as Error);
  expect(shown.join('')).toMatch(/\n$/u);
});

test('yes counts where it was typed after the question, not ahead of it', async () => {
  const { stdin, asked, terminal: here } = terminal();
  stdin.write('yes\n');
  const answer = isConfirmed('Sign this?', here);
  await asked;
  stdin.write('no\n');
  expect(await answer).toBe(false);
  const again = terminal();
  const second = isConfirmed('Sign this?', again.terminal);
  await again.asked;
  again.stdin.write('yes\n');
  expect(await second).toBe(true);
});
