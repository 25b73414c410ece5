/** What a checker found wrong; no flaw means that the promise was kept. */
export interface Flaw {
  readonly kind:
    /** Delivered, and not in the store. */
    | 'loss'
    /** In the store more often than it was delivered. */
    | 'double'
    /** In the store, and never delivered. */
    | 'invention'
    /** In the store, and not visible to detection exactly once. */
    | 'unpublished'
    /** Called covered, and never served to the last page; or not covered at all. */
    | 'gap'
    /** Served to the last page, and not called covered. */
    | 'unclaimed'
    /** Not read again when the last sweep was due. */
    | 'unswept'
    /** An alert that the truth does not give, or one that is missing. */
    | 'alert';
  /** What it is about. */
  readonly subject: string;
}
