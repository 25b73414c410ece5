import { counted } from '../../model/counted.ts';
import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';

/** A rule that was read and does not run. */
export interface WhichNotRun {
  readonly name: string;
  readonly path: string;
  readonly reason: string;
}

/** More rules of one reason are counted: of some types, no rule can be run. */
const named = 3;

/** Why rules do not run, a sentence for each reason: how many, and which. */
export function notRunSentences(rules: readonly WhichNotRun[]): readonly SafeText[] {
  return [...Map.groupBy(rules, ({ reason }) => reason)].map(([reason, of]) => {
    const which = of.slice(0, named).map(({ name, path }) => safe`${plainText(name, 120)} (${plainText(path, 200)})`);
    const more = of.length > named ? [counted(of.length - named, 'more rule')] : [];
    return safe`${of.length} not run: ${plainText(reason)}: ${safeJoin([...which, ...more], ', ')}`;
  });
}
