import type { ActivityContent } from '../evidence/activity-summary.ts';
import type { Sighted } from '../evidence/activity-summary.ts';
import { evidenceOf } from '../evidence/evidence-content.ts';
import { counted, finding, namesInWords, ownActivity, restingOn, type FindingRule } from './finding-rule.ts';

/** The alerts' events came from addresses from which credentials with a past had never been used before. */
export const newAddress: FindingRule = (context) => {
  const alerted = evidenceOf(context.evidence, 'alert-events').flatMap(({ content }) => content.events);
  const addresses = [...new Set(alerted.map((event) => event.sourceAddress).filter((each) => each !== undefined))];
  const activities = ownActivity(context);
  const isNew = (address: string) => activities.some(({ content }) => isNewIn(content, address));
  const unseen = addresses.filter(isNew);
  const evidence = restingOn(activities.filter(({ content }) => unseen.some((address) => isNewIn(content, address))));
  if (evidence === undefined) return [];
  return [
    finding({
      kind: 'new-address',
      sentence: `${counted(unseen.length, 'address')} never used with these credentials before: ${namesInWords(unseen)}.`,
      direction: 'suspicious',
      confidence: 'medium',
      evidence,
      techniques: ['T1078.004'],
    }),
  ];
};

/** Without a day of use from elsewhere, every address is new, and it means nothing. */
const pastMs = 86_400_000;

function isNewIn({ addresses }: ActivityContent, address: string): boolean {
  const first = addresses.find(({ value }) => value === address);
  return first !== undefined && addresses.some((other) => precedes(other, first));
}

function precedes(other: Sighted, first: Sighted): boolean {
  return Date.parse(first.firstAt) - Date.parse(other.firstAt) >= pastMs;
}
