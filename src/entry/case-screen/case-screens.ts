import type { CaseDocument } from '../../investigation/report/case-document.ts';
import { safe, safeJoin, type SafeText } from '../../model/safe-text.ts';
import type { Style } from '../terminal/terminal-style.ts';
import { evidenceScreen } from './evidence-screen.ts';
import { firstScreen, type FirstScreenContext, headLines } from './first-screen.ts';
import { identityScreen } from './identity-screen.ts';
import { section, sections } from './section.ts';
import { timelineLines } from './timeline-lines.ts';
import { treeLines } from './tree-lines.ts';

/** Which screens of a case are asked for: none is the first one. */
export interface ScreenChoice {
  readonly timeline?: boolean;
  readonly evidence?: boolean;
  readonly identity?: boolean;
  readonly graph?: boolean;
}

/** The screens of a case that were asked for, under its name and what must be known before all else; where none was, the first one. */
export function caseScreens(
  document: CaseDocument,
  choice: ScreenChoice & { readonly plan?: boolean },
  context: FirstScreenContext,
  style: Style,
): SafeText {
  const { timeline, evidence, identity, graph, plan } = choice;
  const isDeeper = [timeline, evidence, identity, graph, plan].includes(true);
  return sections([
    isDeeper ? safeJoin(headLines(document, context, style), '\n') : firstScreen(document, context, style),
    evidence === true ? evidenceScreen(document, style) : safe``,
    identity === true ? identityScreen(document, context.nowMs, style) : safe``,
    graph === true && identity !== true ? graphSection(document, style) : safe``,
    timeline === true ? timelineSection(document, style) : safe``,
  ]);
}

/** Who gave access to whom, by itself. */
export function graphSection(document: CaseDocument, style: Style): SafeText {
  const lines = treeLines(document, style);
  return section(safe`Who gave access to whom`, lines, style);
}

function timelineSection(document: CaseDocument, style: Style): SafeText {
  const lines = timelineLines(document, style);
  const title = style.strong(safe`Timeline`);
  return lines.length === 0
    ? safe`${title}\n  no call of these identities is on record`
    : safeJoin([title, ...lines], '\n');
}
