import type { Generated } from 'kysely';
import type { ActionResult } from '../../../model/action-result.ts';
import type { AccountId, CaseId, Digest, Instant } from '../../../model/ids.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { JournalMark } from '../../../response/action-journal.ts';
import type { Json } from './columns.ts';

/** An action of a plan that was begun; at most once, whatever Temporal has forgotten. */
export interface ResponseActionsTable {
  intent_id: string;
  plan_digest: Digest;
  action_id: string;
  case_id: CaseId;
  /** The one execution that may carry it out. */
  workflow_id: string;
  run_id: string;
  claimed_at: Instant;
  ended_at: Instant | null;
  result: Json<ActionResult> | null;
  /** By the responder's key, over how and when it ended; an end without it counts for nothing. */
  mac: string | null;
}

/** A row before each next thing that an action does; written once, never changed. */
export interface ActionStepsTable {
  intent_id: string;
  step: string;
  mark: JournalMark;
  attempt: number;
  at: Instant;
  aws_request_ids: Json<readonly string[]>;
  data: Json<JsonObject>;
  /** By the responder's key, over all of the row but its position; a row without it is refused. */
  mac: string | null;
  /** The order of writing. */
  position: Generated<bigint>;
}

/** Keys of responses that may be live without a stored secret; taken down by `settled_at`. */
export interface UnsettledKeysTable {
  intent_id: string;
  case_id: CaseId;
  action_id: string;
  account_id: AccountId;
  user_name: string;
  access_key_ids: Json<readonly string[]>;
  why: string;
  since: Instant;
  settled_at: Instant | null;
}

export interface ResponseTables {
  unsettled_keys: UnsettledKeysTable;
  response_actions: ResponseActionsTable;
  action_steps: ActionStepsTable;
}
