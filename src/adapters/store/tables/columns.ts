import type { ColumnType } from 'kysely';

/**
 * A `json` or `jsonb` column. It is written as JSON text made by {@link import('../json-text.ts').jsonText}, because
 * the driver would turn a bare JavaScript array into a PostgreSQL array.
 */
export type Json<T> = ColumnType<T, string, string>;

/** A column with a default: it may be left out on insert. */
export type Defaulted<T> = ColumnType<T, T | undefined, T>;
