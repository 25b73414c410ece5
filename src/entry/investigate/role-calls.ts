import { dayMs } from '../../model/duration.ts';
import { enrichSource, type AddressLookup } from '../../cloudtrail/enrich.ts';
import { normalizeCall } from '../../cloudtrail/normalize.ts';
import { pathIndex, type ScannedRecord } from '../../cloudtrail/scan/scanned-record.ts';
import { effectActions } from '../../investigation/effects/effects-of.ts';
import { habitDays } from '../../investigation/habits/habit-days.ts';
import { kindOf } from '../../investigation/links/identity-parts.ts';
import { plainAction } from '../../investigation/plain-action.ts';
import { seenEvent, type SeenEvent } from '../../investigation/seen-event.ts';
import type { IdentityId } from '../../model/identity.ts';
import type { JsonObject } from '../../model/json.ts';
import { parseJson } from '../../model/parse-json.ts';
import type { RoleCall } from './gathered-events.ts';
import { scannedAddress } from './scanned-caller.ts';
import { foundEvent } from './found-event.ts';

const eventName = pathIndex('eventName');
const arn = pathIndex('userIdentity.arn');
const namesWithEffects: ReadonlySet<string> = new Set(effectActions);
/** A call by a session whose ARN is plain text, with its name behind the last slash. */
export function roleCall(record: ScannedRecord, positions: readonly number[], atMs: number): RoleCall {
  const [action = ''] = record.commonTexts(eventName);
  const session = record.text(arn) ?? '';
  return {
    positions,
    atMs,
    source: scannedAddress(record) ?? '',
    sessionName: session.slice(session.lastIndexOf('/') + 1),
    mayHaveEffects: namesWithEffects.has(plainAction(action)),
    text: record.original(),
  };
}

/** What tells which calls matter to a case. */
interface CaseAsFound {
  readonly alerts: readonly { readonly alert: { readonly eventTimeMs: number } }[];
  /** What its members did, as the intruder's and before. */
  readonly events: readonly Pick<SeenEvent, 'at' | 'sourceAddress'>[];
  readonly before: readonly Pick<SeenEvent, 'at' | 'sourceAddress'>[];
  readonly walk: { readonly members: ReadonlyMap<IdentityId, unknown> };
}

/**
 * Which of the calls of a role's other sessions can matter to a case: those before its last alert, which show what was usual; those
 * after it where the role has been at work for so long that going on is a habit; and whatever the intruder may have had a hand in.
 */
export function roleCallsThatMatter(
  calls: readonly RoleCall[],
  { alerts, events, before, walk }: CaseAsFound,
): readonly RoleCall[] {
  const lastAlertMs = alerts.reduce((last, { alert }) => Math.max(last, alert.eventTimeMs), 0);
  const lastDay = dayOf(lastAlertMs);
  const days = new Set<number>();
  for (const { atMs } of calls) days.add(dayOf(atMs));
  for (const { at } of before) days.add(dayOf(Date.parse(at)));
  if ([...days].filter((day) => day < lastDay).length >= habitDays) return calls;
  const addresses = new Set([...events, ...before].map(({ sourceAddress = '' }) => sourceAddress));
  const instances = new Set([...walk.members.keys()].filter((id) => kindOf(id) === 'instance').map(lastPart));
  return calls.filter(
    ({ atMs, mayHaveEffects, source, sessionName }) =>
      atMs <= lastAlertMs ||
      mayHaveEffects ||
      addresses.has(source) ||
      (instances.size > 0 && instances.has(encodeURIComponent(sessionName).toLowerCase())),
  );
}

function dayOf(atMs: number): number {
  return Math.floor(atMs / dayMs);
}

function lastPart(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1).toLowerCase();
}

/** Makes what evidence keeps of calls, each once, for cases share them; of the documents between, which are large, none is kept. */
export class RoleCallReader {
  readonly #enrich: AddressLookup | undefined;
  readonly #read = new Map<RoleCall, SeenEvent>();

  constructor(enrich: AddressLookup | undefined) {
    this.#enrich = enrich;
  }

  seen(call: RoleCall): SeenEvent {
    const known = this.#read.get(call);
    if (known !== undefined) return known;
    const document = normalizeCall(parseJson(call.text) as JsonObject); // the scanner took it for a record
    const seen = seenEvent(foundEvent(this.#enrich === undefined ? document : enrichSource(document, this.#enrich)));
    this.#read.set(call, seen);
    return seen;
  }
}
