/** Who asks for an act: it stands in its audit record. */
export interface Caller {
  /** The operating system's user name, for a command line. */
  readonly name: string;
}
