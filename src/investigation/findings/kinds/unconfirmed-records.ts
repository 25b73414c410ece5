import { safe } from '../../../model/safe-text.ts';
import type { FindingKind } from '../case-finding.ts';
import { benign, distinct } from '../drawing.ts';
import { counted } from '../../../model/counted.ts';

/** Imported records say that the case's identities did more, and the account's own trail does not: they may be made up. */
export const unconfirmedRecords: FindingKind = ({ calls: { unconfirmed } }) =>
  benign({
    kind: 'unconfirmed-records',
    sentence: safe`UNCONFIRMED: ${counted(unconfirmed.length, 'call')} in imported records that the account's own trail does not show; they may be made up, and nothing is concluded from them.`,
    confidence: 'high',
    techniques: [],
    facts: { calls: unconfirmed.length, accounts: distinct(unconfirmed.map(({ ref }) => ref.accountId)) },
    events: unconfirmed,
  });
