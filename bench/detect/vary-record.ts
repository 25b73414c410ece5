import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import type { SeededRandom } from './random.ts';

const hex = '0123456789abcdef';
const digits = '0123456789';
const keyLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const nameLetters = 'abcdefghijklmnopqrstuvwxyz';
const firstNames = 'alice bob carol dan erin frank grace heidi ivan judy ken laura mallory nina oscar peggy'.split(' ');

/** Keys whose values name something, and may have any value without changing what the call does. */
const nameKeys = /^(userName|roleName|groupName|bucketName|instanceId|functionName|name|keyName|secretId|description)$/;

/**
 * A copy of a CloudTrail record that happened at another time to other people: event and request IDs, time, accounts, access
 * keys, addresses, user names, the hexadecimal parts of resource IDs, and names in parameters are others. What the call was,
 * and whether it succeeded, stays.
 */
export function varyRecord(record: JsonObject, eventTime: string, random: SeededRandom): JsonObject {
  const account = `${1 + random.below(40)}`.padStart(12, random.pick(['1', '2', '3', '4']));
  const person = `${random.pick(firstNames)}.${random.text(4, nameLetters)}`;
  const address = `${1 + random.below(222)}.${random.below(256)}.${random.below(256)}.${1 + random.below(254)}`;
  function vary(value: JsonValue, key: string, named: boolean): JsonValue {
    if (typeof value === 'string') return varyText(value, key, named);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return (value as readonly JsonValue[]).map((element) => vary(element, key, named));
    return Object.fromEntries(
      Object.entries(value).map(([name, child]) => [name, vary(child, name, named || name === 'requestParameters')]),
    );
  }
  function varyText(text: string, key: string, named: boolean): string {
    if (/^(eventID|requestID|sharedEventID)$/.test(key)) return random.uuid();
    if (key === 'eventTime') return eventTime;
    if (key === 'sourceIPAddress' && /^[\d.]+$/.test(text)) return address;
    const renamed = text
      .replaceAll(/\b\d{12}\b/g, account)
      .replaceAll(
        /\b(A[KS]IA|A[IR][DO]A)[A-Z0-9]{16,17}\b/g,
        (_, prefix: string) => prefix + random.text(16, keyLetters),
      )
      .replaceAll('christophe', person)
      .replaceAll(/\b(?!\d{12}\b)[0-9a-f]{8,}\b/g, (found) =>
        random.text(found.length, /^\d+$/.test(found) ? digits : hex),
      );
    return named && nameKeys.test(key) && /^[\w./-]+$/.test(renamed)
      ? `${renamed}-${random.text(5, nameLetters)}`
      : renamed;
  }
  return vary(record, '', false) as JsonObject;
}
