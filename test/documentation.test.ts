import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { operationalAlertKinds } from '../src/collection/ports.ts';

/** What is kept true; decision records say what was there when they were taken. */
const pages = globSync(['*.md', 'docs/*.md', 'bench/**/README.md', 'test/**/README.md']);
const sources = globSync('{src,activities,workflows,test,bench,simulator,scripts,rules}/**/*');

function matches(page: string, pattern: RegExp): readonly string[] {
  return [...readFileSync(page, 'utf8').matchAll(pattern)].flatMap(({ groups }) => eachOf(groups?.['named'] ?? ''));
}

/** `test/{a,b}.test.ts` as a shell takes it: two files. */
function eachOf(named: string): readonly string[] {
  const [whole, before = '', choices = '', after = ''] = /^(.*?)\{(.*?)\}(.*)$/u.exec(named) ?? [];
  return whole === undefined ? [named] : choices.split(',').flatMap((choice) => eachOf(`${before}${choice}${after}`));
}

/** From the root, or from some folder on: a page that has named `src/investigation/` goes on with `ways-in/closed-by.ts`. */
function isThere(named: string): boolean {
  const path = named.replace(/\/$/, '');
  const isPattern = path.includes('*');
  return (
    (isPattern ? globSync([path, `**/${path}`], { exclude: ['node_modules'] }).length > 0 : existsSync(path)) ||
    sources.some((source) => source.endsWith(`/${path}`))
  );
}

const inRepository = /`(?<named>(?:src|activities|workflows|test|bench|simulator|scripts|rules|docs)\/[\w./*{},-]*)`/gu;
const files = /`(?<named>(?:[\w-]+\/)*[\w-]+\.ts)`/gu;
const testPaths = /npm test -- (?<named>[^`]+)`/gu;
const links = /\]\((?!https?:|mailto:|#)(?<named>[^)#\s]+)[^)]*\)/gu;

test.each(pages)('every file and folder that %s names is there', (page) => {
  const named = [
    ...matches(page, inRepository),
    ...matches(page, files),
    ...matches(page, testPaths).flatMap((paths) => paths.split(' ').filter((path) => path !== 'PATHS')),
  ];
  expect(named.filter((path) => !isThere(path))).toEqual([]);
  expect(matches(page, links).filter((link) => !existsSync(join(dirname(page), link)))).toEqual([]);
});

test('the pages do name files: a pattern that finds none would prove nothing', () => {
  expect(matches('CONTRIBUTING.md', inRepository).length).toBeGreaterThan(15);
  expect(matches('CONTRIBUTING.md', testPaths).length).toBeGreaterThan(8);
  expect(matches('docs/architecture.md', inRepository).length).toBeGreaterThan(15);
  expect(matches('README.md', links).length).toBeGreaterThan(5);
  expect(matches('docs/security.md', inRepository)).toContain('test/attack/another-case.test.ts');
});

test('docs/collection.md says of each operational alert what it means', () => {
  const page = readFileSync('docs/collection.md', 'utf8');
  expect(operationalAlertKinds.filter((kind) => !page.includes(`| \`${kind}\` `))).toEqual([]);
});
