import type { JsonObject } from '../../../src/model/json.ts';
import { appAccount, Cloud, ordinaryTraffic, userOf, type Who } from './cloud.ts';
import type { FullyExpectedCase } from './conclusions.ts';

/** An intrusion with ordinary traffic around it, and all that is to be said about it. */
export interface Story {
  readonly name: string;
  readonly records: () => Cloud['records'];
  readonly cases: readonly FullyExpectedCase[];
}

const home = '203.0.113.66';
const tool = 'aws-cli/2.9.9 Python/3.11 kali';

/** The records of a story: what the intruder did, one call after the other, and whatever else happened. */
export function told(tell: (intruder: Intruder, cloud: Cloud) => void): () => Cloud['records'] {
  return () => {
    const cloud = new Cloud();
    ordinaryTraffic(cloud);
    tell(new Intruder(cloud), cloud);
    return cloud.records;
  };
}

interface Given {
  readonly response?: JsonObject;
  readonly error?: string;
  readonly more?: JsonObject;
  readonly from?: string;
  readonly client?: string;
}

class Intruder {
  readonly #cloud: Cloud;
  #at = 1000;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** A call, ten seconds after the one before. */
  call(who: Who, name: string, request: JsonObject | null = null, given: Given = {}): void {
    const { from = home, client = tool, ...rest } = given;
    this.#cloud.call(who, name, {
      at: this.#at,
      from,
      client,
      ...(request === null ? {} : { request }),
      ...rest,
    });
    this.#at += 10;
  }

  assume(who: Who, role: string, key: string, account = appAccount, given: Pick<Given, 'from' | 'client'> = {}): Who {
    const session = this.#cloud.assume(
      who,
      { account, role, session: 'x', key },
      { at: this.#at, from: home, client: tool, ...given },
    );
    this.#at += 10;
    return session;
  }

  /** An administrator of the account, from the office, puts something right. */
  mended(name: string, request: JsonObject, more: JsonObject = {}): void {
    const admin = userOf(appAccount, 'alice', 'AKIAALICE00000000001');
    this.#cloud.call(admin, name, { at: this.#at, from: '198.51.100.20', request, more });
    this.#at += 10;
  }
}

export const leaked = userOf(appAccount, 'bob', 'AKIABOB0000000000001');
export const key = 'open access-key of bob';
export const deactivate = 'deactivateAccessKey of bob';
export const bob = 'suspect user bob';
