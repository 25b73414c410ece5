/** Stands for a payload that the codec refused, until whoever would have used it says so. */
export interface RefusedPayload {
  readonly trailhoundRefusedPayload: string;
}

export function refusedPayload(why: string): RefusedPayload {
  return { trailhoundRefusedPayload: why };
}

/** Why a value was refused by the codec; undefined for one that was not. */
export function whyRefused(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('trailhoundRefusedPayload' in value)) return undefined;
  return String(value.trailhoundRefusedPayload);
}

/** The failure type by which a refused payload is known. */
export const refusedPayloadFailure = 'PayloadRefused';
