import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import type { RoleRef } from '../../model/account.ts';
import { minuteMs } from '../../model/duration.ts';
import { UnreadableAnswerError } from './readable-answers.ts';

/** How AWS's own trail is to name a session of ours. */
export interface SessionLabel {
  /** 2 to 64 characters of `\w+=,.@-`. */
  readonly sessionName: string;
  /** Stays on every record of the session and of roles that it assumes; for writes, the case. Same characters. */
  readonly sourceIdentity?: string;
  /** For our own call log only; AWS is not told. */
  readonly intentId?: string;
}

/** Credentials that end sooner than this are replaced before they are used. */
const refreshAheadMs = 5 * minuteMs;
/** AWS's cap on a session that was assumed from another role session. */
const sessionSeconds = 3600;

/**
 * Credentials of an assumed role, fetched once, shared by all clients that ask, and replaced five minutes before they end
 * (or half-way, where the session is shorter than ten).
 *
 * @throws the SDK's own error where STS refuses, and UnreadableAnswerError where its answer holds no credentials.
 */
export function assumedRoleCredentials(
  sts: STSClient,
  role: RoleRef,
  label: SessionLabel,
  now: () => number = Date.now,
): AwsCredentialIdentityProvider {
  let current: { readonly credentials: AwsCredentialIdentity; readonly replaceAtMs: number } | null = null;
  let pending: Promise<AwsCredentialIdentity> | null = null;

  async function fetchOnce(): Promise<AwsCredentialIdentity> {
    const askedAtMs = now();
    const credentials = await assumeRole(sts, role, label);
    const endsAtMs = credentials.expiration?.getTime() ?? askedAtMs;
    const lifeMs = Math.max(0, endsAtMs - askedAtMs);
    current = { credentials, replaceAtMs: endsAtMs - Math.min(refreshAheadMs, lifeMs / 2) };
    return credentials;
  }

  return async () => {
    if (current !== null && now() < current.replaceAtMs) return current.credentials;
    pending ??= fetchOnce().finally(() => {
      pending = null;
    });
    return await pending;
  };
}

async function assumeRole(sts: STSClient, role: RoleRef, label: SessionLabel): Promise<AwsCredentialIdentity> {
  const { Credentials: given } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: role.arn,
      RoleSessionName: label.sessionName,
      DurationSeconds: sessionSeconds,
      ...(role.externalId === undefined ? {} : { ExternalId: role.externalId }),
      ...(label.sourceIdentity === undefined ? {} : { SourceIdentity: label.sourceIdentity }),
    }),
  );
  if (given?.AccessKeyId === undefined || given.SecretAccessKey === undefined || given.SessionToken === undefined) {
    throw new UnreadableAnswerError(
      `AssumeRole of ${role.arn} answered without credentials; check what serves STS at this endpoint`,
    );
  }
  return {
    accessKeyId: given.AccessKeyId,
    secretAccessKey: given.SecretAccessKey,
    sessionToken: given.SessionToken,
    ...(given.Expiration === undefined ? {} : { expiration: given.Expiration }),
  };
}
