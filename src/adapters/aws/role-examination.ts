import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { RequestPacer } from '../../collection/ports.ts';
import { chooseRegions } from '../../collection/region-discovery.ts';
import type { Account } from '../../model/account.ts';
import { lookupSourceId } from '../../model/log-source.ts';
import { classifyAwsError, type AwsFailure } from './aws-errors.ts';
import type { AwsAccess, AwsPurpose } from './clients.ts';
import { required } from './readable-answers.ts';
import { createRegionLister, regionListingPermission } from './region-lister.ts';

/** What was found out about one purpose's access to one account. */
export type RoleExamination =
  /** No credentials, or the role cannot be assumed. */
  | { readonly kind: 'unusable'; readonly failure: AwsFailure }
  | { readonly kind: 'other-account'; readonly callerAccount: string }
  /**
   * `unknown` lists why a permission could not be looked into, a sentence each; `failing`, what was tried and failed for another
   * reason than a missing permission; `untried` is true where the trail was not read, because nothing paces that.
   */
  | {
      readonly kind: 'examined';
      readonly arn: string;
      readonly denied: readonly string[];
      readonly unknown: readonly string[];
      readonly failing: readonly Failing[];
      readonly untried: boolean;
    };

/** What was tried and failed, with what to do. */
export interface Failing {
  readonly message: string;
  readonly remedy: string;
}

/** What a purpose needs on one kind of resource. */
export interface NeededOnResource {
  /** An ARN that stands for them, or `*`. */
  readonly resource: string;
  readonly actions: readonly string[];
}

/** What an examination makes its calls with. */
export interface ExaminingHands {
  readonly aws: AwsAccess;
  /** The limiter of LookupEvents that all workers and uses share; null where it cannot be reached, and then none is sent. */
  readonly pacer: RequestPacer | null;
}

/**
 * Finds out whether a purpose's role can be assumed, is in the account, and is allowed what it needs. Changes nothing.
 * @param needed what the purpose is to be allowed
 */
export async function examineRole(
  hands: ExaminingHands,
  account: Account,
  purpose: AwsPurpose,
  needed: readonly NeededOnResource[],
): Promise<RoleExamination> {
  const { aws, pacer } = hands;
  let caller: { readonly arn: string; readonly account: string };
  try {
    const { Arn, Account } = await aws.sts(account, purpose).send(new GetCallerIdentityCommand({}));
    const [arn, id] = [required(Arn, 'ARN'), required(Account, 'account ID')];
    caller = { arn, account: id };
  } catch (error) {
    return { kind: 'unusable', failure: classifyAwsError(error) };
  }
  if (caller.account !== account.id) return { kind: 'other-account', callerAccount: caller.account };
  const principal = principalOf(caller.arn);
  const byPolicy = together(await Promise.all(needed.map((each) => simulated(aws, account, purpose, principal, each))));
  const byTrial = purpose === 'poll' ? await polled(hands, account) : nothingAmiss;
  const untried = purpose === 'poll' && pacer === null;
  return {
    kind: 'examined',
    arn: caller.arn,
    denied: [...byPolicy.denied, ...byTrial.denied],
    // What was tried need not be simulated.
    unknown: purpose === 'poll' && !untried ? [] : byPolicy.unknown,
    failing: byTrial.failing,
    untried,
  };
}

interface Permissions {
  readonly denied: readonly string[];
  readonly unknown: readonly string[];
  readonly failing: readonly Failing[];
}

const nothingAmiss: Permissions = { denied: [], unknown: [], failing: [] };

async function simulated(
  aws: AwsAccess,
  account: Account,
  purpose: AwsPurpose,
  arn: string,
  { resource, actions }: NeededOnResource,
): Promise<Permissions> {
  try {
    const { EvaluationResults: results } = await aws.iam(account, purpose).send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: arn,
        ActionNames: [...actions],
        // Without resources, AWS asks for all of them at once, which a role of the least permissions does not have.
        ResourceArns: [resource],
      }),
    );
    const denied = required(results, 'list of results')
      .filter(({ EvalDecision }) => EvalDecision !== 'allowed')
      .flatMap(({ EvalActionName }) => EvalActionName ?? []);
    return { ...nothingAmiss, denied };
  } catch (error) {
    const { message } = classifyAwsError(error);
    return { ...nothingAmiss, unknown: [`iam:SimulatePrincipalPolicy did not answer (${message})`] };
  }
}

/** The principal whose policies decide: for a session, its role. */
function principalOf(arn: string): string {
  return arn.replace(/^(arn:[^:]+):sts::(\d+):assumed-role\/([^/]+)\/.*$/, '$1:iam::$2:role/$3');
}

/** What polling needs: the list of regions where they are discovered, and the trail in each region that would be read. */
async function polled(hands: ExaminingHands, account: Account): Promise<Permissions> {
  if (account.discoversRegions !== true) return lookedUp(hands, account, account.regions);
  const answer = await createRegionLister(hands.aws).enabledRegions(account);
  const read = await lookedUp(hands, account, chooseRegions(account, answer).regions);
  if (answer.kind === 'listed') return read;
  const unlisted = answer.denied
    ? { ...nothingAmiss, denied: [`${regionListingPermission} (or name the account's regions)`] }
    : { ...nothingAmiss, failing: [{ message: answer.sentence, remedy: "name the account's regions, or try again" }] };
  return together([unlisted, read]);
}

/** Reading the trail is tried for real, in each region, in its turn; being throttled there means being allowed. */
async function lookedUp(
  { aws, pacer }: ExaminingHands,
  account: Account,
  regions: readonly string[],
): Promise<Permissions> {
  if (pacer === null) return nothingAmiss;
  const outcomes = await Promise.all(
    regions.map(async (region): Promise<Permissions> => {
      await pacer.turn(lookupSourceId(account.id, region));
      try {
        await aws.cloudTrail(account, region, 'poll').send(new LookupEventsCommand({ MaxResults: 1 }));
        return nothingAmiss;
      } catch (error) {
        const { kind, message } = classifyAwsError(error);
        if (kind === 'throttled') return nothingAmiss;
        if (kind === 'access-denied') return { ...nothingAmiss, denied: [`cloudtrail:LookupEvents in ${region}`] };
        return { ...nothingAmiss, failing: [lookupFailure(region, kind, message)] };
      }
    }),
  );
  return together(outcomes);
}

/** A region that does not exist, or is not enabled for the account, refuses what is signed for it or does not resolve. */
function lookupFailure(region: string, kind: AwsFailure['kind'], message: string): Failing {
  return {
    message: `LookupEvents in ${region} failed: ${kind} (${message})`,
    remedy:
      kind === 'invalid-credentials'
        ? `enable ${region} for the account, or take it out of the account's regions: credentials that work elsewhere are refused there`
        : `check that ${region} exists and is enabled for the account, and that its CloudTrail endpoint can be reached from here`,
  };
}

function together(all: readonly Permissions[]): Permissions {
  return {
    denied: all.flatMap(({ denied }) => denied),
    unknown: all.flatMap(({ unknown }) => unknown),
    failing: all.flatMap(({ failing }) => failing),
  };
}
