import { describe, expect, test } from 'vitest';
import { matches } from './events.ts';

const event = {
  event: { category: ['iam', 'configuration'], type: ['info', 'creation'], action: 'AttachUserPolicy', id: 'e1' },
  user: { name: 'Alice', id: 'AIDA:i-0abc' },
  source: { address: '10.1.2.3', ip: '10.1.2.3', port: 443 },
  count: 4,
  ratio: 2.5,
  tags: ['red', 'Green'],
  flag: true,
  params: '{userName=alice, valuesToAdd=[123], Principal=*, path=a\\b}',
  account: '111122223333',
  star: 'key*',
  empty: [],
  nothing: null,
};

const holds: readonly string[] = [
  // Categories
  'iam where true',
  'configuration where true',
  'any where true',
  // Case
  'any where user.name == "Alice"',
  'any where not user.name == "alice"',
  'any where user.name : "aLiCe"',
  'any where user.name like "Al*"',
  'any where not user.name like "al*"',
  'any where user.name like~ "al?ce"',
  'any where user.name in ("Bob", "Alice")',
  'any where user.name not in ("alice")',
  'any where user.name in~ ("ALICE", "bob")',
  'any where not user.name in~ ("al*")',
  'any where user.name regex "A.+"',
  'any where not user.name regex "a.+"',
  'any where user.name regex~ ("x", "a[LI]+ce")',
  // `==` takes wildcards as they are
  'any where not user.name == "Al*"',
  'any where not user.name in ("Al*")',
  // The backslash is plain in `:` and `like`
  String.raw`any where params like "*path=a\\b}"`,
  String.raw`any where params : "*PATH=a\\?}"`,
  // Anchored
  'any where not user.name regex "lic"',
  'any where not user.name : "lic"',
  // Texts in stringContains and endsWith are Lucene wildcards
  'any where stringContains(params, "valuesToAdd=[*]")',
  'any where stringContains(params, "userName=?lice")',
  String.raw`any where stringContains(params, "Principal=\\*")`,
  String.raw`any where not stringContains(user.name, "\\*")`,
  'any where stringContains(user.name, "A*e")',
  'any where endsWith(params, "path=*}")',
  // A backslash at the end takes the meaning of the star that stringContains puts behind it
  String.raw`any where stringContains(star, "key\\")`,
  String.raw`any where not stringContains(params, "path=a\\")`,
  'any where endsWith~(user.name, "LICE")',
  'any where not stringContains(user.name, "LIC")',
  'any where stringContains~(user.name, "LIC")',
  // ... but not in startsWith, which is a prefix
  'any where startsWith(user.name, "Al")',
  'any where not startsWith(user.name, "A*")',
  'any where startsWith~(user.name, "AL")',
  // With a field as second argument both sides are plain
  'any where stringContains(concat(params, account), account)',
  'any where not stringContains(params, account)',
  'any where not stringContains("Principal=x", params)',
  'any where not stringContains(concat(user.name, ""), "A*e")',
  // Absent fields: a test does not hold, not over it does
  'any where not no.such == "x"',
  'any where no.such != "x"',
  'any where not stringContains(no.such, "x")',
  'any where not no.such in ("x")',
  'any where no.such not in ("x")',
  'any where not no.such : "*"',
  'any where not (no.such > 1 or no.such <= 1)',
  'any where not length(no.such) > 0',
  'any where not stringContains(user.name, no.such)',
  'any where no.such == null',
  'any where ?no.such == null',
  'any where empty == null and nothing == null',
  'any where user.name != null',
  'any where null == null',
  'any where not null != null',
  'any where length(no.such) == null',
  // So is a comparison of what is null, where it is compared with something itself
  'any where null == (no.such > 1) and (not no.such == "x") == null',
  'any where (count > 1 and no.such == "x") == null and (count > 1 or no.such == "x") == true',
  'any where (count > 9 and no.such == "x") == false and (no.such == null) == true',
  'any where (user.name in ("Alice")) == true and (no.such : "x") != true',
  // Arrays match by any element, and not means that none does
  'any where tags == "red"',
  'any where tags == "Green"',
  'any where not tags != "red"',
  'any where tags : "green"',
  'any where not tags : ("blue", "yellow")',
  'any where tags == "red" and tags == "Green"',
  'any where length(tags) == 3 and length(tags) == 5',
  'any where concat(tags, "-", user.name) == "Green-Alice"',
  // Numbers, booleans and texts
  'any where count == 4 and count == 4.0 and count == "4"',
  'any where count == "4.0" and count == "04" and count != "4.1" and not count == "four"',
  'any where source.port >= 443 and source.port < 444',
  'any where source.port in (80, 443)',
  'any where account == 111122223333',
  'any where account > 5',
  'any where user.name > "Aa" and user.name < "B"',
  'any where flag',
  'any where flag == true and flag == "true"',
  'any where not (flag == false)',
  'any where stringContains(params, "userName") == true',
  'any where not (stringContains(no.such, "x") == false)',
  // Arithmetic
  'any where count + 1 == 5 and count - 6 == -2 and -count == -4',
  'any where 4 / count == 1 and 4 / 3 == 1 and 4.0 / 3 > 1.3 and divide(count, 3.0) > 1.3',
  'any where count * ratio == 10 and modulo(10, -6) == 4 and -10 % -6 == -4',
  'any where 1 + 2 * 3 == 7 and (1 + 2) * 3 == 9',
  'any where 4 / 0 == null',
  // Functions, with the examples of their documentation
  'any where between("C:/System32/cmd.exe", "System32/", ".exe") == "cmd"',
  'any where between("C:/System32/cmd.exe", "system32/", ".exe") == ""',
  'any where between~("C:/System32/cmd.exe", "system32/", ".exe") == "cmd"',
  'any where between("/a/b/c", "/", "/") == "a" and between("/a/b/c", "/", "/", true) == "a/b"',
  'any where concat("a", " ", 42, true) == "a 42true"',
  'any where indexOf("subdomain.example.com", "d") == 3 and indexOf("subdomain.example.com", "D") == null',
  'any where indexOf~("subdomain.example.com", "D") == 3 and indexOf("subdomain.example.com", ".", 10) == 17',
  'any where indexOf("subdomain.example.com", ".", 30) == null and indexOf("abc", "", 2) == 2',
  'any where length("") == 0 and length(user.name) == 5',
  'any where number("1337") == 1337 and number("0xdeadbeef") == 3735928559 and number("  -13.5 ") == -13.5',
  'any where number("deadbeef", 16) == 3735928559 and number("1337", null) == 1337 and number("x") == null',
  'any where string(42) == "42" and string(4.5) == "4.5"',
  'any where substring("start regsvr32.exe", 6, 14) == "regsvr32" and substring("start regsvr32.exe", -4) == ".exe"',
  'any where substring("start regsvr32.exe", -4, -1) == ".ex"',
  'any where wildcard(user.name, "x*", "Al*") and wildcard~(user.name, "al*") and match(user.name, "[A-Z].*")',
  // Addresses
  'any where cidrMatch(source.ip, "192.168.0.0/16", "10.0.0.0/8")',
  'any where not cidrMatch(source.ip, "10.2.0.0/16") and not cidrMatch(user.name, "0.0.0.0/0")',
  'any where cidrMatch("2001:db8::1", "2001:db8::/32") and not cidrMatch("2001:db9::1", "2001:db8::/32")',
  'any where cidrMatch("::ffff:10.0.0.1", "10.0.0.0/8") and cidrMatch("10.0.0.1", "10.0.0.1")',
];

const fails: readonly string[] = [
  'Iam where true',
  'info where true',
  'any where false',
  'any where null',
  'any where user.name == "alice"',
  'any where no.such == "x"',
  'any where no.such : "*"',
  'any where no.such in (null)',
  'any where no.such > 0',
  'any where stringContains(no.such, "")',
  'any where ?no.such != null',
  'any where tags == "green"',
  'any where not tags == "red"',
  'any where tags != "red"',
  'any where user.name',
  String.raw`any where stringContains(params, "Principal=\\?")`,
];

describe('an EQL condition', () => {
  test.each(holds)('holds: %s', (query) => expect(matches(query, event)).toBe(true));
  test.each(fails)('does not hold: %s', (query) => expect(matches(query, event)).toBe(false));
});

describe('the category', () => {
  test('is looked for in the field that the rule names', () => {
    expect(matches('info where true', event, 'event.type')).toBe(true);
    expect(matches('iam where true', event, 'event.type')).toBe(false);
  });

  test('of an event without one is met by any alone', () => {
    expect(matches('any where true', { event: { action: 'x' } })).toBe(true);
    expect(matches('iam where true', { event: { action: 'x' } })).toBe(false);
  });
});

test('long lists of an event cannot make more choices than can be tried, or texts that fill the memory', () => {
  const list = Array.from({ length: 2000 }, (_, index) => `v${index}`);
  const everyOther = `concat(${Array.from({ length: 24 }, () => 'list').join(', ')})`;
  expect(matches(`any where startsWith(${everyOther}, "v0v0")`, { list })).toBe(true);
  const nested = `${'concat('.repeat(200)}long${', long)'.repeat(200)}`;
  expect(matches(`any where length(${nested}) > 0`, { long: 'x'.repeat(200_000) })).toBe(false);
});

test('a condition may have any number of alternatives', () => {
  const alternatives = 'count == 9 or '.repeat(150_000);
  expect(matches(`any where user.name == "Alice" and (${alternatives} count == 4)`, event)).toBe(true);
  const list = Array.from({ length: 150_000 }, (_, index) => `"v${index}"`).join(', ');
  expect(matches(`any where user.name in (${list}, "Alice") and count == 4`, event)).toBe(true);
});
