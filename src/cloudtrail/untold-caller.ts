import { withheld } from './record-fields.ts';
import { userAgentName } from './user-agent-name.ts';

/** What a record has by which callers that it does not tell can be told apart. */
export interface UntoldCallerFields {
  readonly principalId?: string | undefined;
  readonly userName?: string | undefined;
  readonly accountId?: string | undefined;
  readonly address?: string | undefined;
  readonly userAgent?: string | undefined;
}

/**
 * What a caller is seen as whom a record does not tell (`Unknown`, such as whoever signs in to Identity Center): a name, else where the
 * call came from and with what program. Two that are seen otherwise are not one for being of the same account. AWS writes the account's ID for the
 * principal where it knows none (IAM Identity Center, CloudTrail events of sign-in). Empty where nothing is seen.
 */
export function seenAs({ principalId, userName, accountId, address, userAgent }: UntoldCallerFields): string {
  const name = [principalId, userName].find((each) => each !== undefined && each !== accountId && each !== withheld);
  return (
    name ??
    [address, userAgent === undefined ? undefined : userAgentName(userAgent).name]
      .filter((each) => each !== undefined)
      .join(' ')
  );
}
