import { canonicalDigest } from '../../digest/canonical-digest.ts';
import type { ActionOf } from '../../model/action.ts';
import type { Answered, SecretDescription } from '../ports.ts';
import type { StepContext as AnyStepContext, StepFacts } from '../step.ts';

type StepContext = AnyStepContext<ActionOf<'rotateAccessKey'>>;

/** Where the action's new secret goes. */
export function secretPlace({ action }: StepContext): { readonly name: string; readonly region: string } {
  return { name: action.params.secretName, region: action.params.secretRegion };
}

/** What is at that place now. */
export async function describeSecret(context: StepContext): Promise<Answered<SecretDescription | null>> {
  const { name, region } = secretPlace(context);
  return await context.hands.secrets.describe(name, region);
}

/** Stored under this intent's token: whatever the journal remembers, it has been done. */
export function isOurs(secret: SecretDescription | null, context: StepContext): secret is SecretDescription {
  return secret !== null && secret.tokens.includes(context.intentId);
}

/** What is known of a secret that this intent stored before. */
export function storedBefore(
  secret: SecretDescription,
  context: StepContext,
  awsRequestIds: readonly string[],
): StepFacts {
  return {
    state: canonicalDigest({ secret: secret.arn, intent: context.intentId }),
    detail: `The new key ${secret.accessKeyId ?? ''} was made and its secret stored in ${secret.arn}.`,
    data: { accessKeyId: secret.accessKeyId, secretArn: secret.arn },
    awsRequestIds,
  };
}
