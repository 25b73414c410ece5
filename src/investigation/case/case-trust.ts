import type { ApproverKey } from '../../approval/approver-key.ts';
import type { AccountId } from '../../model/ids.ts';
import type { ResponderWitness } from '../../response/believed-ends.ts';

/** What a case goes by in telling what is so from what whoever owns the store may have written. */
export interface CaseTrust {
  /** Who may accept a way in, from configuration. */
  readonly approverKeys: readonly ApproverKey[];
  /** This installation. */
  readonly audience: string;
  /** Null where the responder's key is not at hand: then nothing counts as closed by a response before the trail shows it. */
  readonly responder: ResponderWitness | null;
  /** The accounts that the configuration names; where it names none, those count that records are read of. */
  readonly ownAccounts: readonly AccountId[];
}
