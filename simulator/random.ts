import { randomBytes, randomUUID } from 'node:crypto';

/** A seeded source of numbers in [0, 1): the same seed tells the same story (mulberry32). */
export type Random = () => number;

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function integerBetween(random: Random, min: number, max: number): number {
  return min + Math.floor(random() * (max - min + 1));
}

export function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** An identifier as IAM makes them: a prefix that says the kind (AKIA, ASIA, AIDA, AROA, AGPA) and 16 more characters. */
export function uniqueId(prefix: string, random: Random = cryptographic): string {
  return prefix + text(random, base32, 16);
}

const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** A secret access key: 40 characters of base64, a slash and a plus among them so that encodings are put to the test. */
export function secretAccessKey(random: Random = cryptographic): string {
  return `${text(random, base64, 12)}/${text(random, base64, 13)}+${text(random, base64, 13)}`;
}

export function sessionToken(): string {
  return `IQoJb3JpZ2luX2VjE${randomBytes(180).toString('base64')}`;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The six characters that Secrets Manager adds to a secret's ARN. */
export function secretSuffix(): string {
  return text(cryptographic, letters, 6);
}

/** A UUID made of a seeded source, for records of a history that is the same with each seed. */
export function seededUuid(random: Random): string {
  const hex = text(random, '0123456789abcdef', 32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

export function newUuid(): string {
  return randomUUID();
}

function cryptographic(): number {
  return randomBytes(4).readUInt32BE() / 4_294_967_296;
}

function text(random: Random, alphabet: string, length: number): string {
  let made = '';
  for (let index = 0; index < length; index += 1) made += alphabet.charAt(Math.floor(random() * alphabet.length));
  return made;
}
