import { accessTree, type AccessBranch } from '../../investigation/report/access-tree.ts';
import type { CaseDocument } from '../../investigation/report/case-document.ts';
import { safe, type SafeText } from '../../model/safe-text.ts';
import type { Style } from '../terminal/terminal-style.ts';
import { utcTime } from '../../model/utc-time.ts';

/** Who gave access to whom, as a tree of lines. */
export function treeLines(document: CaseDocument, style: Style): readonly SafeText[] {
  return accessTree(document).flatMap(({ words, branches }) => [
    style.strong(words),
    ...branchLines(branches, safe``, style),
  ]);
}

function branchLines(branches: readonly AccessBranch[], indent: SafeText, style: Style): readonly SafeText[] {
  return branches.flatMap(({ link, words, again, branches: further }, index) => {
    const isLast = index === branches.length - 1;
    const likely = link?.strength === 'likely' && link.how !== 'same-source' ? safe` (likely)` : safe``;
    const above = again ? style.quiet(safe` (above)`) : safe``;
    const when = style.quiet(utcTime(link?.at ?? ''));
    const line = safe`${indent}${isLast ? safe`└` : safe`├`} ${words}${likely}${above}  ${when}`;
    return [line, ...branchLines(further, safe`${indent}${isLast ? safe`  ` : safe`│ `}`, style)];
  });
}
