import { sql, type RawBuilder } from 'kysely';
import { underOwnName } from '../../../investigation/links/link-facts.ts';
import type { IdentityId } from '../../../model/identity.ts';
import type { StoreDb } from '../database.ts';
import { isImportedAlone, someImportsAreAlone } from './imported-alone.ts';
import { LinkContents, type LinkContent } from './link-contents.ts';

/** Reads links for one transaction, or one question. */
export class LinkReader {
  readonly db: StoreDb;
  readonly #contents: LinkContents;
  readonly #names = new Map<IdentityId, IdentityId | null>();
  #someAreAlone: Promise<boolean> | undefined;

  /** @param contents what was read before, by others too. */
  constructor(db: StoreDb, contents: LinkContents = new LinkContents()) {
    this.db = db;
    this.#contents = contents;
  }

  /**
   * Links by when they were made, also those that only imported records say, which prove nothing yet.
   *
   * @param linkIds a query for the IDs of links, as `link_id`.
   */
  async read(linkIds: RawBuilder<unknown>): Promise<readonly LinkContent[]> {
    const { rows } = await sql<{ readonly link_id: string }>`select link_id from (${linkIds}) asked`.execute(this.db);
    return await this.#contents.read(
      this.db,
      rows.map(({ link_id: id }) => id),
    );
  }

  /** Those that are known: where their caller is known by another name than stands in the record, by that one. */
  async knownAmong(links: readonly LinkContent[]): Promise<readonly LinkContent[]> {
    const unnamed = links.filter(({ isByUniqueId }) => isByUniqueId);
    await this.#readNames(unnamed.map(({ link }) => link.from));
    const alone = await this.#aloneAmong(links);
    const known = alone.size === 0 ? links : links.filter(({ id }) => !alone.has(id));
    return unnamed.length === 0 ? known : known.map((each) => this.#underOwnName(each));
  }

  #underOwnName(content: LinkContent): LinkContent {
    const { link } = content;
    const name = this.#names.get(link.from) ?? null;
    return name === null ? content : { ...content, link: underOwnName(link, new Map([[link.from, name]])) };
  }

  /** Under which names callers are known that another account's record calls by a unique ID only. */
  async #readNames(callers: readonly IdentityId[]): Promise<void> {
    const asked = [...new Set(callers)].filter((caller) => !this.#names.has(caller));
    if (asked.length === 0) return;
    for (const caller of asked) this.#names.set(caller, null);
    const { rows } = await sql<{ readonly alias: IdentityId; readonly identity_id: IdentityId }>`
      select alias, identity_id from identity_aliases where alias = any(${asked}::text[])
    `.execute(this.db);
    for (const { alias, identity_id: name } of rows) this.#names.set(alias, name);
  }

  async #aloneAmong(links: readonly LinkContent[]): Promise<ReadonlySet<string>> {
    this.#someAreAlone ??= someImportsAreAlone(this.db);
    if (links.length === 0 || !(await this.#someAreAlone)) return new Set();
    const ids = links.map(({ id }) => id);
    const { rows } = await sql<{ readonly id: string }>`
      select l.id from unnest(${ids}::text[]) asked (id)
      cross join lateral (select * from links where links.id = asked.id limit 1) l
      where ${isImportedAlone(sql`l.account_id`, sql`l.event_id`)}
    `.execute(this.db);
    return new Set(rows.map(({ id }) => id));
  }
}
