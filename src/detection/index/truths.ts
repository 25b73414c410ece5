/** What a condition can come to where some fields are absent and nothing is known of the others. */
export interface Truths {
  readonly canHold: boolean;
  readonly canFail: boolean;
}

export const both: Truths = { canHold: true, canFail: true };
export const always: Truths = { canHold: true, canFail: false };
export const never: Truths = { canHold: false, canFail: true };

export function allOf(parts: readonly Truths[]): Truths {
  return { canHold: parts.every(({ canHold }) => canHold), canFail: parts.some(({ canFail }) => canFail) };
}

export function anyOf(parts: readonly Truths[]): Truths {
  return { canHold: parts.some(({ canHold }) => canHold), canFail: parts.every(({ canFail }) => canFail) };
}

export function not({ canHold, canFail }: Truths): Truths {
  return { canHold: canFail, canFail: canHold };
}
