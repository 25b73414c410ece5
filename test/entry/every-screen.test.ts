import { beforeAll, describe, expect, test } from 'vitest';
import { caseList } from '../../src/entry/case-screen/case-list.ts';
import { caseScreens, graphSection } from '../../src/entry/case-screen/case-screens.ts';
import { firstScreen } from '../../src/entry/case-screen/first-screen.ts';
import { writtenAs } from '../../src/entry/case-screen/written-case.ts';
import type { Style } from '../../src/entry/terminal/terminal-style.ts';
import { graphText } from '../../src/investigation/report/graph-text.ts';
import type { CaseDocument } from '../../src/investigation/report/case-document.ts';
import { safe, type SafeText } from '../../src/model/safe-text.ts';
import { readerFaults } from '../harness/reader-faults.ts';
import { intrusions } from '../investigation/expected/intrusions.ts';
import { investigatePaths, investigateRecords } from '../investigation/expected/investigate-records.ts';
import { stories } from '../investigation/expected/stories.ts';

/*
 * Every document of every expected case, through everything that shows one: no reader finds a fault in any of them.
 */

function same(text: SafeText): SafeText {
  return text;
}
const paints = { strong: same, quiet: same, good: same, warning: same, bad: same };
const terminals: readonly (Style & { readonly width: number })[] = [
  { width: 80, height: 24, ...paints },
  { width: 120, height: 40, ...paints },
];
const deeper = safe`More      --timeline --evidence --identity`;
const everything = { timeline: true, evidence: true, identity: true, graph: true };

let documents: readonly CaseDocument[] = [];
beforeAll(async () => {
  const made = await Promise.all([...intrusions, ...stories].map(({ records }) => investigateRecords(records())));
  const recorded = await investigatePaths(['../shared/corpora/cloudtrail-stratus']);
  documents = [...made.flat(), ...recorded].map(({ document }) => document);
});

/** What a document names: an ID that stands on a screen is one of these. */
function namesIn(document: CaseDocument): ReadonlySet<string> {
  return new Set(JSON.stringify(document).match(/\b[\w-]+\b/g) ?? []);
}

function faultsOfAll(shown: (document: CaseDocument) => string, width?: number): readonly string[] {
  return documents.flatMap((document) =>
    readerFaults(shown(document), { ...(width === undefined ? {} : { width }), known: namesIn(document) }).map(
      (fault) => `${document.id} ${fault}`,
    ),
  );
}

describe.each(terminals)('in a terminal of $width columns', (style) => {
  function context({ asOf }: CaseDocument) {
    return { nowMs: Date.parse(asOf), deeper };
  }

  test('no screen of a case has a line too wide, a cut name, raw JSON or a wrong number', () => {
    expect(faultsOfAll((each) => caseScreens(each, everything, context(each), style), style.width)).toEqual([]);
    expect(faultsOfAll((each) => graphSection(each, style), style.width)).toEqual([]);
  });

  test('the first screen has room for itself, names every stage, and says what is open', () => {
    for (const document of documents) {
      const screen = firstScreen(document, context(document), style);
      expect(screen.split('\n').length, screen).toBeLessThan(style.height ?? 0);
      const words = screen.replaceAll(/\s+/g, ' ');
      for (const { stage } of document.done) expect(words).toContain(stage);
      for (const label of ['Who ', 'Since ', 'Open ', 'Breaks ']) expect(screen).toContain(`\n${label}`);
    }
  });

  test('the list of cases has none either', () => {
    const list = caseList(documents, safe`trailhound investigate logs/`, style);
    expect(readerFaults(list, { width: style.width })).toEqual([]);
  });
});

describe('in a report', () => {
  test('Markdown and HTML have no raw JSON, cut name or wrong number', () => {
    expect(faultsOfAll((each) => writtenAs([each], 'markdown').replaceAll(/\\(?=\W)/g, ''))).toEqual([]);
    expect(faultsOfAll((each) => textOf(writtenAs([each], 'html')))).toEqual([]);
  });

  test('a graph for Graphviz or Mermaid has none either', () => {
    const links = documents.flatMap((each) => each.links);
    expect(new Set(links.map(({ how }) => how)).size).toBeGreaterThan(3);
    for (const format of ['dot', 'mermaid'] as const)
      expect(faultsOfAll((each) => labelsOf(graphText([each], format)).join('\n'))).toEqual([]);
  });
});

/** What a drawing shows of a graph's text: labels of Graphviz, boxes and arrows of Mermaid. */
function labelsOf(graph: string): readonly string[] {
  return [...graph.matchAll(/label="([^"]*)"|\["([^"]*)"\]|\|([^|]*)\|/g)].flatMap(([, ...labels]) =>
    labels.filter((label) => label !== undefined),
  );
}

/** The text of a page, a line for each of its blocks. */
function textOf(page: string): string {
  return page
    .replaceAll(/<style>[\s\S]*?<\/style>|<head>[\s\S]*?<\/head>/g, '')
    .replaceAll(/<[^>]*>/g, '\n')
    .replaceAll(/&(?:amp|lt|gt|quot|#39);/g, "'")
    .replaceAll(/[ \t]*\n\s*/g, '\n');
}
