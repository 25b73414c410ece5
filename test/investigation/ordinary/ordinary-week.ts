import type { Estate } from './estate.ts';

/**
 * What is right to make of weeks in which nothing is wrong: no case at all; cases that a habit explains; or one that asks a person, with
 * nothing ticked.
 */
export type Calm = 'no case' | 'quiet' | 'asks';

/** Weeks in which nothing is wrong, and what an intruder would have done in them. */
export interface OrdinaryWeek {
  readonly name: string;
  readonly calm: Calm;
  readonly tell: (estate: Estate) => void;
  /** By what each does, the same weeks with an intruder in them: that stays ticked. */
  readonly intruders: Readonly<Record<string, (estate: Estate) => void>>;
}
