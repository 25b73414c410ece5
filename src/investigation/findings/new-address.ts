import { evidenceOf } from '../evidence/evidence-content.ts';
import { counted, finding, namesInWords, ownActivity, restingOn, type FindingRule } from './finding-rule.ts';

/** The alerts' events came from addresses from which these credentials had never been used before. */
export const newAddress: FindingRule = (context) => {
  const alerted = evidenceOf(context.evidence, 'alert-events').flatMap(({ content }) => content.events);
  const addresses = [...new Set(alerted.map((event) => event.sourceAddress).filter((each) => each !== undefined))];
  const [first] = alerted;
  const known = ownActivity(context).filter(
    ({ content }) => first !== undefined && (content.firstAt ?? '~') < first.at,
  );
  const evidence = restingOn(known);
  if (first === undefined || evidence === undefined) return [];
  const seenBefore = new Set(
    known.flatMap(({ content }) =>
      content.addresses.filter((each) => each.firstAt < first.at).map(({ value }) => value),
    ),
  );
  const unseen = addresses.filter((address) => !seenBefore.has(address));
  if (unseen.length === 0) return [];
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
