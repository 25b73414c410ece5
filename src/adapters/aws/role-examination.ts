import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { RequestPacer } from '../../collection/ports.ts';
import { chooseRegions } from '../../collection/region-discovery.ts';
import type { Account } from '../../model/account.ts';
import { lookupSourceId } from '../../model/log-source.ts';
import { classifyAwsError, type AwsFailure } from './aws-errors.ts';
import type { AwsAccess, AwsPurpose } from './clients.ts';
import { createRegionLister, regionListingPermission } from './region-lister.ts';

/** What was found out about one purpose's access to one account. */
export type RoleExamination =
  /** No credentials, or the role cannot be assumed. */
  | { readonly kind: 'unusable'; readonly failure: AwsFailure }
  | { readonly kind: 'other-account'; readonly callerAccount: string }
  /**
   * `unknown` lists why a permission could not be looked into, a sentence each; `untried` is true where the trail was not
   * read, because nothing paces that.
   */
  | {
      readonly kind: 'examined';
      readonly arn: string;
      readonly denied: readonly string[];
      readonly unknown: readonly string[];
      readonly untried: boolean;
    };

/** The principal whose policies decide: for a session, its role. */
const principalOf = (arn: string): string =>
  arn.replace(/^(arn:[^:]+):sts::(\d+):assumed-role\/([^/]+)\/.*$/, '$1:iam::$2:role/$3');

interface Permissions {
  readonly denied: readonly string[];
  readonly unknown: readonly string[];
}

const simulated = async (
  aws: AwsAccess,
  account: Account,
  purpose: AwsPurpose,
  arn: string,
  actions: readonly string[],
): Promise<Permissions> => {
  try {
    const { EvaluationResults: results = [] } = await aws
      .iam(account, purpose)
      .send(new SimulatePrincipalPolicyCommand({ PolicySourceArn: arn, ActionNames: [...actions] }));
    const denied = results
      .filter(({ EvalDecision }) => EvalDecision !== 'allowed')
      .flatMap(({ EvalActionName }) => EvalActionName ?? []);
    return { denied, unknown: [] };
  } catch (error) {
    const { message } = classifyAwsError(error);
    return { denied: [], unknown: [`iam:SimulatePrincipalPolicy did not answer (${message})`] };
  }
};

/** What an examination makes its calls with. */
export interface ExaminingHands {
  readonly aws: AwsAccess;
  /** The limiter of LookupEvents that all workers and uses share; null where it cannot be reached, and then none is sent. */
  readonly pacer: RequestPacer | null;
}

/** Reading the trail is tried for real, in each region, in its turn; being throttled there means being allowed. */
const lookedUp = async (
  { aws, pacer }: ExaminingHands,
  account: Account,
  regions: readonly string[],
): Promise<Permissions> => {
  if (pacer === null) return { denied: [], unknown: [] };
  const outcomes = await Promise.all(
    regions.map(async (region): Promise<Permissions> => {
      await pacer.turn(lookupSourceId(account.id, region));
      try {
        await aws.cloudTrail(account, region, 'poll').send(new LookupEventsCommand({ MaxResults: 1 }));
        return { denied: [], unknown: [] };
      } catch (error) {
        const { kind, message } = classifyAwsError(error);
        if (kind === 'throttled') return { denied: [], unknown: [] };
        if (kind === 'access-denied') return { denied: [`cloudtrail:LookupEvents in ${region}`], unknown: [] };
        return { denied: [], unknown: [`LookupEvents in ${region} failed (${message})`] };
      }
    }),
  );
  return { denied: outcomes.flatMap(({ denied }) => denied), unknown: outcomes.flatMap(({ unknown }) => unknown) };
};

/** What polling needs: the list of regions where they are discovered, and the trail in each region that would be read. */
const polled = async (hands: ExaminingHands, account: Account): Promise<Permissions> => {
  if (account.discoversRegions !== true) return lookedUp(hands, account, account.regions);
  const answer = await createRegionLister(hands.aws).enabledRegions(account);
  const { denied, unknown } = await lookedUp(hands, account, chooseRegions(account, answer).regions);
  if (answer.kind === 'listed') return { denied, unknown };
  return answer.denied
    ? { denied: [`${regionListingPermission} (or name the account's regions)`, ...denied], unknown }
    : { denied, unknown: [answer.sentence, ...unknown] };
};

/**
 * Finds out whether a purpose's role can be assumed, is in the account, and is allowed what it needs. Changes nothing.
 * @param actions IAM actions that the purpose needs
 */
export const examineRole = async (
  hands: ExaminingHands,
  account: Account,
  purpose: AwsPurpose,
  actions: readonly string[],
): Promise<RoleExamination> => {
  const { aws, pacer } = hands;
  let caller: { readonly arn: string; readonly account: string };
  try {
    const { Arn: arn = '', Account: id = '' } = await aws.sts(account, purpose).send(new GetCallerIdentityCommand({}));
    caller = { arn, account: id };
  } catch (error) {
    return { kind: 'unusable', failure: classifyAwsError(error) };
  }
  if (caller.account !== account.id) return { kind: 'other-account', callerAccount: caller.account };
  const byPolicy = await simulated(aws, account, purpose, principalOf(caller.arn), actions);
  const byTrial = purpose === 'poll' ? await polled(hands, account) : { denied: [], unknown: [] };
  const untried = purpose === 'poll' && pacer === null;
  return {
    kind: 'examined',
    arn: caller.arn,
    denied: [...byPolicy.denied, ...byTrial.denied],
    // What was tried need not be simulated.
    unknown: purpose === 'poll' && !untried ? byTrial.unknown : [...byPolicy.unknown, ...byTrial.unknown],
    untried,
  };
};
