import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { answerControl } from '../../simulator/control-endpoint.ts';
import type { SimulatorControl } from '../../simulator/control.ts';
import { faultKinds } from '../../simulator/faults.ts';

const page = readFileSync('docs/simulator.md', 'utf8');

test('its page names every kind of fault, every route of its control endpoint, and every flag', () => {
  const faults = faultKinds.filter((kind) => !page.includes(`\`${kind}\``));
  expect(faults).toEqual([]);

  const unknown = answerControl({} as SimulatorControl, 'GET', '/nothing', Buffer.alloc(0));
  const { routes } = unknown.body as { readonly routes: readonly string[] };
  expect(routes.length).toBeGreaterThan(15);
  const named = page.split('\n').filter((line) => /^\| `(?:GET|POST|DELETE) /u.test(line));
  function isNamed(route: string): boolean {
    const [verb = '', path = ''] = route.split(' ');
    return named.some((line) => line.includes(`${verb} `) && new RegExp(`${path}(?![a-z-])`, 'u').test(line));
  }
  expect(routes.filter((route) => !isNamed(route))).toEqual([]);

  const flags = [...readFileSync('simulator/main.ts', 'utf8').matchAll(/^ {2}(?<flag>--[a-z-]+)/gmu)];
  expect(flags.length).toBeGreaterThan(10);
  expect(flags.filter(({ groups }) => !page.includes(`\`${groups?.['flag']}`))).toEqual([]);
});
