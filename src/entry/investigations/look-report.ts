import type { LookReport } from '../../investigation/evidence-ports.ts';
import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';
import type { CaseView } from '../../views/case.ts';
import { section } from '../case-screen/section.ts';
import { isOver } from '../../model/case-state.ts';
import { counted } from '../../model/counted.ts';
import { asTypedHere } from '../invocation.ts';
import type { Style } from '../terminal/terminal-style.ts';
import { utcTime } from '../../model/utc-time.ts';
import { minuteMs } from '../../model/duration.ts';

/** How far AWS has answered, in a sentence for whoever decides; none where its answers are part of the plan, and nothing is missing. */
export function lookInShort({ look, plan, status }: Pick<CaseView, 'look' | 'plan' | 'status'>): readonly SafeText[] {
  if (look === null || isOver(status)) return [];
  if (!look.ended) {
    const change = plan?.standing === 'presented' ? safe`; what it answers may change the plan` : safe``;
    const far = look.pieces.length === 0 ? safe`it is about to be asked` : howFar(look);
    return [safe`evidence from AWS is still coming: ${far}${change}`];
  }
  const missing = missingOf(look);
  const told =
    missing.length === 0 ? [] : [safe`${counted(missing.length, 'look')} at AWS without all: --evidence says why`];
  const isEarly = plan?.standing === 'presented' && plan.notKnownYet.length > 0;
  return isEarly ? [safe`AWS has answered since the plan was made, and changes nothing of it`, ...told] : told;
}

function howFar({ pieces, asked, budget }: LookReport): SafeText {
  return safe`${doneOf(pieces)} of ${counted(pieces.length, 'look')} done, ${asked} of ${counted(budget, 'request')}`;
}

function doneOf(pieces: LookReport['pieces']): number {
  return pieces.filter(({ availability }) => availability !== null).length;
}

function missingOf({ pieces }: LookReport): LookReport['pieces'] {
  return pieces.filter(({ availability }) => availability === 'partial' || availability === 'unavailable');
}

/** What AWS is asked for, piece by piece, within which budget, what could not be had and why, and what comes next and when. */
export function lookScreen(
  { id, look, status }: Pick<CaseView, 'id' | 'look' | 'status'>,
  storeEveryMs: number,
  style: Style,
): SafeText {
  if (look === null) return section(safe`Asked of AWS`, [safe`nothing yet`], style);
  const { at, ended, asked, budget } = look;
  const left = safe`${plainText(Math.max(0, budget - asked).toLocaleString('en'))} left`;
  const going = isOver(status) ? safe`broken off` : safe`going on`;
  const lines = [
    safe`${ended ? safe`ended` : going}, begun ${utcTime(at)} UTC: ${howFar(look)}, ${left}`,
    ...pieceLines(look, isOver(status), style),
    nextLine({ id, look, status }, storeEveryMs),
  ];
  return section(safe`Asked of AWS`, lines, style);
}

function pieceLines({ pieces, ended }: LookReport, over: boolean, style: Style): readonly SafeText[] {
  const current = ended || over ? -1 : pieces.findIndex(({ availability }) => availability === null);
  function waiting(isCurrent: boolean): SafeText {
    if (over) return safe`was not asked`;
    return isCurrent ? safe`is asked now` : safe`waits`;
  }
  return pieces.map(({ source, about, availability, why }, index) => {
    const name = safe`${plainText(source.replaceAll('-', ' '))} of ${plainText(about, 200)}`;
    if (availability === null) return safe`${name}: ${waiting(index === current)}`;
    if (availability === 'complete') return safe`${name}: complete`;
    const because = why === null ? safe`` : safe`. ${plainText(why, 400)}`;
    return safe`${name}: ${style.warning(plainText(availability))}${because}`;
  });
}

function nextLine({ id, look, status }: Pick<CaseView, 'id' | 'look' | 'status'>, storeEveryMs: number): SafeText {
  if (isOver(status)) return safe`next: nothing, the case has ended`;
  if (look?.ended === false)
    return safe`next: one look after the other, at the pace that AWS allows; more may follow from these`;
  const command = asTypedHere(safe`\`trailhound investigations replan ${plainText(id)}\``);
  const every = safe`the store is looked at every ${inWords(storeEveryMs)}`;
  return safeJoin([safe`next: ${every}; AWS is asked again when alerts come, or at once by ${command}`], '');
}

function inWords(ms: number): SafeText {
  return ms < minuteMs ? counted(Math.round(ms / 1000), 'second') : counted(Math.round(ms / minuteMs), 'minute');
}
