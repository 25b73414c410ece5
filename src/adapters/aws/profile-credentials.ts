import { fromIni } from '@aws-sdk/credential-providers';
import type { AwsCredentialIdentityProvider } from '@smithy/types';

/**
 * Credentials of a profile of a shared credentials file; where neither is named, undefined: the SDK's default chain then goes its way.
 * @param from the profile is `default` and the file the user's own where not given
 */
export function profileCredentials(from: {
  readonly profile?: string;
  readonly credentialsFile?: string;
}): AwsCredentialIdentityProvider | undefined {
  if (from.profile === undefined && from.credentialsFile === undefined) return undefined;
  return fromIni({
    profile: from.profile ?? 'default',
    ...(from.credentialsFile === undefined ? {} : { filepath: from.credentialsFile }),
  });
}
