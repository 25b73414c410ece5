import type { Random } from './simulated-source.ts';

/** What goes wrong in the simulation, each with its probability at every occasion: a poll, a step of a read, or a request. */
export const faultProbabilities = {
  'answer lost': 0.005,
  'permission withdrawn': 0.0005,
  'poll missed': 0.002,
  'server fault': 0.01,
  throttled: 0.02,
  'token refused': 0.01,
  'worker killed': 0.002,
} as const;

export type FaultKind = keyof typeof faultProbabilities;

export const faultKinds = Object.keys(faultProbabilities) as readonly FaultKind[];

/**
 * A random second for each kind of fault: from then on, the first occasion takes it, unless chance was sooner. What has a
 * probability alone may not occur in a short run, and a run without it would prove nothing about it.
 */
export function momentsOwed(from: number, to: number, random: Random): Map<FaultKind, number> {
  return new Map(faultKinds.map((kind) => [kind, from + Math.floor(random() * (to - from))]));
}
