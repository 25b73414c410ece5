import { stages, type Stage } from '../stage.ts';
import type { CaseDocument, DocumentEntry } from './case-document.ts';
import { html, type Html } from './inert-html.ts';
import { utcTime } from '../../model/utc-time.ts';

const [laneHeight, top, right] = [26, 34, 14];

/** For a page and for a telephone: text that is made smaller with its drawing cannot be read. */
const sizes = {
  wide: { width: 960, left: 150, tickCount: 5 },
  narrow: { width: 380, left: 138, tickCount: 2 },
} as const;
type Size = (typeof sizes)[keyof typeof sizes];

/** A case's calls as an SVG drawing: a lane for each stage, a mark for each group of calls, rings where alerts lie, lines for our own acts. */
export function timelineDrawing(document: CaseDocument, fit: keyof typeof sizes): Html {
  const { timeline, ours } = document;
  const size = sizes[fit];
  const lanes = stages.filter((stage) => timeline.some((entry) => entry.stage === stage));
  const scale = timeScale([...timeline.map(({ at }) => at), ...ours.map(({ at }) => at)], size);
  const bottom = top + lanes.length * laneHeight;
  return html`<svg viewBox="0 0 ${size.width} ${bottom + 28}" role="img" aria-label="Timeline of the case">
    ${lanes.map((stage, index) => lane(stage, index, size))} ${ticks(scale, bottom)}
    ${ours.map(({ at, who, what }) => {
      const x = scale.x(at);
      return html`<g class="ours"
        ><line x1="${x}" x2="${x}" y1="${top - 8}" y2="${bottom}" /><title>${utcTime(at)} ${who}: ${what}</title></g
      >`;
    })}
    ${timeline.map((entry) => mark(entry, lanes.indexOf(entry.stage), scale))}
  </svg>`;
}

function lane(stage: Stage, index: number, { width }: Size): Html {
  const y = top + index * laneHeight;
  return html`<rect
      class="${index % 2 === 0 ? 'lane' : 'lane odd'}"
      x="0"
      y="${y}"
      width="${width}"
      height="${laneHeight}"
    />
    <text class="stage" x="8" y="${y + 17}">${stage}</text>`;
}

function mark(entry: DocumentEntry, index: number, scale: TimeScale): Html {
  const { at, until, outcome, count, action, alertIds, sincePlan, targets } = entry;
  const y = top + index * laneHeight + laneHeight / 2;
  const [x, end] = [scale.x(at), scale.x(until)];
  const radius = Math.min(9, 4 + Math.log2(count));
  const kind = outcome === 'failure' ? 'refused' : sincePlan ? 'new' : 'done';
  const ring = alertIds.length === 0 ? html`` : html`<circle class="alert" cx="${x}" cy="${y}" r="${radius + 3}" />`;
  const span = end - x < 2 ? html`` : html`<line class="span ${kind}" x1="${x}" x2="${end}" y1="${y}" y2="${y}" />`;
  return html`<g
    >${span}<circle class="call ${kind}" cx="${x}" cy="${y}" r="${round(radius)}" />${ring}<title>
      ${utcTime(at)} ${action} ×${count} ${targets.slice(0, 3).join(', ')}
    </title></g
  >`;
}

interface TimeScale {
  readonly fromMs: number;
  readonly toMs: number;
  readonly x: (at: string) => number;
  readonly tickCount: number;
}

function timeScale(times: readonly string[], { width, left, tickCount }: Size): TimeScale {
  const known = times.map((at) => Date.parse(at)).filter((at) => Number.isFinite(at));
  const fromMs = known.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const lastMs = known.reduce((a, b) => Math.max(a, b), 0);
  const toMs = Math.max(lastMs, fromMs + 1_000);
  const room = width - left - right;
  return { fromMs, toMs, x: (at) => round(left + ((Date.parse(at) - fromMs) / (toMs - fromMs)) * room), tickCount };
}

function ticks({ fromMs, toMs, x, tickCount }: TimeScale, bottom: number): readonly Html[] {
  if (!Number.isFinite(fromMs)) return [];
  const isOneDay = new Date(fromMs).toISOString().slice(0, 10) === new Date(toMs).toISOString().slice(0, 10);
  return Array.from({ length: tickCount }, (_, index) => {
    const at = new Date(fromMs + ((toMs - fromMs) * index) / (tickCount - 1)).toISOString();
    const said = isOneDay ? at.slice(11, 19) : at.slice(5, 16).replace('T', ' ');
    const anchor = index === 0 ? 'start' : index === tickCount - 1 ? 'end' : 'middle';
    return html`<line class="tick" x1="${x(at)}" x2="${x(at)}" y1="${top}" y2="${bottom}" /><text
        class="time"
        x="${x(at)}"
        y="${bottom + 18}"
        text-anchor="${anchor}"
        >${said}</text
      >`;
  });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
