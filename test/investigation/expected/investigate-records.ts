import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findInputs } from '../../../src/adapters/files/input-paths.ts';
import { startThreads } from '../../../src/entry/detection/detection-threads.ts';
import { loadRules } from '../../../src/entry/detection/load-rules.ts';
import { readingReport } from '../../../src/entry/detection/reading-report.ts';
import { runDetection } from '../../../src/entry/detection/run-detection.ts';
import { endOfRecords } from '../../../src/entry/investigate/as-of-span.ts';
import { caseDocument, materialOfFiles } from '../../../src/entry/investigate/case-document.ts';
import { CaseFacts } from '../../../src/entry/investigate/case-facts.ts';
import { RecordIndex } from '../../../src/entry/investigate/record-index.ts';
import type { CaseDocument } from '../../../src/investigation/report/case-document.ts';
import { type FileCase, investigateFiles } from '../../../src/entry/investigate/investigate-files.ts';
import { canonicalDigest } from '../../../src/digest/canonical-digest.ts';
import { buildPlan } from '../../../src/investigation/plan/plan.ts';
import type { CaseId, Instant } from '../../../src/model/ids.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { openPlan } from '../../../src/response/open-plan.ts';
import { expect } from 'vitest';

export interface InvestigatedCase {
  readonly found: FileCase;
  readonly document: CaseDocument;
}

interface InvestigateOptions {
  readonly threads?: number;
  readonly asOf?: 'end' | Instant;
  /** Where the records are that are read again. */
  readonly index?: RecordIndex;
  /** Files and folders of rules; Trailhound's own where there is none. */
  readonly rules?: readonly string[];
}

/** Makes cases of files as `trailhound investigate` does, by Trailhound's own rules. */
export async function investigatePaths(
  paths: readonly string[],
  { threads: count = 0, asOf = 'end', index = new RecordIndex(), rules: rulePaths = [] }: InvestigateOptions = {},
): Promise<readonly InvestigatedCase[]> {
  const inputs = findInputs(paths);
  const { sources } = inputs;
  const threads = startThreads(count);
  try {
    const rules = loadRules({ rules: rulePaths, exceptions: [], onHeldBack: () => {} });
    const quiet = { reading: readingReport(inputs, () => {}), onHeldBack: () => {}, mmdb: [] };
    const facts = new CaseFacts(index);
    const run = await runDetection(rules, {
      inputs: sources.length,
      sources,
      threads,
      facts,
      ...quiet,
    });
    const cases = await investigateFiles(run, { sources, threads, mmdb: [], index });
    return cases.map((found) => {
      const at = (asOf === 'end' ? endOfRecords(cases) : asOf) ?? (new Date().toISOString() as Instant);
      expectPlanToOpen(found, at);
      return { found, document: caseDocument(found, at) };
    });
  } finally {
    await threads.end();
  }
}

/** What would be presented of such a case in an installation can be read again: a plan that cannot leaves its case without one. */
function expectPlanToOpen(found: FileCase, now: Instant): void {
  const plan = buildPlan({
    caseId: 'TH-TEST' as CaseId,
    version: 1,
    material: materialOfFiles(found, now),
    evidence: [],
    policy: canonicalDigest('policy'),
    secrets: { namePrefix: 'trailhound/', region: 'us-east-1' },
    mayChange: () => true,
    presented: null,
    now,
  });
  expect(openPlan(JSON.parse(JSON.stringify(plan)))).toEqual({ kind: 'intact', plan });
}

/** The same of records, by way of a file. */
export async function investigateRecords(
  records: readonly JsonObject[],
  options: InvestigateOptions = {},
): Promise<readonly InvestigatedCase[]> {
  const folder = mkdtempSync(join(tmpdir(), 'trailhound-test-'));
  try {
    const path = join(folder, 'records.json');
    writeFileSync(path, JSON.stringify({ Records: records }));
    return await investigatePaths([path], options);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What a case says about who gave access to whom, in the words of the expected cases: IDs that say nothing are left out. */
export function shapeOf({ identities, links, accounts }: CaseDocument): {
  readonly accounts: number;
  readonly identities: readonly string[];
  readonly links: readonly string[];
} {
  function name(id: string): string {
    const found = identities.find((each) => each.id === id);
    return found === undefined ? id : shownName(found);
  }
  return {
    accounts: accounts.length,
    identities: identities.map((each) => `${each.role} ${shownName(each)}`).toSorted(),
    links: links.map(({ from, to, how }) => `${name(from)} ${how} ${name(to)}`).toSorted(),
  };
}

function shownName({ kind, name }: CaseDocument['identities'][number]): string {
  switch (kind) {
    case 'access-key':
    case 'provider':
    case 'instance':
      return kind;
    case 'account':
      return name === 'everybody' ? name : kind;
    case 'session':
      return name.endsWith('(console)') ? 'console' : `session ${name.slice(0, name.indexOf('/'))}`;
    default:
      return `${kind} ${name}`;
  }
}
