import type { AwsPurpose } from '../../adapters/aws/clients.ts';
import { regionListingPermission } from '../../adapters/aws/region-lister.ts';
import {
  examineRole,
  type ExaminingHands,
  type Failing,
  type NeededOnResource,
  type RoleExamination,
} from '../../adapters/aws/role-examination.ts';
import { neededByResource } from '../../adapters/aws/role-policies.ts';
import type { Account } from '../../model/account.ts';
import type { Config } from '../config/config.ts';
import { withExaminingHands } from './examining-hands.ts';
import { accountNamed, findingsOf } from './finding.ts';
import type { ProbeFinding } from '../../views/examination.ts';
import { ownCredentialsRemedy, unreachableRemedy } from './aws-remedies.ts';

const { ok, warning, failed } = findingsOf('aws');

/** A name under each resource that is needed, for AWS judges one resource at a time; what is listed by a trial is not asked for. */
function neededBy(account: Account, purpose: AwsPurpose, { response }: Config): readonly NeededOnResource[] {
  return neededByResource(purpose, { ...account, accountId: account.id, ...response }).map(([resource, actions]) => ({
    resource: resource === '*' ? resource : resource.replace(/\*$/, 'trailhound-doctor'),
    actions: actions.filter((action) => action !== regionListingPermission),
  }));
}

const purposes = ['poll', 'evidence', 'respond'] as const;

function credentialRemedy(account: Account, purpose: AwsPurpose): string {
  const role = account.roles[purpose];
  return role === undefined
    ? `${ownCredentialsRemedy}, or name the account's roles`
    : `let this process's credentials assume ${role.arn}${role.externalId === undefined ? '' : ` with external ID ${role.externalId}`}: check that they exist, have not expired, and are named in the role's trust policy`;
}

function findingOf(account: Account, purpose: AwsPurpose, seen: RoleExamination, config: Config): ProbeFinding {
  const subject = subjectOf(account, purpose);
  if (seen.kind === 'unusable')
    return failed(
      subject,
      `${seen.failure.kind}: ${seen.failure.message}`,
      seen.failure.kind === 'unreachable' ? unreachableRemedy(config) : credentialRemedy(account, purpose),
    );
  if (seen.kind === 'other-account')
    return failed(
      subject,
      `the credentials belong to account ${seen.callerAccount}`,
      `name a role of account ${account.id} for ${purpose}`,
    );
  const { arn, denied, unknown, failing, untried } = seen;
  const wrong = [...refused(arn, denied), ...failing];
  if (wrong.length > 0)
    return failed(
      subject,
      wrong.map(({ message }) => message).join('; '),
      [...new Set(wrong.map(({ remedy }) => remedy))].join('; '),
    );
  if (unknown.length > 0)
    return warning(subject, unknown.join('; '), `grant iam:SimulatePrincipalPolicy to ${arn}, or check by hand`);
  return ok(subject, untried ? `${arn} has what it needs by its policies` : `${arn} has what it needs`);
}

function refused(arn: string, denied: readonly string[]): readonly Failing[] {
  return denied.length === 0
    ? []
    : [{ message: `${arn} is not allowed ${denied.join(', ')}`, remedy: `grant ${denied.join(', ')}` }];
}

/** Said once for all accounts: their trails were not read for a trial. */
function untriedFinding(why: string): ProbeFinding {
  return warning(
    'LookupEvents',
    `was not tried: the limiter that all its users share is in the store, and ${why}`,
    'start a worker, and ask again',
  );
}

function unchangeable(account: Account): ProbeFinding {
  return warning(
    `${accountNamed(account)}, respond`,
    'was added by command, and only accounts of the configuration can be changed: plans there propose nothing',
    'name it in the configuration with a respond role, and restart',
  );
}

function subjectOf(account: Account, purpose: AwsPurpose): string {
  return `${accountNamed(account)}, ${purpose}`;
}

/** Roles that are another account's, as their ARNs say before anybody asks AWS. */
function foreignRoles(account: Account): readonly ProbeFinding[] {
  return purposes.flatMap((purpose) => {
    const arn = account.roles[purpose]?.arn;
    const [, partition, , , owner] = arn?.split(':') ?? [];
    if (arn === undefined || (owner === account.id && partition === account.partition)) return [];
    return [
      failed(
        subjectOf(account, purpose),
        `${arn} is a role of account ${owner} in partition ${partition}`,
        `name a role of account ${account.id} in partition ${account.partition}`,
      ),
    ];
  });
}

/** What may change an account is to be used for nothing else. */
function sharedRole(account: Account): readonly ProbeFinding[] {
  const { respond, ...reading } = account.roles;
  const shared = (['poll', 'evidence'] as const).filter((purpose) => reading[purpose]?.arn === respond?.arn);
  if (shared.length === 0) return [];
  const [finding, who] =
    respond === undefined ? ([warning, "the process's own credentials"] as const) : ([failed, respond.arn] as const);
  return [
    finding(
      subjectOf(account, 'respond'),
      `${who} may change the account, and read it for ${shared.join(' and ')} all the time`,
      'give respond a role of its own: `trailhound roles` prints all three',
    ),
  ];
}

async function probeAccount(hands: ExaminingHands, account: Account, config: Config): Promise<readonly ProbeFinding[]> {
  const isConfigured = config.accounts.some(({ id }) => id === account.id);
  const used = isConfigured ? purposes : purposes.filter((purpose) => purpose !== 'respond');
  const findings = await Promise.all(
    used.map(async (purpose) =>
      findingOf(
        account,
        purpose,
        await examineRole(hands, account, purpose, neededBy(account, purpose, config)),
        config,
      ),
    ),
  );
  const own = isConfigured ? sharedRole(account) : [unchangeable(account)];
  return [...foreignRoles(account), ...findings, ...own];
}

/**
 * Whether each watched account's roles can be assumed and are allowed what they need.
 * @param given the configuration's accounts where left out.
 */
export async function probeAws(
  config: Config,
  given: readonly Account[] = config.accounts,
): Promise<readonly ProbeFinding[]> {
  const accounts = given.filter(({ lifecycle }) => lifecycle !== 'retired');
  if (accounts.length === 0)
    return [failed('accounts', 'no account is configured', 'add an [[accounts]] block: see trailhound.example.toml')];
  return withExaminingHands(config, async (hands, unpaced) => {
    const findings: ProbeFinding[] = [];
    for (const account of accounts) findings.push(...(await probeAccount(hands, account, config)));
    return unpaced === null ? findings : [...findings, untriedFinding(unpaced)];
  });
}
