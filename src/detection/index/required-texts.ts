/** A field of which an event must have one of some texts for a rule to match: what rules are indexed by. */
export interface RequiredTexts {
  readonly path: string;
  readonly texts: ReadonlySet<string>;
}

/** The fields that rules are indexed by: few texts each, and most rules require one. */
export const indexedPaths = ['event.action', 'event.provider', 'aws.cloudtrail.user_identity.type'] as const;

type Texts = ReadonlySet<string> | undefined;

/** What an event must have where all of several conditions hold: the fewest texts say the most. */
export function requiredByAll(each: readonly Texts[]): Texts {
  return each.filter((texts) => texts !== undefined).toSorted((a, b) => a.size - b.size)[0];
}

/** What an event must have where any of several conditions holds: the texts of all, and nothing where one may hold without. */
export function requiredByAny(each: readonly Texts[]): Texts {
  const all = new Set<string>();
  for (const texts of each) {
    if (texts === undefined) return undefined;
    for (const text of texts) all.add(text);
  }
  return all;
}
