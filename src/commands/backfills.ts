import type { AuditLog } from '../audit/audit-log.ts';
import { auditRecord } from '../audit/audit-record.ts';
import type { BackfillInput } from '../messages/collect-messages.ts';
import { backfillWorkflowId } from '../messages/workflow-ids.ts';
import type { AccountId, Instant } from '../model/ids.ts';
import { TrailhoundError } from '../model/trailhound-error.ts';
import { dayMs } from '../model/duration.ts';
import { instantOfSeconds, secondsOf } from '../collection/span.ts';
import type { BackfillsPorts, BackfillView } from '../views/backfills.ts';
import type { Caller } from './caller.ts';

export interface BackfillRequest {
  readonly accountId: AccountId;
  /** `null`: all that are read. */
  readonly regions: readonly string[] | null;
  readonly from: Instant;
  readonly to: Instant;
}

export type BackfillChange = 'pause' | 'resume' | 'cancel';

export interface BackfillPorts extends Pick<BackfillsPorts, 'backfillOf'> {
  /** Starts it; where it runs already, that one goes on. */
  readonly start: (id: string, input: BackfillInput) => Promise<void>;
  /** False where none of that ID is running. */
  readonly change: (id: string, change: BackfillChange) => Promise<boolean>;
  readonly auditLog: AuditLog;
  readonly now: () => Instant;
}

/** A backfill cannot be started, or is not there. */
export class BackfillError extends TrailhoundError {
  override readonly name = 'BackfillError';
  override readonly code = 'backfill';
  constructor(message: string, remedy: string) {
    super(message, { remedy });
  }
}

/**
 * Starts a backfill; the same one twice is one.
 *
 * @throws BackfillError
 */
export async function startBackfill(
  ports: BackfillPorts,
  caller: Caller,
  request: BackfillRequest,
): Promise<BackfillView> {
  const at = ports.now();
  refuseSpan(request, Date.parse(at));
  const { accountId, regions } = request;
  const window = { from: wholeSecond(request.from), to: wholeSecond(request.to) };
  const id = backfillWorkflowId(accountId, window.from, window.to);
  await ports.start(id, { accountId, regions, window });
  await ports.auditLog.append([
    auditRecord({ at, actor: caller.name, subject: id, kind: 'backfill-started', data: request }),
  ]);
  return await knownBackfill(ports, id);
}

/**
 * Pauses, resumes or cancels a backfill.
 *
 * @throws BackfillError where it is not running
 */
export async function changeBackfill(
  ports: BackfillPorts,
  caller: Caller,
  { id, change }: { readonly id: string; readonly change: BackfillChange },
): Promise<BackfillView> {
  if (!(await ports.change(id, change))) throw notRunning(id);
  const about = { at: ports.now(), actor: caller.name, subject: id } as const;
  await ports.auditLog.append([auditRecord({ ...about, kind: 'backfill-changed', data: { change } })]);
  return await knownBackfill(ports, id);
}

/**
 * A backfill that is there, and where it stands.
 *
 * @throws BackfillError
 */
export async function knownBackfill(
  { backfillOf }: Pick<BackfillPorts, 'backfillOf'>,
  id: string,
): Promise<BackfillView> {
  const view = await backfillOf(id);
  if (view === null) throw notRunning(id);
  return view;
}

/** CloudTrail keeps events for LookupEvents so long (its user guide). */
const keptMs = 90 * dayMs;

function refuseSpan({ from, to }: BackfillRequest, nowMs: number): void {
  if (Date.parse(to) > nowMs) throw new BackfillError(`${to} lies ahead`, 'give an end that is past: --to 1h');
  if (Date.parse(to) < Date.parse(from)) {
    throw new BackfillError(`${to} is before ${from}`, 'give a --from that is before --to');
  }
  if (Date.parse(from) < nowMs - keptMs) {
    throw new BackfillError(
      `CloudTrail no longer shows what happened at ${from}`,
      'it keeps 90 days: --from 90d; `trailhound import` reads older recordings',
    );
  }
}

/** The windows of CloudTrail are whole seconds. */
function wholeSecond(instant: Instant): Instant {
  return instantOfSeconds(secondsOf(instant));
}

function notRunning(id: string): BackfillError {
  return new BackfillError(`no backfill ${id} is running`, '`trailhound backfill list` shows those that are');
}
