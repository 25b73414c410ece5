import { type Inventories, recordInventories } from '../../adapters/store/audit/inventory-log.ts';
import type { Store } from '../../adapters/store/database.ts';
import type { ApproverKey } from '../../approval/approver-key.ts';
import type { Inventory } from '../../audit/inventory-change.ts';
import type { MarkedRuleSet } from '../../detection/exceptions/with-exceptions.ts';
import { canonicalDigest } from '../../digest/canonical-digest.ts';
import { currentInstant } from '../../model/instant.ts';
import type { Config } from '../config/config.ts';

/** What a worker runs with, as the audit trail compares it: no value of a setting is in it, and no digest of a secret. */
export function inventoriesOf(
  config: Config,
  { rules, exceptions }: Pick<MarkedRuleSet, 'rules' | 'exceptions'>,
  approverKeys: readonly ApproverKey[],
): Inventories {
  return {
    'configuration-changed': settingsOf(config, approverKeys),
    'rules-changed': Object.fromEntries(rules.map(({ rule }) => [rule.id, rule.contentDigest])),
    'exceptions-changed': Object.fromEntries(
      exceptions.map(({ id, ruleIds, condition, owner, reason, expiresMs }) => [
        id,
        canonicalDigest({ ruleIds, condition, owner, reason, expiresMs }),
      ]),
    ),
  };
}

/** Puts on record what has changed about what is run with; nothing where nothing has. */
export async function recordWhatIsRunWith(store: Store, inventories: Inventories): Promise<void> {
  await recordInventories(store.db, inventories, currentInstant());
}

function settingsOf(config: Config, approverKeys: readonly ApproverKey[]): Inventory {
  const { file: _file, accounts, approval, store, temporal, ...others } = config;
  const { approvers, ...approving } = approval;
  const { url, ...storing } = store;
  const { apiKey, ...connecting } = temporal;
  const known = {
    ...others,
    approval: approving,
    store: { ...storing, ...(url === undefined ? {} : { url: withoutPassword(url) }) },
    temporal: { ...connecting, hasApiKey: apiKey !== undefined },
    accounts: Object.fromEntries(accounts.map(({ id, ...account }) => [id, account])),
    approvers: Object.fromEntries(
      approvers.map((approver) => [
        approver.name,
        { ...approver, keyId: approverKeys.find(({ name }) => name === approver.name)?.keyId ?? null },
      ]),
    ),
  };
  return Object.fromEntries(
    Object.entries(known).flatMap(([table, value]) =>
      typeof value === 'object'
        ? Object.entries(value).map(([setting, given]) => [`${table}.${setting}`, canonicalDigest(given)])
        : [[table, canonicalDigest(value)]],
    ),
  );
}

function withoutPassword(url: string): string {
  const parsed = new URL(url);
  parsed.password = '';
  parsed.searchParams.delete('password');
  return parsed.href;
}
