import { accountOrigins, listAccounts, pauseOf, unnamedAccounts } from '../../adapters/store/accounts/account-store.ts';
import { openOperationalAlerts } from '../../adapters/store/collection/collection-health-store.ts';
import type { StoreDb } from '../../adapters/store/database.ts';
import type { OperationalAlert } from '../../collection/ports.ts';
import { isCaseTrouble } from '../../collection/upkeep-ports.ts';
import type { Config } from '../config/config.ts';
import { openConfiguredStore } from '../compose/connections.ts';
import { counted } from '../../model/counted.ts';
import { accountNamed, findingsOf } from './finding.ts';
import type { ProbeFinding } from '../../views/examination.ts';
import { shellCommand } from '../../model/shell-command.ts';
import { utcTime } from '../../model/utc-time.ts';

const { ok, warning, failed } = findingsOf('accounts');

const connectTimeoutMs = 5_000;

/** Whether accounts are watched, those that this configuration names, and what the operators must know of their reading. */
export async function probeAccounts(config: Config): Promise<readonly ProbeFinding[]> {
  const store = await openConfiguredStore(config, { maxConnections: 2, connectTimeoutMs });
  try {
    return [
      await watchedFinding(store.db),
      ...(await differences(store.db, config)),
      ...(await pauses(store.db)),
      ...(await openOperationalAlerts(store.db)).filter(isOfReading).map(operationalFinding),
    ];
  } finally {
    await store.close();
  }
}

async function watchedFinding(db: StoreDb): Promise<ProbeFinding> {
  const watched = (await listAccounts(db)).filter(({ lifecycle }) => lifecycle === 'watched');
  return watched.length === 0
    ? failed(
        'accounts',
        'no account is watched',
        'add an [[accounts]] block and start a worker, or run `trailhound accounts add`',
      )
    : ok('accounts', `watched: ${counted(watched.length, 'account')}`);
}

/** What this configuration names is to be watched, and what is watched is to be named: else it is not the running copy's. */
async function differences(db: StoreDb, { accounts, file }: Config): Promise<readonly ProbeFinding[]> {
  const known = await accountOrigins(db);
  const where = file ?? 'the configuration';
  const missing = accounts.filter(({ id, lifecycle }) => lifecycle !== 'retired' && !known.has(id));
  return [
    ...missing.map((account) =>
      failed(
        accountNamed(account),
        `is named in ${where} and is not watched`,
        'start a worker with this configuration',
      ),
    ),
    ...(await unnamedAccounts(db, accounts)).map((id) =>
      failed(
        `account ${id}`,
        `is watched by another configuration than ${where}, which does not name it: a worker would refuse to start`,
        'use the configuration of the running copy, or name the account here',
      ),
    ),
  ];
}

async function pauses(db: StoreDb): Promise<readonly ProbeFinding[]> {
  const paused = (await listAccounts(db)).filter(({ lifecycle }) => lifecycle === 'paused');
  return Promise.all(
    paused.map(async (account) => {
      const pause = await pauseOf(db, account.id);
      return pause === null
        ? warning(accountNamed(account), 'is paused by the configuration', 'set its lifecycle to "watched" and restart')
        : warning(
            accountNamed(account),
            `is paused until ${utcTime(pause.until)} UTC by ${pause.owner}: ${pause.reason}`,
            `trailhound accounts resume ${account.id}`,
          );
    }),
  );
}

/** Nothing that is done now brings these back, or they are the account's own way: a person has to know, no more. */
const toKnow: ReadonlySet<OperationalAlert['kind']> = new Set([
  'lost',
  'too-busy',
  'footprints-out',
  'malformed',
  'alerts-held-back',
  'rule-warming',
]);

/** Those of cases are told with the store. */
function isOfReading({ kind }: OperationalAlert): boolean {
  return !isCaseTrouble(kind);
}

function operationalFinding({
  kind,
  subject,
  sentence,
  raisedAt,
}: OperationalAlert & { readonly raisedAt: string }): ProbeFinding {
  return (toKnow.has(kind) ? warning : failed)(
    subject,
    `${kind} since ${utcTime(raisedAt)} UTC: ${sentence}`,
    kind === 'malformed' ? malformedRemedy(subject) : '`trailhound coverage` shows what was read and what was not',
  );
}

/** @param sourceId of a region that is read by LookupEvents. */
function malformedRemedy(sourceId: string): string {
  const region = sourceId.split('/')[2] ?? '<region>';
  return `\`trailhound coverage --since 7d\` names them all, and with --json has their texts; what AWS has of one now: \`${shellCommand`aws cloudtrail lookup-events --region ${region} --lookup-attributes AttributeKey=EventId,AttributeValue=EVENT_ID`}\``;
}
