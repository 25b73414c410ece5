import { type FieldValue } from './field-value.ts';
import type { FoundWords, WordSearch } from '../witness/word-search.ts';
import type { EcsDocument } from '../../model/trail-event.ts';

/** Gives each field path that some rule asks for a small number, so that an event's values are looked up by index. */
export interface FieldTable {
  slotOf(path: string): number;
  pathOf(slot: number): string;
}

/**
 * An event as rules see it. A field's values are a list: arrays are flattened (also arrays of objects on the way), and
 * null, empty arrays and absent fields are the empty list.
 */
export interface EventFields {
  values(slot: number): readonly FieldValue[];
  /** Which words occur in the field's values, where the event can tell without making the values; it may tell of too many. */
  search?(slot: number, words: WordSearch): FoundWords;
  /**
   * Which words end a key somewhere below the field, where the event can tell without making the values; it may tell of too many.
   * `undefined` where it cannot.
   */
  searchKeys?(slot: number, words: WordSearch): FoundWords | undefined;
  /** Every leaf path that the event has, for wildcard field names and free text. */
  paths(): readonly string[];
  /** The values at a path that no slot stands for, for wildcard field names and free text. */
  valuesAt(path: string): readonly FieldValue[];
  /** The document itself, for nested queries. */
  document(): EcsDocument;
}

export type Predicate = (event: EventFields) => boolean;
