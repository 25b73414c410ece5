import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectionEventOf } from '../../src/detection/detection-event.ts';
import { compileRuleSet, type RuleSet } from '../../src/detection/engine.ts';
import { readExceptions } from '../../src/detection/exceptions/read-exceptions.ts';
import { withExceptions } from '../../src/detection/exceptions/with-exceptions.ts';
import { explainRule } from '../../src/detection/explain/explain.ts';
import { countAlerts, detectOffline } from '../../src/detection/offline/offline.ts';
import { readRuleFile } from '../../src/detection/rule-file/read-rule-file.ts';
import type { RuleFile } from '../../src/detection/rule-file/rule-file.ts';
import type { JsonObject } from '../../src/model/json.ts';

const day = 86_400_000;
const start = Date.parse('2026-01-01T00:00:00Z');

function ruleFile(body: string, id = 'r-1'): RuleFile {
  const head = `[rule]\nname = "${id}"\ndescription = "d"\nrule_id = "${id}"\nrisk_score = 21\nseverity = "low"\n`;
  const { file, errors } = readRuleFile(`${id}.toml`, head + body);
  if (file === null) throw new Error(errors.map(({ message }) => message).join('\n'));
  return file;
}

function newTermsRule(fields: readonly string[], days: number): RuleFile {
  return ruleFile(
    `type = "new_terms"\nquery = 'event.action: use'\n[rule.new_terms]\nvalue = ${JSON.stringify(fields)}\n` +
      `history_window_start = [{ field = "history_window_start", value = "now-${days}d" }]\n`,
  );
}

interface Sight {
  readonly id: string;
  readonly day: number;
  readonly action?: string;
  readonly user?: string | readonly string[];
  readonly account?: string;
}

function document({ id, day: at, action = 'use', user = [], account = '1' }: Sight): JsonObject {
  return {
    '@timestamp': new Date(start + at * day).toISOString(),
    event: { id, action },
    user: { name: user },
    cloud: { account: { id: account } },
  };
}

function alerts(ruleSet: RuleSet, sights: readonly Sight[]) {
  const detection = detectOffline(ruleSet);
  for (const sight of sights) {
    const ecs = document(sight);
    detection.take(detectionEventOf(ecs, ruleSet.fieldsOf(ecs)));
  }
  const found = detection.alerts();
  // Counting settles less than listing does, and has to come to the same.
  const listed = Map.groupBy(found, ({ rule }) => rule.id);
  const counted = countAlerts(ruleSet, [detection.logged()]);
  expect(new Map(Array.from(counted, ([rule, count]) => [rule.id, count]))).toEqual(
    new Map(Array.from(listed, ([id, ofRule]) => [id, ofRule.length])),
  );
  return found;
}

function lines(ruleSet: RuleSet, sights: readonly Sight[]) {
  return alerts(ruleSet, sights).map(
    ({ group, eventRefs }) => `${group.join('+')} ${eventRefs.map(({ eventId }) => eventId).join(',')}`,
  );
}

describe('a sequence rule', () => {
  it('takes events of one instant in the order of its tiebreaker_field', () => {
    const query = `'sequence [any where event.action == "use"] [any where event.action == "leave"]'`;
    function set(tiebreaker: string) {
      return compileRuleSet([ruleFile(`type = "eql"\nlanguage = "eql"\nquery = ${query}\n${tiebreaker}`)]);
    }
    const sights = [
      { id: 'a', day: 1, action: 'leave', user: '2' },
      { id: 'b', day: 1, action: 'use', user: '1' },
    ];
    expect(lines(set(''), sights)).toEqual([]);
    expect(lines(set('tiebreaker_field = "user.name"\n'), sights)).toEqual([' b,a']);
  });
});

describe('a query rule', () => {
  const set = compileRuleSet([ruleFile(`type = "query"\nquery = 'event.action: use'\n`)]);

  it('alerts once for each event, and once for an event that comes twice', () => {
    const sights = [
      { id: 'b', day: 2 },
      { id: 'a', day: 1 },
      { id: 'b', day: 2 },
      { id: 'c', day: 1, action: 'other' },
    ];
    expect(lines(set, sights)).toEqual([' a', ' b']);
  });

  it('takes the same event ID in two accounts as two events', () => {
    const sights = [
      { id: 'a', day: 1, account: '1' },
      { id: 'a', day: 1, account: '2' },
    ];
    expect(lines(set, sights)).toHaveLength(2);
  });
});

describe('a new_terms rule', () => {
  const set = compileRuleSet([newTermsRule(['user.name', 'cloud.account.id'], 7)]);

  it('alerts on the first sight in its window, in event-time order whatever the order of input', () => {
    const sights = [
      { id: 'third', day: 8, user: 'ann' },
      { id: 'first', day: 0, user: 'ann' },
      { id: 'second', day: 5, user: 'ann' },
    ];
    expect(lines(set, sights)).toEqual(['ann+1 first']);
  });

  it('renews its window with every sighting, and alerts again when it has run out', () => {
    const sights = [0, 7, 14, 21.5].map((at) => ({ id: `d${at}`, day: at, user: 'ann' }));
    expect(lines(set, sights)).toEqual(['ann+1 d0', 'ann+1 d21.5']);
  });

  it('counts only events that its query matches as history', () => {
    const sights = [
      { id: 'other', day: 0, user: 'ann', action: 'other' },
      { id: 'use', day: 1, user: 'ann' },
    ];
    expect(lines(set, sights)).toEqual(['ann+1 use']);
  });

  it('takes every combination of lists, and none where a field is missing', () => {
    const sights = [
      { id: 'both', day: 0, user: ['ann', 'bob'] },
      { id: 'none', day: 0 },
      { id: 'old', day: 1, user: ['bob', 'cem'] },
    ];
    expect(lines(set, sights).toSorted()).toEqual(['ann+1 both', 'bob+1 both', 'cem+1 old']);
  });

  it('agrees with a plain search through all earlier events', () => {
    const sights = fc.uniqueArray(
      fc.record({
        id: fc.integer({ min: 0, max: 999 }).map(String),
        day: fc.integer({ min: 0, max: 120 }).map((step) => step / 4),
        action: fc.constantFrom('use', 'use', 'use', 'other'),
        user: fc.oneof(fc.constantFrom('a', 'b'), fc.constant([]), fc.subarray(['a', 'b', 'c'])),
        account: fc.constantFrom('1', '2'),
      }),
      { selector: ({ id }) => id, maxLength: 25 },
    );
    fc.assert(
      fc.property(sights, fc.integer({ min: 1, max: 10 }), (all, days) => {
        const windowed = compileRuleSet([newTermsRule(['user.name', 'cloud.account.id'], days)]);
        expect(lines(windowed, all).toSorted()).toEqual(plainNewTerms(all, days).toSorted());
      }),
      { numRuns: 400 },
    );
  });
});

/** For each event, in order of time and ID: which of its combinations no earlier event within the window has. */
function plainNewTerms(sights: readonly Sight[], days: number): readonly string[] {
  const used = sights
    .filter(({ action }) => action === 'use')
    .toSorted((a, b) => a.day - b.day || (a.id < b.id ? -1 : 1));
  function combinations({ user = [], account }: Sight) {
    return [...new Set([user].flat())].map((name) => `${name}+${account}`);
  }
  return used.flatMap((sight, index) =>
    combinations(sight)
      .filter(
        (combination) =>
          !used
            .slice(0, index)
            .some((earlier) => sight.day - earlier.day <= days && combinations(earlier).includes(combination)),
      )
      .map((combination) => `${combination} ${sight.id}`),
  );
}

describe('a threshold rule', () => {
  function threshold(value: number) {
    return compileRuleSet([
      ruleFile(
        `type = "threshold"\nquery = 'event.action: use'\nfrom = "now-1d"\n[rule.threshold]\nfield = ["user.name"]\nvalue = ${value}\n`,
      ),
    ]);
  }
  const sights = [
    { id: 'a', day: 0, user: 'ann' },
    { id: 'b', day: 0.1, user: 'bob' },
    { id: 'c', day: 0.2, user: 'bob' },
  ];

  it('alerts on groups that have enough, be it one event', () => {
    expect(lines(threshold(2), sights)).toEqual(['bob b,c']);
    expect(lines(threshold(1), sights)).toEqual(['ann a', 'bob b,c']);
  });
});

describe('suppression', () => {
  it('marks alerts that an earlier one stands for, and keeps them', () => {
    const set = compileRuleSet([
      ruleFile(
        `type = "query"\nquery = 'event.action: use'\n[rule.alert_suppression]\ngroup_by = ["user.name"]\nduration = { value = 24, unit = "h" }\nmissing_fields_strategy = "doNotSuppress"\n`,
      ),
    ]);
    const sights = [
      { id: 'a', day: 0, user: 'ann' },
      { id: 'b', day: 0.5, user: 'ann' },
      { id: 'c', day: 0.5, user: 'bob' },
      { id: 'd', day: 0.6 },
      { id: 'e', day: 0.7 },
      { id: 'f', day: 1, user: 'ann' },
    ];
    const marked = alerts(set, sights).map(({ anchor, suppressed }) => `${anchor.eventId} ${suppressed}`);
    expect(marked).toEqual(['a false', 'b true', 'c false', 'd false', 'e false', 'f false']);
  });
});

describe('an exception', () => {
  const rules = compileRuleSet([
    newTermsRule(['user.name'], 7),
    ruleFile(`type = "query"\nquery = 'event.action: use'\n`, 'r-2'),
  ]);

  function excepted(toml: string) {
    const { exceptions, errors } = readExceptions('x.toml', toml, rules.fields);
    expect(errors).toEqual([]);
    const held: string[] = [];
    return {
      set: withExceptions(rules, exceptions, ({ exceptionId, ref }) => held.push(`${exceptionId} ${ref.eventId}`)),
      held,
    };
  }

  const head =
    '[[exception]]\nid = "x-1"\nrule_id = "r-2"\ncondition = "user.name: ann"\nowner = "bob"\nreason = "a migration"\n';
  const sights = [0, 1, 2].map((at) => ({ id: `d${at}`, day: at, user: 'ann' }));

  it('holds back what it speaks of, of its rule only, and counts it', () => {
    const { set, held } = excepted(head);
    expect(lines(set, [...sights, { id: 'other', day: 1, user: 'cem' }])).toEqual(['ann d0', 'cem other', ' other']);
    expect(held).toEqual(['x-1 d0', 'x-1 d1', 'x-1 d2']);
  });

  it('stops at its expiry, and raises no older match after it', () => {
    const { set } = excepted(`${head}expires = 2026-01-02\n`);
    expect(lines(set, sights)).toEqual(['ann d0', ' d1', ' d2']);
    expect(lines(excepted(`${head}expires = "2026-01-02T00:00:01Z"\n`).set, sights)).toEqual(['ann d0', ' d2']);
  });

  it('that is wrong says where and what to do', () => {
    const { errors, exceptions } = readExceptions(
      'x.toml',
      `${head}\n${head.replace('user.name: ann', 'user.name: (ann')}`,
      rules.fields,
    );
    expect(exceptions).toHaveLength(1);
    expect(errors.map(({ message }) => message)).toEqual([expect.stringMatching(/^x\.toml:11:29: .*close/)]);
    expect(readExceptions('x.toml', head.replace('owner = "bob"\n', ''), rules.fields).errors[0]?.message).toMatch(
      /owner/,
    );
  });
});

describe('an explanation', () => {
  it('agrees with the engine on every clause of random queries', () => {
    const clause = fc
      .tuple(
        fc.constantFrom('event.action', 'user.name', 'no.field'),
        fc.constantFrom('use', 'ann', '*', '"a*"', '(use or not ann)'),
      )
      .map(([field, value]) => `${field}: ${value}`);
    const query = fc
      .array(fc.tuple(fc.boolean(), clause), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.map(([negated, text]) => (negated ? `not ${text}` : text)).join(' and '));
    fc.assert(
      fc.property(query, fc.constantFrom('ann', 'bob', ''), (text, user) => {
        const file = ruleFile(`type = "query"\nquery = '''${text}'''\n`);
        const ecs = document({ id: 'a', day: 0, user });
        const explanation = explainRule(file, ecs);
        const set = compileRuleSet([file]);
        expect(explanation.matches).toBe(set.candidatesOf(detectionEventOf(ecs, set.fieldsOf(ecs))).length > 0);
        expect(explanation.clauses[0]?.holds).toBe(explanation.matches);
      }),
    );
  });

  it('shows each clause as written, with what the event has there', () => {
    const file = ruleFile(`type = "query"\nquery = 'event.action: (use or  "see") and not user.name: ann'\n`);
    const [top] = explainRule(file, document({ id: 'a', day: 0, user: 'ann' })).clauses;
    expect(top).toMatchObject({
      text: 'all of',
      holds: false,
      clauses: [
        { text: 'event.action: (use or "see")', holds: true, values: [{ field: 'event.action', values: ['use'] }] },
        { text: 'not', holds: false, clauses: [{ text: 'user.name: ann', holds: true }] },
      ],
    });
  });

  it('says of an event that lacks a grouping field that this is why', () => {
    const { matches, notes } = explainRule(newTermsRule(['user.name'], 7), document({ id: 'a', day: 0 }));
    expect(matches).toBe(false);
    expect(notes).toEqual([expect.stringMatching(/lacks a value .* user\.name/)]);
  });

  it('tells the steps of a sequence apart', () => {
    const file = ruleFile(
      `type = "eql"\nlanguage = "eql"\nquery = '''sequence by user.name with maxspan=5m\n  [any where event.action == "use" and not (user.name == "bob")]\n  [any where stringContains(event.action, "(see)") or event.action like "x*"]'''\n`,
    );
    const { matches, clauses } = explainRule(file, document({ id: 'a', day: 0, user: 'ann' }));
    expect(matches).toBe(true);
    expect(clauses.map(({ holds }) => holds)).toEqual([true, false]);
    const texts = clauses.map((step) =>
      step.clauses[0]?.clauses.map(({ text, clauses: [inner] }) => inner?.text ?? text),
    );
    expect(texts).toEqual([
      ['event.action == "use"', 'user.name == "bob"'],
      ['stringContains(event.action, "(see)")', 'event.action like "x*"'],
    ]);
  });
});
