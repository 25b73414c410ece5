import { normalizeRecord } from '../cloudtrail/normalize.ts';
import type { RequestPacer, TrailReader } from '../collection/ports.ts';
import type { Account } from '../model/account.ts';
import { parseJson } from '../model/parse-json.ts';
import type { AccountId, Instant } from '../model/ids.ts';
import type { JsonObject } from '../model/json.ts';
import { lookupSourceId, type LookupSource } from '../model/log-source.ts';
import { wellFormed } from '../model/well-formed.ts';
import { textAt } from '../cloudtrail/ecs-path.ts';
import { mintingActions } from './effects/credentials.ts';
import { canonicalDigest } from '../digest/canonical-digest.ts';
import {
  type Asking,
  type EvidenceSpan,
  type LookupPage,
  type LookupReading,
  type Pivot,
  type TrailLookup,
} from './evidence-ports.ts';
import { budgetSpent } from './evidence/budget-spent.ts';
import type { FoundEvent } from './seen-event.ts';
import type { WatchedAccounts } from './watched-accounts.ts';

/** Pages of 50 for one filter and region: at two a second, evidence must not take polling's share for minutes. */
const pagesPerFilter = 10;
const attemptsPerPage = 5;

/** What looking up takes of the account's evidence role. */
export const lookupPermission = 'cloudtrail:LookupEvents';

/** Requests that a pivot takes at most in an account of so many regions, where nothing has to be asked again. */
export function lookupCost(kind: Pivot['kind'], regions: number): number {
  if (kind === 'source-address') return 0;
  return (kind === 'minting' ? mintingActions.length : 1) * pagesPerFilter * regions;
}

/** {@link TrailLookup} over the page reader and the limiter that polling uses too. */
export function lookupByPages(watched: WatchedAccounts, reader: TrailReader, pacer: RequestPacer): TrailLookup {
  return {
    async lookUp(pivot, span, asking) {
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
      let spent: string | undefined;
      const { regions } = account;
      if (regions.length === 0) return unavailable(`The regions of account ${account.id} are not known yet.`);
      for (const region of regions) {
        for (const filter of filters) {
          const reading = await readFilter({ account, region, filter, span }, { reader, pacer, asking });
          if (reading.kind === 'unavailable') return reading;
          events.push(...reading.events.filter(({ ecs }) => belongsTo(ecs, pivot)));
          more ||= reading.more;
          spent ??= reading.notAsked;
        }
      }
      return { kind: 'read', events, more, ...(spent === undefined ? {} : { notAsked: spent }) };
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

interface LookupParts {
  readonly reader: TrailReader;
  readonly pacer: RequestPacer;
  readonly asking: Asking;
}

async function readFilter(request: FilterRequest, parts: LookupParts): Promise<LookupReading> {
  const events: FoundEvent[] = [];
  let token: string | null = null;
  for (let pages = 0; pages < pagesPerFilter; pages += 1) {
    const answer = await readPage(request, token, parts);
    if (answer.kind === 'unavailable') return answer;
    if (answer.kind === 'spent') {
      return { kind: 'read', events, more: false, notAsked: budgetSpent('LookupEvents', parts.asking.budget) };
    }
    events.push(...answer.records.flatMap(foundIn));
    if (answer.nextToken === null) return { kind: 'read', events, more: false };
    token = answer.nextToken;
  }
  return { kind: 'read', events, more: true };
}

type PageReading =
  | ({ readonly kind: 'page' } & LookupPage)
  | { readonly kind: 'spent' }
  | { readonly kind: 'unavailable'; readonly why: string };

/** A page as it was read before the work was broken off, or as AWS gives it now. */
async function readPage(request: FilterRequest, token: string | null, parts: LookupParts): Promise<PageReading> {
  const { account, region, filter, span } = request;
  const { reader, pacer, asking } = parts;
  const source: LookupSource = {
    kind: 'lookup',
    id: lookupSourceId(account.id, region),
    accountId: account.id,
    region,
  };
  const seconds = { from: Math.floor(Date.parse(span.from) / 1000), to: Math.ceil(Date.parse(span.to) / 1000) };
  const name = canonicalDigest([source.id, filter, seconds, token]);
  const known = await asking.known(name);
  if (known !== null) return { kind: 'page', ...known };
  for (let attempt = 0; attempt < attemptsPerPage; attempt += 1) {
    if (!(await asking.spend(1))) return { kind: 'spent' };
    const asked = { account, source, span: seconds, filter: { only: filter }, token };
    const page = await reader.page(asked, () => pacer.turn(source.id));
    switch (page.kind) {
      case 'page': {
        const { nextToken } = page;
        const records = page.records.map(({ text }) => text);
        await asking.keep(name, { records, nextToken });
        return { kind: 'page', records, nextToken };
      }
      case 'refused':
        return unavailable(`LookupEvents was refused: ${page.sentence}.`);
      case 'invalid-token':
        return unavailable('LookupEvents broke off between two pages.');
      default:
    }
  }
  return unavailable('LookupEvents did not answer after several attempts.');
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

function unavailable(why: string): { readonly kind: 'unavailable'; readonly why: string } {
  return { kind: 'unavailable', why };
}
