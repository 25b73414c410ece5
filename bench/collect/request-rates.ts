import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** What the simulator's request log says about LookupEvents between two moments. */
export interface RequestRates {
  readonly requests: number;
  readonly refused: number;
  readonly assumedRoles: number;
  /** Over all sources: the most requests to one of them within any second. */
  readonly mostWithinASecond: number;
  /** Requests of one source over the whole time, a second; the highest of all sources. */
  readonly busiestPerS: number;
}

interface Entry {
  readonly at: string;
  readonly operation: string;
  readonly accountId: string | null;
  readonly region: string;
  readonly outcome: string;
}

/** Reads the simulator's request log line by line. */
export async function requestRates(file: string, fromMs: number, toMs: number): Promise<RequestRates> {
  const times = new Map<string, number[]>();
  let [requests, refused, assumedRoles] = [0, 0, 0];
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const { at, operation, accountId, region, outcome } = JSON.parse(line) as Entry;
    const ms = Date.parse(at);
    if (ms < fromMs || ms > toMs) continue;
    if (operation === 'AssumeRole') assumedRoles += 1;
    if (operation !== 'LookupEvents') continue;
    requests += 1;
    if (outcome === 'ThrottlingException') refused += 1;
    const key = `${accountId}/${region}`;
    const ofSource = times.get(key) ?? [];
    times.set(key, ofSource);
    ofSource.push(ms);
  }
  const all = [...times.values()];
  return {
    requests,
    refused,
    assumedRoles,
    mostWithinASecond: all.reduce((most, ofSource) => Math.max(most, mostWithin(ofSource, 1000)), 0),
    busiestPerS: all.reduce((most, ofSource) => Math.max(most, ofSource.length), 0) / ((toMs - fromMs) / 1000),
  };
}

function mostWithin(ascending: readonly number[], spanMs: number): number {
  let most = 0;
  let first = 0;
  for (const [index, time] of ascending.entries()) {
    while ((ascending[first] ?? time) <= time - spanMs) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}
