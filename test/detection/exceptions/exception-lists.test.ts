import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { normalizeRecord } from '../../../src/cloudtrail/normalize.ts';
import { detectionEventOf } from '../../../src/detection/detection-event.ts';
import { checkRules } from '../../../src/entry/detection/check-rules.ts';
import { loadRules } from '../../../src/entry/detection/load-rules.ts';
import type { JsonObject } from '../../../src/model/json.ts';

const list = { list_id: 'vips', namespace_type: 'single', type: 'detection' };
const rule = {
  id: 'so-1',
  rule_id: 'r',
  name: 't',
  description: 'x',
  risk_score: 21,
  severity: 'low',
  from: 'now-9m',
  type: 'query',
  language: 'kuery',
  query: 'event.action: CreateAccessKey',
  exceptions_list: [{ id: 'so-2', ...list }],
};
const container = { ...list, id: 'so-2', name: 'VIPs', description: 'x', tie_breaker_id: 'tb', os_types: [] };
const summary = { exported_count: 3, exported_rules_count: 1, exported_exception_list_count: 1, missing_rules: [] };

function item(...entries: readonly JsonObject[]): JsonObject {
  return {
    ...list,
    id: 'so-3',
    item_id: 'i-1',
    type: 'simple',
    name: 'nightly',
    description: 'why',
    created_by: 'ana',
    entries,
  };
}

function ndjson(...lines: readonly JsonObject[]): string {
  return lines.map((line) => JSON.stringify(line)).join('\n');
}

interface Exported {
  /** Users whose calls alert, of `ana`, `svc` and `svc two`. */
  readonly alerts: readonly string[];
  readonly told: readonly string[];
}

const users = ['ana', 'svc', 'svc two'];

function judged(files: Readonly<Record<string, string>>, named: readonly string[] = ['']): Exported {
  const folder = mkdtempSync(join(tmpdir(), 'rules-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const paths = named.map((name) => join(folder, name));
  const { ruleSet } = loadRules({ rules: paths, onHeldBack: () => {} });
  const alerts = users.filter((userName) => {
    const document = normalizeRecord({
      eventTime: '2026-03-01T10:00:00Z',
      eventName: 'CreateAccessKey',
      sourceIPAddress: '10.1.2.3',
      userIdentity: { type: 'IAMUser', userName, accountId: '111122223333' },
    });
    return ruleSet.candidatesOf(detectionEventOf(document, ruleSet.fieldsOf(document))).length > 0;
  });
  const { errors, warnings } = checkRules(paths);
  return { alerts, told: [...errors, ...warnings].map(({ line, message }) => `${line}: ${message}`) };
}

function entry(type: string, field: string, more: JsonObject = {}): JsonObject {
  return { type, field, operator: 'included', ...more };
}

/** What is right was written before this was run; by Kibana's `build_exception_filter`. */
describe("exceptions of Kibana's export hold back what they hold back in Kibana", () => {
  test.each<[name: string, entries: readonly JsonObject[], alerts: readonly string[]]>([
    ['is', [entry('match', 'user.name', { value: 'svc' })], ['ana', 'svc two']],
    ['is not', [entry('match', 'user.name', { value: 'svc', operator: 'excluded' })], ['svc']],
    ['is one of', [entry('match_any', 'user.name', { value: ['svc', 'ana'] })], ['svc two']],
    [
      'is not one of',
      [entry('match_any', 'user.name', { value: ['svc', 'ana'], operator: 'excluded' })],
      ['ana', 'svc'],
    ],
    ['exists', [entry('exists', 'user.name')], []],
    ['does not exist', [entry('exists', 'user.email', { operator: 'excluded' })], []],
    ['a field that is not there', [entry('exists', 'user.email')], users],
    ['matches', [entry('wildcard', 'user.name', { value: 'svc*' })], ['ana']],
    ['matches, with a space', [entry('wildcard', 'user.name', { value: 'svc *' })], ['ana', 'svc']],
    ['does not match', [entry('wildcard', 'user.name', { value: 'svc*', operator: 'excluded' })], ['svc', 'svc two']],
    ['a pattern without a wildcard', [entry('wildcard', 'user.name', { value: 'svc' })], ['ana', 'svc two']],
    ['an escaped star', [entry('wildcard', 'user.name', { value: String.raw`svc\*` })], users],
    ['a word of KQL in a pattern', [entry('wildcard', 'user.name', { value: 'svc or *' })], users],
    ['a case of its own', [entry('match', 'user.name', { value: 'SVC' })], users],
    ['an address in a block', [entry('match', 'source.ip', { value: '10.0.0.0/8' })], []],
    [
      'two entries, which both hold',
      [entry('match', 'user.name', { value: 'svc' }), entry('exists', 'source.ip')],
      ['ana', 'svc two'],
    ],
    [
      'two entries, of which one does not',
      [entry('match', 'user.name', { value: 'svc' }), entry('exists', 'user.email')],
      users,
    ],
    ['a quote in a value', [entry('match', 'user.name', { value: String.raw`a"b\c` })], users],
  ])('%s', (_, entries, alerts) => {
    expect(judged({ 'rules_export.ndjson': ndjson(rule, container, item(...entries), summary) })).toEqual({
      alerts,
      told: [],
    });
  });

  test('two items of a list, of which either is enough', () => {
    const [one, other] = users.slice(1).map((value) => item(entry('match', 'user.name', { value })));
    const text = ndjson(rule, container, one ?? {}, { ...other, item_id: 'i-2' });
    expect(judged({ 'e.ndjson': text })).toEqual({ alerts: ['ana'], told: [] });
  });

  test('an item until it expires, by the time of the event', () => {
    const held = item(entry('exists', 'user.name'));
    const later = ndjson(rule, container, { ...held, expire_time: '2099-01-01T00:00:00.000Z' });
    const before = ndjson(rule, container, { ...held, expire_time: '2026-02-01T00:00:00.000Z' });
    expect(judged({ 'e.ndjson': later })).toEqual({ alerts: [], told: [] });
    expect(judged({ 'e.ndjson': before })).toMatchObject({ alerts: users });
  });

  test('owner and reason are those of the item', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rules-'));
    writeFileSync(join(folder, 'e.ndjson'), ndjson(rule, container, item(entry('exists', 'user.name'))));
    expect(loadRules({ rules: [folder] }).exceptions).toMatchObject([
      { id: 'i-1', ruleIds: ['r'], owner: 'ana', reason: 'nightly: why', expiresMs: null },
    ]);
  });

  test.each<
    [name: string, files: Readonly<Record<string, string>>, alerts: readonly string[], told: readonly string[]]
  >([
    [
      'lists beside the rules, in a file of their own',
      { 'a.ndjson': ndjson(rule), 'lists.ndjson': ndjson(container, item(entry('exists', 'user.name'))) },
      [],
      [],
    ],
    ['a list without items', { 'a.ndjson': ndjson(rule, container) }, users, []],
    [
      'a list that is not there',
      { 'a.ndjson': ndjson(rule) },
      users,
      [
        '1: the exception list vips is not among the files that were read: nothing of it applies here, and Kibana refuses a rule whose list it does not have',
      ],
    ],
    [
      'a list that a rule in TOML names and that is not there',
      {
        'r.toml': `[rule]\nname = "t"\ndescription = "x"\nrule_id = "r"\nrisk_score = 21\nseverity = "low"\ntype = "query"\nquery = "event.action: CreateAccessKey"\n[[rule.exceptions_list]]\nid = "a"\nlist_id = "vips"\ntype = "detection"`,
      },
      users,
      [
        '9: rule.exceptions_list[0].namespace_type is missing: Kibana refuses such a rule; add rule.exceptions_list[0].namespace_type',
        '9: the exception list vips is not among the files that were read: nothing of it applies here, and Kibana refuses a rule whose list it does not have',
      ],
    ],
    [
      'the list of the same ID in another namespace',
      { 'a.ndjson': ndjson(rule, { ...container, namespace_type: 'agnostic' }) },
      users,
      [
        '1: the exception list vips is not among the files that were read: nothing of it applies here, and Kibana refuses a rule whose list it does not have',
        '2: no rule that was loaded names the exception list vips',
      ],
    ],
    [
      'a value list, which Kibana does not export',
      {
        'a.ndjson': ndjson(rule, container, item(entry('list', 'source.ip', { list: { id: 'offices', type: 'ip' } }))),
      },
      users,
      [
        '3: exception i-1 is not applied: its entry on source.ip names the value list offices, which Kibana does not export with rules: write its values as match_any',
      ],
    ],
    [
      'a wildcard for one character',
      { 'a.ndjson': ndjson(rule, container, item(entry('wildcard', 'user.name', { value: 'sv?' }))) },
      users,
      ['3: exception i-1 is not applied: its entry on user.name has the wildcard "?", which KQL does not have'],
    ],
    [
      'an entry of a kind that is not known',
      { 'a.ndjson': ndjson(rule, container, item(entry('regexp', 'user.name', { value: 'sv.' }))) },
      users,
      ['3: exception i-1 is not applied: it has an entry on user.name of the kind regexp'],
    ],
    [
      'an item without entries',
      { 'a.ndjson': ndjson(rule, container, item()) },
      users,
      ['3: exception i-1 is not applied: it has no entries'],
    ],
    [
      'an item that is not applied, beside one that is',
      {
        'a.ndjson': ndjson(rule, container, item(), {
          ...item(entry('match', 'user.name', { value: 'svc' })),
          item_id: 'i-2',
        }),
      },
      ['ana', 'svc two'],
      ['3: exception i-1 is not applied: it has no entries'],
    ],
  ])('%s', (_, files, alerts, told) => {
    expect(judged(files)).toEqual({ alerts, told });
  });

  test('a misspelt field of an item warns, as in exceptions of ours', () => {
    const text = ndjson(rule, container, item(entry('match', 'user.nmae', { value: 'svc' })));
    expect(judged({ 'e.ndjson': text }).told).toEqual([expect.stringMatching(/^3: exception i-1: .*user\.nmae/)]);
  });
});

describe("answers of Kibana's API are read", () => {
  const plain = { ...rule, exceptions_list: [] };
  const held = item(entry('match', 'user.name', { value: 'svc' }));

  test.each<[name: string, text: string]>([
    ['one rule', JSON.stringify(plain)],
    ['one rule, over several lines', JSON.stringify(plain, null, 2)],
    ['a list of rules', JSON.stringify([plain])],
    ['a page of _find', JSON.stringify({ page: 1, perPage: 20, total: 1, data: [plain] })],
    ['a page of _find, over several lines', JSON.stringify({ page: 1, perPage: 20, total: 1, data: [plain] }, null, 2)],
    ['pages, one a line', ndjson({ page: 1, data: [plain] }, { page: 2, data: [] })],
    ['a list of pages', JSON.stringify([{ page: 1, data: [plain] }])],
    ['a prebuilt rule as a saved object', JSON.stringify({ id: 'x', type: 'security-rule', attributes: plain })],
    ['saved objects', JSON.stringify({ saved_objects: [{ id: 'x', type: 'security-rule', attributes: plain }] })],
    ['one rule behind a byte order mark', `\uFEFF${JSON.stringify(plain)}`],
    ['lines with carriage returns', `${JSON.stringify(plain)}\r\n${JSON.stringify(summary)}\r\n`],
  ])('%s', (_, text) => {
    expect(judged({ 'rule.json': text }, ['rule.json'])).toEqual({ alerts: users, told: [] });
  });

  test('a page of exception items beside a page of lists', () => {
    const files = {
      'a.json': JSON.stringify({ data: [rule] }),
      'b.json': JSON.stringify({ data: [container], page: 1 }),
      'c.json': JSON.stringify({ data: [held], page: 1 }),
    };
    expect(judged(files)).toEqual({ alerts: ['ana', 'svc two'], told: [] });
  });

  test('JSON in a folder that names no rule is left alone; named by itself, it is told of', () => {
    const files = { 'a.json': JSON.stringify({ examples: [] }), 'r.json': JSON.stringify(plain) };
    expect(judged(files)).toEqual({ alerts: users, told: [] });
    expect(judged(files, ['a.json', 'r.json'])).toEqual({ alerts: users, told: ['1: there is no rule in this file'] });
  });

  test('text over many lines that breaks off is one error', () => {
    const text = JSON.stringify([plain], null, 2).slice(0, -5);
    expect(judged({ 'r.json': text }, ['r.json']).told).toEqual(['1: this is no valid JSON, or no JSON object']);
  });

  test('what is wrong with a rule of a page is told where that rule stands', () => {
    const bad = { ...plain, rule_id: 'bad', query: 'event.action: (' };
    const text = JSON.stringify({ data: [plain, bad] }, null, 2);
    const line = text.slice(0, text.indexOf('"bad"')).split('\n').length;
    expect(judged({ 'r.json': text }, ['r.json']).told).toEqual([expect.stringMatching(new RegExp(`^${line}: `))]);
  });
});
