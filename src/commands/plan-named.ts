import type { PresentedPlan } from '../investigation/case/case-ports.ts';
import { plainText } from '../model/safe-text.ts';
import { ActRefusedError } from './act-on-case.ts';

/** Two plans that begin with the same 8 characters are found in minutes; with the same 20, in no time that matters. */
const leastDigestLength = 20;

/**
 * The plan that a person means by a digest or its beginning; any plan of the case, so that an old one is refused by its name.
 *
 * @param notDone what has not come to be where none, or more than one, is meant
 * @throws ActRefusedError
 */
export function planNamed(plans: readonly PresentedPlan[], named: string, notDone: string): PresentedPlan {
  const prefix = named.toLowerCase().replace(/^sha256:/, '');
  if (!/^[0-9a-f]{1,64}$/.test(prefix) || prefix.length < leastDigestLength) {
    const remedy = `Give the plan by its digest: ${leastDigestLength} or more of its first characters, for a shorter beginning can be that of another plan as well. \`trailhound investigations show CASE\` prints it.`;
    throw new ActRefusedError({ notDone }, 'wrong-plan', remedy);
  }
  const matching = plans.filter(({ digest }) => digest.startsWith(`sha256:${prefix}`));
  const [chosen] = matching;
  if (chosen !== undefined && matching.length === 1) return chosen;
  const remedy =
    matching.length > 1
      ? `Several plans begin like that: give more of the digest of the one that you mean. They are ${matching.map(({ digest }) => plainText(digest)).join(' and ')}.`
      : 'The case has no such plan: `trailhound investigations show CASE` shows the one that it has.';
  throw new ActRefusedError({ notDone }, 'wrong-plan', remedy);
}
