/** A step of an action as the workflow knows it; the activity that begins a response hands it over. */
export interface StepOutline {
  readonly name: string;
  /** The AWS calls of it that change something, in order. */
  readonly writes: readonly string[];
  /**
   * True where doing it twice does harm: such a step is tried once, and after a lost answer what it left behind is settled
   * before it is tried again.
   */
  readonly onceOnly: boolean;
}
