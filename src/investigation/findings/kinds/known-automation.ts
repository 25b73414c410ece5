import { safe } from '../../../model/safe-text.ts';
import type { FindingKind } from '../case-finding.ts';
import { benign, inWords } from '../drawing.ts';
import { habitDays } from '../../habits/habit-days.ts';
import { alertedEvents, automation, daysIn, habitOf } from '../habit.ts';

/** Infrastructure as code that this identity has run on several days before. Others can name their client so too. */
export const knownAutomation: FindingKind = (ground) => {
  const byTool = alertedEvents(ground).filter(({ userAgent }) => automation.test(userAgent ?? ''));
  const before = habitOf(ground).filter(({ userAgent }) => automation.test(userAgent ?? ''));
  if (daysIn(before) < habitDays) return [];
  const tools = [...new Set(byTool.map(({ userAgent }) => automation.exec(userAgent ?? '')?.[0].toLowerCase() ?? ''))];
  return benign({
    kind: 'probably-benign',
    sentence: safe`The calls name ${inWords(tools)} as their client, with which this identity has worked on ${habitDays} or more days before.`,
    confidence: 'low',
    techniques: [],
    facts: { because: 'automation', tools, days: daysIn(before) },
    events: byTool,
  });
};
