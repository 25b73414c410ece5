import { normalizeRecord } from '../cloudtrail/normalize.ts';
import type { RequestPacer, TrailReader } from '../collection/ports.ts';
import type { Account } from '../model/account.ts';
import { parseJson } from '../model/parse-json.ts';
import type { AccountId, Instant } from '../model/ids.ts';
import type { JsonObject } from '../model/json.ts';
import { lookupSourceId, type LookupSource } from '../model/log-source.ts';
import { wellFormed } from '../model/well-formed.ts';
import { textAt } from './ecs-path.ts';
import { mintingActions } from './effects/credentials.ts';
import type { EvidenceSpan, LookupReading, Pivot, TrailLookup } from './evidence-ports.ts';
import type { FoundEvent } from './seen-event.ts';
import type { WatchedAccounts } from './watched-accounts.ts';

/** Pages of 50 for one filter and region: at two a second, evidence must not take polling's share for minutes. */
const pagesPerFilter = 10;
const attemptsPerPage = 5;

/** {@link TrailLookup} over the page reader and the limiter that polling uses too. */
export function lookupByPages(watched: WatchedAccounts, reader: TrailReader, pacer: RequestPacer): TrailLookup {
  return {
    async lookUp(pivot, span) {
      const account = await watched(pivot.accountId);
      if (account === null) {
        return unavailable(
          `Account ${pivot.accountId} is not watched: name it in the configuration, or add it by accounts add, to look into its trail.`,
        );
      }
      const filters = filtersFor(pivot);
      if (typeof filters === 'string') return unavailable(filters);
      const events: FoundEvent[] = [];
      let more = false;
      const { regions } = account;
      if (regions.length === 0) return unavailable(`The regions of account ${account.id} are not known yet.`);
      for (const region of regions) {
        for (const filter of filters) {
          const reading = await readFilter({ account, region, filter, span }, reader, pacer);
          if (reading.kind === 'unavailable') return reading;
          events.push(...reading.events.filter(({ ecs }) => belongsTo(ecs, pivot)));
          more ||= reading.more;
        }
      }
      return { kind: 'read', events, more };
    },
  };
}

/** LookupEvents takes one filter a request; a text says why there is none for a pivot. */
function filtersFor(pivot: Pivot): readonly string[] | string {
  switch (pivot.kind) {
    case 'access-key':
      return [`AccessKeyId=${pivot.accessKeyId}`];
    case 'user':
      return pivot.userName.includes('=')
        ? 'A name with an equals sign is not looked up.'
        : [`Username=${pivot.userName}`];
    case 'session':
      return [`Username=${pivot.sessionArn.split('/').at(-1) ?? ''}`];
    case 'minting':
      return mintingActions.map((action) => `EventName=${action}`);
    default:
      return 'LookupEvents cannot search by address.';
  }
}

interface FilterRequest {
  readonly account: Account;
  readonly region: string;
  readonly filter: string;
  readonly span: EvidenceSpan;
}

async function readFilter(
  { account, region, filter, span }: FilterRequest,
  reader: TrailReader,
  pacer: RequestPacer,
): Promise<LookupReading> {
  const source: LookupSource = {
    kind: 'lookup',
    id: lookupSourceId(account.id, region),
    accountId: account.id,
    region,
  };
  const seconds = { from: Math.floor(Date.parse(span.from) / 1000), to: Math.ceil(Date.parse(span.to) / 1000) };
  const events: FoundEvent[] = [];
  let token: string | null = null;
  let attempts = 0;
  for (let pages = 0; pages < pagesPerFilter;) {
    const request = { account, source, span: seconds, filter: { only: filter }, token };
    const page = await reader.page(request, () => pacer.turn(source.id));
    switch (page.kind) {
      case 'page':
        events.push(...page.records.flatMap(({ text }) => foundIn(text)));
        if (page.nextToken === null) return { kind: 'read', events, more: false };
        token = page.nextToken;
        pages += 1;
        continue;
      case 'refused':
        return unavailable(`LookupEvents was refused: ${page.sentence}.`);
      case 'invalid-token':
        return unavailable('LookupEvents broke off between two pages.');
      default:
        attempts += 1;
        if (attempts === attemptsPerPage) return unavailable('LookupEvents did not answer after several attempts.');
    }
  }
  return { kind: 'read', events, more: true };
}

/** A record that cannot be understood is no evidence; collection keeps and shows it. */
function foundIn(text: string): readonly FoundEvent[] {
  try {
    const ecs = normalizeRecord(wellFormed(parseJson(text) as JsonObject));
    const accountId = textAt(ecs, 'aws.cloudtrail.recipient_account_id') ?? textAt(ecs, 'cloud.account.id');
    const [eventId, at] = [textAt(ecs, 'event.id'), textAt(ecs, '@timestamp')];
    if (accountId === undefined || eventId === undefined || at === undefined) return [];
    return [{ ref: { accountId: accountId as AccountId, eventId, revision: 0 }, at: at as Instant, own: false, ecs }];
  } catch {
    return [];
  }
}

/** `Username` finds every principal of that name: only the one that was meant is kept. */
function belongsTo(ecs: JsonObject, pivot: Pivot): boolean {
  const arn = textAt(ecs, 'aws.cloudtrail.user_identity.arn');
  if (pivot.kind === 'session') return arn === pivot.sessionArn;
  if (pivot.kind === 'user') return arn?.includes(':assumed-role/') !== true;
  return true;
}

function unavailable(why: string): LookupReading {
  return { kind: 'unavailable', why };
}
