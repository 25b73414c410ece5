import { z } from 'zod';
import { caseStatuses, lostBy, type NeedCode } from '../../model/case-state.ts';
import { shortDigest } from '../../model/short-digest.ts';
import { auditKind, nothing, texts, told } from '../audit-kind.ts';
import { needInWords } from '../need-words.ts';
import { utcTime } from '../../model/utc-time.ts';
import { counted, forNumber } from '../../model/counted.ts';

/** A case from its opening to its first plan, in the order in which it happens. */
export const caseBeginnings = {
  'case-opened': auditKind(nothing, () => told('state', 'The case was opened.')),
  'case-taken-up': auditKind(z.object({ was: z.enum(caseStatuses), how: z.enum(lostBy).optional() }), ({ was, how }) =>
    told(
      'state',
      how === 'reopened'
        ? 'It is looked at anew from what the store knows.'
        : `Its workflow was gone, and it was taken up again from what the store knows: ${was.replaceAll('-', ' ')}.`,
    ),
  ),
  'alerts-claimed': auditKind(
    z.object({ claimed: z.number(), alertCount: z.number(), severity: z.string() }),
    ({ claimed, alertCount, severity }) =>
      told('seen', `${counted(claimed, 'new alert')}, ${alertCount} in all; severity ${severity}.`),
  ),
  'evidence-gathered': auditKind(
    z.object({
      pieces: z.number(),
      unavailable: z.number(),
      /** Requests to AWS, and how many there might have been. */
      asked: z.number(),
      budget: z.number(),
      /** Pieces for which AWS was not asked for all, so as to keep within the budget. */
      notAsked: z.number(),
      suspicious: z.number(),
      benign: z.number(),
    }),
    ({ pieces, unavailable, asked, budget, notAsked, suspicious, benign }) => {
      const gaps = unavailable === 0 ? 'all complete' : `${unavailable} of them not complete`;
      const left = notAsked === 0 ? '' : `; the budget did not suffice for ${notAsked} of them`;
      const judged = `Assessed: ${suspicious} suspicious and ${counted(benign, 'benign finding')}.`;
      return told(
        'seen',
        `${counted(pieces, 'piece')} of evidence ${forNumber(pieces, 'was', 'were')} gathered with ${asked} of at most ${counted(budget, 'request')} to AWS, ${gaps}${left}. ${judged}`,
      );
    },
  ),
  'replan-asked': auditKind(z.object({ reason: z.string().exactOptional() }), ({ reason }) =>
    told('decided', `A fresh plan was asked for${reason === undefined ? '.' : `: ${reason}`}`),
  ),
  'plan-presented': auditKind(
    z.object({ version: z.number(), actionIds: texts, expiresAt: z.string().nullable() }),
    ({ actionIds, expiresAt }, plan) =>
      told(
        'proposed',
        actionIds.length === 0
          ? `A plan was presented that has no action: ${shortDigest(plan)}.`
          : `A plan was presented: ${actionIds.join(', ')}. It waits for a decision until ${expiresAt === null ? 'it is decided' : `${utcTime(expiresAt)} UTC`}, as ${shortDigest(plan)}.`,
      ),
  ),
};

/** How a case ends, or what it waits for. */
export const caseEndings = {
  'watch-started': auditKind(z.object({ until: z.string() }), ({ until }) =>
    told('watched', `What was done is watched until ${utcTime(until)} UTC.`),
  ),
  'watch-ended': auditKind(
    z.discriminatedUnion('ended', [
      z.object({ ended: z.literal('quiet'), deniedAttempts: z.number() }),
      z.object({ ended: z.literal('ways-in-open'), deniedAttempts: z.number(), left: z.number() }),
      z.object({ ended: z.literal('used-after-containment'), succeeded: z.number() }),
    ]),
    (data) => told('watched', watchInWords(data)),
  ),
  'needs-a-person': auditKind(
    z.object({ why: z.custom<NeedCode>((value) => typeof value === 'string'), detail: z.string().optional() }),
    ({ why, detail }) =>
      told(
        'trouble',
        `The case needs a person: ${needInWords(why) ?? why}.${detail === undefined ? '' : ` ${detail}`}`,
      ),
  ),
  'case-quiet': auditKind(nothing, () =>
    told('state', 'Every alert is explained by what is usual for whoever raised it: nobody is asked.'),
  ),
  'case-merged': auditKind(nothing, (_data, into) =>
    told('state', `The case goes on as ${into}, for both are about one intruder: its plan and decisions are void.`),
  ),
  'case-closed': auditKind(
    z.object({
      verdict: z.string(),
      /** Where a person closed it. */
      reason: z.string().optional(),
    }),
    ({ verdict, reason }) =>
      told('state', `The case was closed: ${verdict.replaceAll('-', ' ')}.${reason === undefined ? '' : ` ${reason}`}`),
  ),
};

type WatchEnd =
  | { readonly ended: 'quiet'; readonly deniedAttempts: number }
  | { readonly ended: 'ways-in-open'; readonly deniedAttempts: number; readonly left: number }
  | { readonly ended: 'used-after-containment'; readonly succeeded: number };

function watchInWords(watch: WatchEnd): string {
  if (watch.ended === 'used-after-containment')
    return `The watch ended: ${counted(watch.succeeded, 'call')} went through after containment.`;
  const attempts =
    watch.deniedAttempts === 0
      ? ''
      : `, and ${watch.deniedAttempts} that ${forNumber(watch.deniedAttempts, 'was', 'were')} refused`;
  if (watch.ended === 'ways-in-open')
    return `The watch ended, and the case is partly contained: ${counted(watch.left, 'way')} in ${forNumber(watch.left, 'is', 'are')} open or unknown. The trail shows no call that went through${attempts}.`;
  return `The watch ended: the trail shows no call that went through${attempts}.`;
}
