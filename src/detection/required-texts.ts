/** A field of which an event must have one of some texts for a rule to match: what rules are indexed by. */
export interface RequiredTexts {
  readonly path: string;
  readonly texts: ReadonlySet<string>;
}
