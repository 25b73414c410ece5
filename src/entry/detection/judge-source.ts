import type { InputSource } from '../../adapters/files/input-paths.ts';
import type { InputRecord, RecordPlace } from '../../adapters/files/read-records.ts';
import { type ScanHandlers, type ScanMemory, scanRecords } from '../../adapters/files/scan-records.ts';
import { ecsEventOf } from '../../cloudtrail/ecs-event.ts';
import { type AddressLookup, enrichSource } from '../../cloudtrail/enrich.ts';
import { MalformedRecordError } from '../../cloudtrail/malformed-record-error.ts';
import type { OtherFormName } from '../../cloudtrail/other-form.ts';
import { eventIdOfFound } from '../../cloudtrail/record-forms.ts';
import { detectionEventOf } from '../../detection/detection-event.ts';
import type { RuleSet } from '../../detection/engine.ts';
import type { OfflineDetection } from '../../detection/offline/offline.ts';
import type { DetectionEvent } from '../../detection/rule-type.ts';
import { ScannedEvent } from '../../detection/fields/scanned-event.ts';
import type { EcsDocument } from '../../model/trail-event.ts';
import type { CaseFacts } from '../investigate/case-facts.ts';

export interface SourceJudging {
  readonly ruleSet: RuleSet;
  readonly detection: Pick<OfflineDetection, 'take'>;
  /** Of `source.geo` and `source.as`; none without a database. */
  readonly enrich?: AddressLookup | undefined;
  /** Keeps what an investigation needs; absent where nobody investigates. */
  readonly facts?: CaseFacts | undefined;
  readonly memory: ScanMemory;
  readonly onJudged: () => void;
  readonly onMalformed: (place: RecordPlace, problem: string, eventId?: string) => void;
  readonly onOther: (path: string, form: OtherFormName) => void;
  readonly onBytes: (bytes: number) => void;
}

/** Judges all records of one input; those in CloudTrail's own form without parsing them. */
export async function judgeSource(source: InputSource, judging: SourceJudging): Promise<void> {
  const { ruleSet, detection, enrich, facts } = judging;
  const enriched = enrich === undefined ? undefined : (document: EcsDocument) => enrichSource(document, enrich);
  const event = new ScannedEvent(ruleSet.fields, enriched);
  const handlers: ScanHandlers = {
    scanned(record) {
      event.take(record);
      const kept = detection.take(event);
      facts?.scanned(record, event, kept);
      judging.onJudged();
    },
    read(record) {
      const found = eventOf(record, judging);
      if (found === null) return;
      const kept = detection.take(found);
      facts?.read(found, kept);
      judging.onJudged();
    },
    content: () => facts?.index.content(),
    bytes: (bytes) => judging.onBytes(bytes),
  };
  await scanRecords(source, handlers, judging.memory);
}

function eventOf(record: InputRecord, { ruleSet, enrich, onMalformed, onOther }: SourceJudging): DetectionEvent | null {
  if (record.kind === 'malformed') {
    onMalformed(record.place, record.problem, record.eventId);
    return null;
  }
  if (record.kind === 'other') {
    onOther(record.place.path, record.form);
    return null;
  }
  try {
    const document = ecsEventOf(record.found);
    const enriched = enrich === undefined ? document : enrichSource(document, enrich);
    return detectionEventOf(enriched, ruleSet.fieldsOf(enriched));
  } catch (error) {
    if (!(error instanceof MalformedRecordError)) throw error;
    onMalformed(record.place, error.problem, eventIdOfFound(record.found));
    return null;
  }
}
