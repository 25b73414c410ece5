import type { RefusalCode } from '../model/decision.ts';

/** Why a decision, or a write that leans on one, is not accepted, and what to do about it. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly remedy: string;
}

/** What to do, by code; where more is known, {@link refuse} puts it in front. */
const remedies: Readonly<Record<RefusalCode, string>> = {
  malformed: 'Sign the decision again with `trailhound investigations approve` or `reject`.',
  'no-decision': 'Give a signed decision: `trailhound investigations approve CASE --plan DIGEST --reason TEXT`.',
  'unknown-approver':
    'Sign with the key of a configured approver (--key FILE), or have an administrator add the public key under [approval] approvers.',
  'bad-signature': 'The decision was changed after it was signed, or signed with another key: sign it again.',
  'wrong-audience':
    'The decision was made for another installation: sign it again with this one named, from its own CLI.',
  'wrong-case': 'The decision is about another case: look at this case and sign a decision about it.',
  'wrong-plan':
    'The case has another plan by now: look at it with `trailhound investigations show CASE` and decide on that.',
  'plan-altered':
    'The stored plan is not what its digest says: do not carry it out, find out who changed the database, and have a new plan made.',
  'not-yet-valid': 'The decision is dated in the future: check the clocks of both machines and sign it again.',
  expired: 'The decision is no longer valid: look at the case as it is now and decide again.',
  'not-begun-in-time':
    'A decision must be begun soon after it is complete (response.begin_within): look at the case as it is now, ask for a fresh plan with `trailhound investigations replan CASE`, and decide again.',
  'older-than-register':
    'The decision was given before the register of spent decisions began, so that nobody knows whether it was used: ask for a fresh plan with `trailhound investigations replan CASE`, and decide again.',
  'unknown-action':
    'The decision names an action that the plan does not have: choose among those that `trailhound investigations show CASE --plan` lists.',
  'action-differs':
    'The decision carries an action that is not the one of the plan: look at the plan with `trailhound investigations show CASE --plan` and sign a decision about that.',
  'action-not-approved': 'Nobody approved this action: have it proposed in a new plan and approve it there.',
  'other-action-first':
    'It needs another action of the plan that has not ended well: look at what became of that with `trailhound investigations show CASE`, and have a new plan made.',
  'no-reason': 'Say why, with --reason TEXT: an auditor will ask.',
  'already-decided': 'The plan has been decided on already: `trailhound investigations show CASE` shows by whom.',
  'already-executed': 'The action has been carried out, or begun, under this plan: to do more, have a new plan made.',
  'not-awaiting-decision':
    'The case is not waiting for a decision: `trailhound investigations show CASE` says what it is doing.',
  'too-many-refusals': 'Too many refused decisions by this approver for this plan: have another approver decide.',
  'account-not-allowed':
    'Name the account in the configuration of the worker with its respond_role, restart, and ask for a fresh plan.',
  'secret-name-not-allowed':
    'If the name is right, set response.secret_name_prefix in the configuration of the worker; if not, find out who changed the plan, and ask for a fresh one.',
  'secret-region-not-allowed':
    'If the region is right, set response.secret_region in the configuration of the worker; if not, find out who changed the plan, and ask for a fresh one.',
  'identity-protected':
    'It is protected by the configuration (response.protected_users, response.protected_paths): no response touches it, whatever was approved.',
};

/** A refusal with its remedy; `found` is a sentence of ours about what was seen. */
export function refuse(code: RefusalCode, found?: string): Refusal {
  return { code, remedy: found === undefined ? remedies[code] : `${found} ${remedies[code]}` };
}
