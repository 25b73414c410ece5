import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { doorRows } from '../../src/investigation/effects/doors/door-rows.ts';
import type { DoorRow } from '../../src/investigation/effects/doors/door-row.ts';
import { byHandWords } from '../../src/investigation/plan/by-hand-words.ts';
import { commandsFor } from '../../src/investigation/plan/by-hand-commands.ts';
import { unwritableName } from '../../src/model/shell-command.ts';
import type { AccountId } from '../../src/model/ids.ts';
import type { WayInSubject } from '../../src/model/way-in.ts';

/*
 * The attacker writes records, or rows of the store, and has a person paste what Trailhound prints: names are what it chooses. What is
 * printed is given to a real shell here, whose `aws` prints its arguments.
 */

const accountId = '111122223333' as AccountId;

/** Names that would be more than a name; each says `owned` where it is run, and nowhere in its text. */
const hostile = {
  'a further command': 'x;printf "ow""ned"',
  'a substitution': 'x$(printf "ow""ned")',
  'a substitution of the old kind': 'x`printf "ow""ned"`',
  'the end of a quotation': `x';printf "ow""ned";'`,
  'the end of a quotation, quoted': `x'\\'';printf "ow""ned" #`,
  'lines of its own': 'x\nprintf "ow""ned"\n',
  'a condition': 'x && printf "ow""ned"',
  'the beginning of an option': '-x$(printf "ow""ned")',
  'quotes without end': `${"'".repeat(1_500)};printf "ow""ned";'`,
};

/** What `aws` is given by each command, as a shell sees it, and `jq` behind its name. What they print to goes to a folder of its own. */
function argumentsOf(commands: readonly string[]): readonly (readonly string[])[] {
  const script = [
    'exec 3>&1',
    'aws() { printf "%s\\037" "$@" >&3; printf "\\036" >&3; }',
    'jq() { aws jq "$@"; }',
    ...commands,
  ].join('\n');
  const folder = mkdtempSync(join(tmpdir(), 'trailhound-by-hand-'));
  const printed = execFileSync('/bin/sh', {
    input: script,
    encoding: 'utf8',
    cwd: folder,
    maxBuffer: 64 * 1024 * 1024,
  });
  const written = readdirSync(folder).filter((file) => file !== 'trust.json' && file !== 'closed.json');
  rmSync(folder, { recursive: true });
  expect(written).toEqual([]);
  return printed
    .split('\u001E')
    .slice(0, -1)
    .map((each) => each.split('\u001F').slice(0, -1));
}

function subjects(name: string): readonly WayInSubject[] {
  const [region, userName] = [name, name];
  const key = { kind: 'session', accountId, accessKeyId: 'ASIA', sessionName: name } as const;
  const list = [
    { kind: 'access-key', accountId, userName, accessKeyId: name },
    { ...key, roleName: name },
    { ...key, roleName: null, userName },
    ...(['instance', 'task', 'managed-node', 'function', 'service', 'certificate'] as const).map((renewedFor) => ({
      ...key,
      accessKeyId: null,
      roleName: name,
      renewedFor,
      trustAnchor: name,
    })),
    { kind: 'password', accountId, userName },
    { kind: 'user', accountId, userName },
    { kind: 'role', accountId, roleName: name },
    { kind: 'trust', accountId, roleName: name, letsIn: [name] },
    ...['service-specific', 'SSH key', 'signing certificate', 'MFA device'].map((what) => ({
      kind: 'other-credential',
      accountId,
      userName,
      what: `${what} ${name}`,
    })),
    ...['user', 'role', 'group', 'whoever', 'permission-set', 'instance profile'].flatMap((holder) =>
      [name, `arn:aws:iam::aws:policy/${name}`, `group ${name}`, `role ${name}`, 'inline policy'].map((policy) => ({
        kind: 'grant',
        accountId,
        holder: `${holder} ${name}`,
        policy,
        administrator: false,
      })),
    ),
    ...['saml-provider', 'oidc-provider', 'trust-anchor'].map((type) => ({
      kind: 'provider',
      accountId,
      arn: `arn:aws:iam::${accountId}:${type}/${name}`,
    })),
    { kind: 'provider', accountId, arn: name, part: `client ID ${name}` },
    ...['replication', 'policy', `statement x of ${name}`, `statement ${name}`].flatMap((by) =>
      [name, `snap-${name}`, `ami-${name}`].flatMap((resource) =>
        ['all', `account ${accountId}`, name].map((sharedWith) => ({
          kind: 'share',
          accountId,
          region,
          type: 'function',
          resource,
          by,
          sharedWith,
        })),
      ),
    ),
    ...['function URL', 'function code', 'layer', 'trigger'].map((what) => ({
      kind: 'code',
      accountId,
      region,
      resource: name,
      what,
    })),
    ...['ssm', 'transfer'].flatMap((service) =>
      [null, `SSH key ${name}`].map((credential) => ({
        kind: 'service-login',
        accountId,
        region,
        service,
        resource: name,
        login: name,
        credential,
      })),
    ),
    { kind: 'instance', accountId, instanceId: name },
    { kind: 'network', accountId, region, securityGroup: name, opened: name },
    ...doorRows.map((row) => subjectOfRow(row, name)),
  ];
  return list as readonly WayInSubject[];
}

/** A subject as a row's call leaves it, all of whose names are this one. */
function subjectOfRow({ makes }: DoorRow, name: string): object {
  function filled(template: string | null) {
    return template?.replaceAll(/\{[^{}]+\}/gu, () => name) ?? null;
  }
  const place = { accountId, region: name };
  switch (makes.kind) {
    case 'login':
      return {
        kind: 'service-login',
        ...place,
        service: makes.service,
        resource: filled(makes.resource),
        login: filled(makes.login),
        credential: filled(makes.credential),
      };
    case 'code':
    case 'run':
      return { kind: 'code', ...place, what: makes.what, resource: filled(makes.resource) };
    case 'policy':
      return {
        kind: 'share',
        ...place,
        type: makes.type,
        resource: filled(makes.resource),
        by: 'policy',
        sharedWith: 'all',
      };
    case 'list':
      return {
        kind: 'share',
        ...place,
        type: makes.type,
        resource: filled(makes.resource),
        by: filled(makes.by),
        sharedWith: filled(makes.with),
      };
    case 'access':
      return {
        kind: 'grant',
        ...place,
        holder: filled(makes.holder),
        policy: filled(makes.policy),
        administrator: false,
      };
    case 'network':
      return {
        kind: 'network',
        ...place,
        type: makes.type,
        securityGroup: filled(makes.gateway),
        opened: filled(makes.opened),
      };
    case 'provider':
      return { kind: 'provider', ...place, arn: `${filled(makes.arn)}:crl/:trustedTokenIssuer/${name}` };
    case 'machine':
      return { kind: 'instance', ...place, instanceId: filled(makes.instance) };
  }
}

describe('the commands that a person is told to type are those of Trailhound, whatever is named so', () => {
  test.each(Object.entries(hostile))('%s', (_what, name) => {
    const commands = subjects(name).flatMap((subject) => commandsFor(subject));
    expect(commands.length).toBeGreaterThan(200);
    const run = argumentsOf(commands);
    expect(run).toHaveLength(commands.length);
    expect(run.flat().join(' ')).not.toContain('owned');
    // A service and what is asked of it are words of ours.
    for (const [service, operation] of run) expect([service, operation].join(' ')).toMatch(/^[a-z0-9-]+ [a-z0-9-]+$/u);
  });

  test('a name is one argument, to the byte, and none where no shell can be given it', () => {
    const name = `o'brien; $(x) "y" \\ *`;
    const [deletion] = argumentsOf(commandsFor({ kind: 'password', accountId, userName: name }));
    expect(deletion).toEqual(['iam', 'delete-login-profile', '--user-name', name]);
    for (const unwritable of ['a\u202Eb', 'two  spaces', 'a\u0000b', 'line\nbreak', 'x'.repeat(3_000), '']) {
      const [said] = argumentsOf(commandsFor({ kind: 'password', accountId, userName: unwritable }));
      expect(said).toEqual(['iam', 'delete-login-profile', '--user-name', unwritableName]);
    }
  });

  test('a name that begins like an option is none, and one that the AWS CLI would read a file for is not printed', () => {
    function argumentsWith(userName: string) {
      return argumentsOf(commandsFor({ kind: 'password', accountId, userName }))[0];
    }
    expect(argumentsWith('--endpoint-url=https://evil.example')?.slice(2)).toEqual([
      '--user-name=--endpoint-url=https://evil.example',
    ]);
    expect(argumentsWith('-')?.slice(2)).toEqual(['--user-name=-']);
    for (const read of ['file:///root/.aws/credentials', 'FILE://x', 'fileb://key', 'https://evil.example/x']) {
      expect(argumentsWith(read)?.slice(2)).toEqual(['--user-name', unwritableName]);
    }
  });
});

test.each(Object.entries(hostile).slice(0, 4))('nor do the sentences of a plan hold %s', (_what, name) => {
  const words = [
    byHandWords({ kind: 'instance-session', accountId, roleName: 'Web', instanceId: name }),
    byHandWords({
      kind: 'denial-stays',
      accountId,
      userName: name,
      policyName: name,
      waysIn: 1,
      until: null,
    }),
  ].map((sentence) => sentence.slice(sentence.indexOf('aws ')));
  const commands = words
    .flatMap((text) => text.split(/(?:; |: |\. )(?=aws )/u))
    .map((each) => each.replace(/\.$|\. Keep.*$/u, ''));
  expect(commands.length).toBe(5);
  const run = argumentsOf(commands);
  expect(run).toHaveLength(5);
  expect(run.flat().join(' ')).not.toContain('owned');
});
