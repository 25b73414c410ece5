import type { FollowUpInput, RespondedAction } from '../src/messages/respond-messages.ts';
import { seeHowItEnded } from './respond-ending.ts';
import { openResponseFile, requestFor } from './respond-file.ts';
import { takeSteps } from './respond-steps.ts';
import { sleep } from './waiting.ts';
import { hourMs } from '../src/model/duration.ts';

/** How long a follow-up waits before it tries again what failed, and how often it does. */
const followUpAgainMs = hourMs;
const followUpTries = 7 * 24;

/**
 * Takes one action when its time has come. What fails is tried again, for days: a denial that stays on a role for ever would be an
 * outage that nobody remembers the reason of. What trying again cannot change is told at once.
 */
export async function followUp({ input, outline, pacing }: FollowUpInput): Promise<RespondedAction> {
  const file = openResponseFile(input);
  await sleep(Math.max(1, Date.parse(outline.notBefore ?? '') - Date.now()), 'until what was done is taken back');
  const request = requestFor(outline, file);
  for (let tries = 1; ; tries += 1) {
    const claimed = await takeSteps(outline, request, pacing, file);
    if (claimed.outcome === 'refused') return claimed;
    const over = ['done', 'already-so'].includes(claimed.outcome) || claimed.blocked === true || tries >= followUpTries;
    if (over) return await seeHowItEnded(claimed, request, file);
    await sleep(followUpAgainMs, 'until what failed is tried again');
  }
}
