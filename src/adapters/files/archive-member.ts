/** A file in an archive. */
export interface ArchiveMember {
  readonly name: string;
  /**
   * Its content; to be read before the next member is asked for.
   *
   * @throws UnreadableInputError where it is encrypted or packed in a way that is not known; while it is read, where it is damaged.
   */
  readonly open: () => Promise<AsyncIterable<Buffer>>;
}
