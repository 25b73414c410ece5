import stringWidth from 'string-width';
import { plainText } from '../../model/safe-text.ts';
import { accessTree, type AccessBranch } from './access-tree.ts';
import type { CaseDocument } from './case-document.ts';
import { identityInWords } from './identity-words.ts';
import { html, type Html } from './inert-html.ts';
import { utcTimeAfter } from '../../model/utc-time.ts';

const [boxHeight, rowHeight, indent, charWidth, labelLimit] = [30, 58, 56, 7.2, 56];

interface Placed {
  readonly branch: AccessBranch;
  readonly depth: number;
  readonly row: number;
  readonly parentRow: number | null;
}

/** Who gave access to whom as an SVG drawing: a box for each identity under the one that led to it, the step beside its line. */
export function graphDrawing(document: CaseDocument): Html {
  const placed: Placed[] = [];
  for (const root of accessTree(document)) place(root, 0, null, placed);
  const widths = placed.map((each) => each.depth * indent + boxWidth(each.branch) + 20);
  const width = Math.max(360, ...widths);
  const height = placed.length * rowHeight + 4;
  return html`<svg
    class="graph"
    viewBox="0 0 ${width} ${height}"
    style="max-width: ${width}px"
    role="img"
    aria-label="Who gave access to whom"
  >
    ${placed.map((each) => line(each, document.from))} ${placed.map(box)}
  </svg>`;
}

function place(branch: AccessBranch, depth: number, parentRow: number | null, placed: Placed[]): void {
  const row = placed.length;
  placed.push({ branch, depth, row, parentRow });
  for (const each of branch.branches) place(each, depth + 1, row, placed);
}

function nameIn({ identity, id, again }: AccessBranch): string {
  const named = identity === undefined ? plainText(id, labelLimit) : identityInWords(identity);
  return again ? `${named} (above)` : named;
}

function boxWidth(branch: AccessBranch): number {
  return Math.round(stringWidth(nameIn(branch)) * charWidth + 24);
}

function box({ branch, depth, row }: Placed): Html {
  const [x, y] = [depth * indent + 1, row * rowHeight + 22];
  const role = branch.identity?.role ?? 'outside';
  return html`<g
    ><rect class="identity ${role}" x="${x}" y="${y}" width="${boxWidth(branch)}" height="${boxHeight}" rx="5" /><text
      x="${x + 12}"
      y="${y + 20}"
      >${nameIn(branch)}</text
    ><title>${role}</title></g
  >`;
}

function line({ branch, depth, row, parentRow }: Placed, from: string): Html {
  const { link } = branch;
  if (parentRow === null || link === null) return html``;
  const x = (depth - 1) * indent + 22;
  const [y1, y2] = [parentRow * rowHeight + 22 + boxHeight, row * rowHeight + 22 + boxHeight / 2];
  const likely = link.strength === 'likely' ? ' likely' : '';
  const said = `${branch.verb} ${utcTimeAfter(link.at, from)}`;
  return html`<path class="link${likely}" d="M${x} ${y1}V${y2}H${depth * indent}" /><text
      class="how"
      x="${depth * indent + 2}"
      y="${row * rowHeight + 16}"
      >${said}</text
    >`;
}
