/** A field of which an event must have one of some texts for a rule to match: what rules are indexed by. */
export interface RequiredTexts {
  readonly path: string;
  readonly texts: ReadonlySet<string>;
}

/** The fields that rules are indexed by: few texts each, and most rules require one. */
export const indexedPaths = ['event.action', 'event.provider', 'aws.cloudtrail.user_identity.type'] as const;
