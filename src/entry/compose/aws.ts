import { createAwsAccess, type AnsweredCall, type AwsAccess } from '../../adapters/aws/clients.ts';
import { profileCredentials } from '../../adapters/aws/profile-credentials.ts';
import { createOwnCallRecorder, type OwnCallRecorder } from '../../adapters/store/collection/own-call-recorder.ts';
import type { Store } from '../../adapters/store/database.ts';
import type { Config } from '../config/config.ts';
import { trailhoundVersion } from '../version.ts';

/** Access to the configured AWS; every answered call is told to `onAnswer`. */
export function composeAws(config: Config, onAnswer?: (call: AnsweredCall) => void): AwsAccess {
  const credentials = profileCredentials(config.aws);
  return createAwsAccess({
    region: config.aws.region,
    version: trailhoundVersion(),
    ...(config.aws.endpoint === undefined ? {} : { endpoint: config.aws.endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
    ...(onAnswer === undefined ? {} : { onAnswer }),
  });
}

/** The same, whose every answered call the store takes note of as ours. */
export function composeNotedAws(
  config: Config,
  store: Store,
): { readonly aws: AwsAccess; readonly ownCalls: OwnCallRecorder } {
  const ownCalls = createOwnCallRecorder(store.db);
  return { aws: composeAws(config, (call) => ownCalls.note(call)), ownCalls };
}
