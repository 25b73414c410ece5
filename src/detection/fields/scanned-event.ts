import { type RecordValues } from './record-values.ts';
import { saysNothing } from '../../cloudtrail/java-map-text.ts';
import { normalizeRecord } from '../../cloudtrail/normalize.ts';
import { accountOfEvent } from '../../cloudtrail/identities.ts';
import { recordTimeMs } from '../../cloudtrail/record-time.ts';
import { pathIndex, type ScannedRecord } from '../../cloudtrail/scan/scanned-record.ts';
import type { Instant } from '../../model/ids.ts';
import type { JsonValue } from '../../model/json.ts';
import type { EcsDocument, EventRef } from '../../model/trail-event.ts';
import { instantOfMs } from '../../model/instant.ts';
import { eventFields } from './document-fields.ts';
import type { EventFields, FieldTable } from './event-fields.ts';
import type { FieldValue } from './field-value.ts';
import type { DetectionEvent } from '../rule-type.ts';
import { holdingTexts, keyedValue, scannedField, type HoldingTexts, type ScannedField } from './scanned-fields.ts';
import type { FoundWords, WordSearch } from '../witness/word-search.ts';

const identityAccount = pathIndex('userIdentity.accountId');
const recipientAccount = pathIndex('recipientAccountId');
const aggregatedAccount = pathIndex('accountId');
const eventId = pathIndex('eventID');
const eventTime = pathIndex('eventTime');

/** Adds `source.geo` and `source.as` to a document. */
export type Enrichment = (document: EcsDocument) => EcsDocument;

const enrichedFields = /^source\.(?:geo|as)\./;

/**
 * A scanned record as rules see it, field by field, without the document in between: what no rule asks for is never made.
 * A field that cannot be read from the record by itself is read from the normalised document, which is made then.
 *
 * One object serves record after record: {@link take} gives it the next. What it gives out stays valid.
 */
export class ScannedEvent implements DetectionEvent {
  readonly fields: EventFields;
  readonly #fields: ScannedEventFields;
  #ref: EventRef | undefined;

  /** @param enrich adds to whole documents what their records do not have. */
  constructor(table: FieldTable, enrich?: Enrichment) {
    this.#fields = new ScannedEventFields(table, enrich);
    this.fields = this.#fields;
  }

  /** Turns to another record; it has to be valid as long as the event is asked about it. */
  take(record: ScannedRecord): void {
    this.#fields.take(record);
    this.#ref = undefined;
  }

  get ref(): EventRef {
    this.#ref ??= this.#makeRef();
    return this.#ref;
  }

  #makeRef(): EventRef {
    const fields = this.#fields;
    const receiving = [fields.common(recipientAccount), fields.common(aggregatedAccount)];
    const accountId = accountOfEvent(fields.common(identityAccount), ...receiving);
    return { accountId, eventId: fields.text(eventId) ?? '', revision: 0 };
  }

  get eventTimeMs(): number {
    const { record } = this.#fields;
    if (!Number.isNaN(record.timeMs)) return record.timeMs;
    return recordTimeMs(this.#fields.text(eventTime) ?? '') ?? Number.NaN;
  }

  get eventTime(): Instant {
    return instantOfMs(this.eventTimeMs);
  }
}

const nothingFound: FoundWords = [];

class ScannedEventFields implements EventFields, RecordValues {
  readonly #table: FieldTable;
  /** By slot; null where a field can be read from the document only. */
  readonly #known: (ScannedField | null | undefined)[] = [];
  /** By slot; null where a field's value has to be made before it can be searched. */
  readonly #holding: (HoldingTexts | null | undefined)[] = [];
  #record: ScannedRecord | undefined;
  /** Values by slot; they are of the present record where `#takenAt` says so. */
  readonly #values: (readonly FieldValue[])[] = [];
  readonly #takenAt: number[] = [];
  #taken = 0;
  #parsed: (JsonValue | undefined)[] = [];
  #whole: EventFields | undefined;

  readonly #enrich: Enrichment | undefined;

  constructor(table: FieldTable, enrich: Enrichment | undefined) {
    this.#table = table;
    this.#enrich = enrich;
  }

  take(record: ScannedRecord): void {
    this.#record = record;
    this.#taken += 1;
    if (this.#parsed.length > 0) this.#parsed = [];
    this.#whole = undefined;
  }

  get record(): ScannedRecord {
    if (this.#record === undefined) throw new TypeError('an event has no fields before it has taken a record');
    return this.#record;
  }

  text(path: number): string | undefined {
    const text = this.record.text(path);
    return text === undefined || saysNothing(text) ? undefined : text;
  }

  common(path: number): string | undefined {
    const [text] = this.record.commonTexts(path);
    return text === undefined || saysNothing(text) ? undefined : text;
  }

  json(path: number): JsonValue | undefined {
    if (!this.record.has(path)) return undefined;
    const value = this.#parsed[path] ?? this.record.json(path);
    this.#parsed[path] = value;
    return value;
  }

  values(slot: number): readonly FieldValue[] {
    const known = this.#takenAt[slot] === this.#taken ? this.#values[slot] : undefined;
    if (known !== undefined) return known;
    const field = this.#fieldAt(slot);
    const values = field?.(this) ?? this.#document().values(slot);
    this.#values[slot] = values;
    this.#takenAt[slot] = this.#taken;
    return values;
  }

  search(slot: number, words: WordSearch): FoundWords {
    const holding = this.#holdingTextsAt(slot);
    if (holding === null || (holding.unless >= 0 && this.record.has(holding.unless)))
      return words.inValues(this.values(slot));
    let found = nothingFound;
    for (const index of holding.texts) {
      const inText = this.#searchText(index, words);
      if (inText === undefined) return words.inValues(this.values(slot));
      if (inText.length > 0) found = found.length === 0 ? inText : [...found, ...inText];
    }
    return found;
  }

  searchKeys(slot: number, words: WordSearch): FoundWords | undefined {
    const { record } = this;
    const index = keyedValue(this.#table.pathOf(slot));
    if (index === undefined) return undefined;
    const start = record.starts[index] ?? -1;
    if (start < 0) return nothingFound;
    return record.coded[index] === 1 ? undefined : words.inBytes(record.bytes, start, record.ends[index] ?? start);
  }

  /** `undefined` where the bytes are not what they say, or no text. */
  #searchText(index: number, words: WordSearch): FoundWords | undefined {
    const { record } = this;
    const start = record.starts[index] ?? -1;
    if (start < 0) return nothingFound;
    if (record.coded[index] === 1 || record.textLength(index) < 0) return undefined;
    return words.inBytes(record.bytes, start + 1, (record.ends[index] ?? start) - 1);
  }

  paths(): readonly string[] {
    return this.#document().paths();
  }

  valuesAt(path: string): readonly FieldValue[] {
    return this.#document().valuesAt(path);
  }

  document(): EcsDocument {
    return this.#document().document();
  }

  #holdingTextsAt(slot: number): HoldingTexts | null {
    let holding = this.#holding[slot];
    if (holding === undefined) {
      holding = holdingTexts(this.#table.pathOf(slot)) ?? null;
      this.#holding[slot] = holding;
    }
    return holding;
  }

  #fieldAt(slot: number): ScannedField | null {
    let field = this.#known[slot];
    if (field === undefined) {
      const path = this.#table.pathOf(slot);
      field = this.#enrich !== undefined && enrichedFields.test(path) ? null : scannedField(path);
      this.#known[slot] = field;
    }
    return field;
  }

  #document(): EventFields {
    if (this.#whole === undefined) {
      const document = normalizeRecord(this.record.parse());
      this.#whole = eventFields(this.#enrich?.(document) ?? document, this.#table);
    }
    return this.#whole;
  }
}
