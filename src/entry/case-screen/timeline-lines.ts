import { briefArn } from '../../investigation/findings/drawing.ts';
import type { CaseDocument, DocumentAlert, DocumentEntry } from '../../investigation/report/case-document.ts';
import { identityName, sourceInWords } from '../../investigation/report/case-words.ts';
import { givenBackInWords } from '../../investigation/report/given-back-words.ts';
import { timeLine, type TimeLineItem } from '../../investigation/report/time-line.ts';
import { plainText, safe, safeJoin, safePadded, type SafeText } from '../../model/safe-text.ts';
import { counted } from '../../model/counted.ts';
import type { Style } from '../terminal/terminal-style.ts';
import { hangingLines } from '../terminal/wrapped-text.ts';

const clockWidth = 10;
const stageWidth = 19;

/** Each call of a case in the order of time, under who made it and from where; alerts and what we did lie between. */
export function timelineLines(document: CaseDocument, style: Style): readonly SafeText[] {
  const lines: SafeText[] = [];
  const told = new Set<string>();
  let [day, caller] = ['', ''];
  for (const item of timeLine(document)) {
    if (item.at.slice(0, 10) !== day) {
      day = item.at.slice(0, 10);
      caller = '';
      lines.push(style.strong(safe`${plainText(day)} (UTC)`));
    }
    if (item.kind === 'ours') {
      lines.push(...oursLines(item, style));
      continue;
    }
    const by = callerInWords(item.entry, document);
    if (by !== caller) lines.push(...hangingLines(safe`  `, style.quiet(by), style.width, safe`    `));
    caller = by;
    lines.push(...entryLines(item.entry, document, style));
    lines.push(...alertLines(item.entry, document.alerts, told, style));
  }
  const { left } = document.events;
  return left === 0 ? lines : [...lines, safe`  ${counted(left, 'call')} more are there and were not looked at`];
}

function callerInWords(
  { identity, source, client, place, account, region }: DocumentEntry,
  { identities }: CaseDocument,
): SafeText {
  const where = region === null ? safe`` : safe` ${plainText(region)}`;
  const from =
    source === null
      ? safe``
      : safe` from ${sourceInWords({ source, place, clients: client === null ? [] : [client], calls: 0 })}`;
  return safe`${identityName(identity, identities)} in ${plainText(account)}${where}${from}`;
}

function entryLines(entry: DocumentEntry, document: CaseDocument, style: Style): readonly SafeText[] {
  const { at, stage, action, count, targets, outcome, errorCode, sincePlan, unconfirmed } = entry;
  const clock = safePadded(plainText(at.slice(11, 19)), clockWidth);
  const mark = safe`  ${style.quiet(clock)}${safePadded(plainText(stage), stageWidth)}`;
  const times = count > 1 ? safe` ×${count}${spanInWords(entry)}` : safe``;
  const failed = outcome === 'failure' ? style.warning(safe` refused: ${plainText(errorCode ?? 'an error')}`) : safe``;
  const fresh = sincePlan ? style.bad(safe` seen since the plan`) : safe``;
  const back = givenBackInWords(entry, document);
  const repair = back === null ? safe`` : style.good(safe` ${back}`);
  const text = safe`${plainText(action)}${times}${targetsInWords(targets)}${failed}${repair}${fresh}${unconfirmed ? style.bad(safe` UNCONFIRMED`) : safe``}`;
  return hangingLines(mark, text, style.width, safePadded(safe``, clockWidth + 4));
}

/** ` in 4 s`; nothing for what came within one second. */
function spanInWords({ at, until }: DocumentEntry): SafeText {
  const seconds = Math.round((Date.parse(until) - Date.parse(at)) / 1000);
  if (seconds <= 0) return safe``;
  return seconds < 120 ? safe` in ${seconds} s` : safe` in ${Math.round(seconds / 60)} min`;
}

const targetsShown = 4;

function targetsInWords(targets: readonly string[]): SafeText {
  if (targets.length === 0) return safe``;
  const shown = targets.slice(0, targetsShown).map((target) => plainText(briefArn(target), 64));
  const rest = targets.length - shown.length;
  return safe` ${safeJoin(shown, ', ')}${rest > 0 ? safe` and ${rest} more` : safe``}`;
}

/** Each alert where its first call lies. */
function alertLines(
  { alertIds }: DocumentEntry,
  alerts: readonly DocumentAlert[],
  told: Set<string>,
  style: Style,
): readonly SafeText[] {
  const fresh = alerts.filter(({ id }) => (alertIds as readonly string[]).includes(id) && !told.has(id));
  for (const { id } of fresh) told.add(id);
  const rules = [
    ...new Set(fresh.map(({ ruleName, severity }) => safe`alert (${plainText(severity)}): ${plainText(ruleName)}`)),
  ];
  return rules.flatMap((rule) =>
    hangingLines(safePadded(safe``, clockWidth + 2), style.bad(rule), style.width, safePadded(safe``, clockWidth + 4)),
  );
}

function oursLines({ at, who, what }: Extract<TimeLineItem, { kind: 'ours' }>, style: Style): readonly SafeText[] {
  const clock = style.quiet(safePadded(plainText(at.slice(11, 19)), clockWidth));
  const text = style.good(safe`${plainText(who)}: ${plainText(what, 600)}`);
  return hangingLines(safe`  ${clock}`, text, style.width, safePadded(safe``, clockWidth + 4));
}
