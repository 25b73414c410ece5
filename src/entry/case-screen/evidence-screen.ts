import type { WalkLimit } from '../../investigation/links/walk-limit.ts';
import type { CaseDocument } from '../../investigation/report/case-document.ts';
import { limitInWords } from '../../investigation/report/limit-words.ts';
import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';
import { severityPainted } from '../terminal/severity-painted.ts';
import type { Style } from '../terminal/terminal-style.ts';
import { section, sections } from './section.ts';
import { utcTime } from '../../model/utc-time.ts';
import { forNumber } from '../../model/counted.ts';

const idsShown = 5;

/** What a case means and by which events that is proved; what is not known, and what the walk stopped at. */
export function evidenceScreen(document: CaseDocument, style: Style): SafeText {
  const { alerts, limits, notKnown } = document;
  return sections([
    section(safe`What it means`, findingLines(document, style), style),
    section(safe`Alerts`, alerts.length === 0 ? [safe`none`] : alertLines(document, style), style),
    section(
      safe`What is not known`,
      notKnown.map((each) => plainText(each, 600)),
      style,
    ),
    section(
      safe`Where the walk stopped`,
      limits.map((limit: WalkLimit) => limitInWords(limit, document)),
      style,
    ),
  ]);
}

function findingLines({ findings }: CaseDocument, style: Style): readonly SafeText[] {
  if (findings.length === 0) return [safe`nothing beyond what the alerts say`];
  return findings.map(({ direction, confidence, sentence, techniques, eventIds }) => {
    const mark = direction === 'benign' ? style.good(safe`benign`) : style.warning(safe`suspicious`);
    const named = techniques.length === 0 ? safe`` : safe`${plainText(techniques.join(' '))}; `;
    const proof = style.quiet(safe`${named}${idsInWords(eventIds)}`);
    return safe`${mark} (${plainText(confidence)} confidence)  ${sentence}\n${proof}`;
  });
}

function idsInWords(eventIds: readonly string[]): SafeText {
  if (eventIds.length === 0) return safe`no record shows it`;
  const shown = safeJoin(
    eventIds.slice(0, idsShown).map((id) => plainText(id)),
    ' ',
  );
  const rest = eventIds.length - idsShown;
  return safe`${forNumber(eventIds.length, 'event', 'events')} ${shown}${rest > 0 ? safe` and ${rest} more` : safe``}`;
}

function alertLines({ alerts }: CaseDocument, style: Style): readonly SafeText[] {
  return [...Map.groupBy(alerts, ({ ruleId }) => ruleId).values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const times = group.length === 1 ? safe`` : safe` ×${group.length}`;
    const severity = severityPainted(plainText(first.severity), style);
    const ids = style.quiet(idsInWords([...new Set(group.flatMap(({ eventIds }) => eventIds))]));
    return [safe`${style.quiet(utcTime(first.eventTime))}  ${severity}  ${plainText(first.ruleName)}${times}\n${ids}`];
  });
}
