import { evidenceOf } from '../evidence/evidence-content.ts';
import { finding, restingOn, type FindingRule } from './finding-rule.ts';

/** Alerts rest on records that somebody imported, and that the account's own trail does not show: they may be made up. */
export const unconfirmedRecords: FindingRule = ({ evidence }) => {
  const pieces = evidenceOf(evidence, 'alert-events').filter(({ content }) => content.unconfirmed > 0);
  const resting = restingOn(pieces);
  if (resting === undefined) return [];
  const count = pieces.reduce((sum, { content }) => sum + content.unconfirmed, 0);
  return [
    finding({
      kind: 'unconfirmed-records',
      sentence: `UNCONFIRMED: ${count} of the alerts' events were imported, and the account's own trail does not show them; they may be made up.`,
      direction: 'benign',
      confidence: 'high',
      evidence: resting,
      techniques: [],
    }),
  ];
};
