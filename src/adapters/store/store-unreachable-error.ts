import { TrailhoundError } from '../../model/trailhound-error.ts';

/** Nobody answers where the store should be, or not as the configuration expects. */
export class StoreUnreachableError extends TrailhoundError {
  override readonly name = 'StoreUnreachableError';
  override readonly code = 'store-unreachable';
  override readonly remedy =
    'start PostgreSQL there, or correct `store.url` in the configuration; `trailhound doctor` probes all that is configured';
  constructor(place: string, reason: string, cause: unknown) {
    super(`the store does not answer at ${place}: ${reason}`, { cause });
  }
}

/** What the operating system says of a connection that cannot be made. */
const networkCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);
/** PostgreSQL's SQLSTATE codes (appendix A of its manual): a wrong user or password, no such database, starting up or down. */
const refusals = /^(?:28|3D000|57P0[123]|08)/;

/** Connections, locks that cross, space, an operator's hand: another attempt may well succeed (SQLSTATE classes). */
const passing = /^(?:08|28|3D|40|53|55|57|58)/;

/** Whether an error is trouble of the store's or the network's that passes by itself, not one of what was asked. */
export function isPassing(error: unknown): boolean {
  if (error instanceof StoreUnreachableError) return true;
  if (!(error instanceof Error)) return false;
  if (!('code' in error)) return /\bconnect(?:ion|ing)?\b/i.test(error.message);
  const code = String(error.code);
  return networkCodes.has(code) || passing.test(code);
}

/**
 * The error of a first query as one that says where the store should be; an error that has nothing to do with reaching it
 * stays what it is.
 *
 * @param url of the store; its password is told to nobody.
 */
export function asUnreachable(error: unknown, url: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!networkCodes.has(code) && !refusals.test(code)) return error;
  const { hostname, port, pathname } = new URL(url);
  const reason = error instanceof Error && error.message !== '' ? error.message : code;
  return new StoreUnreachableError(`${hostname}:${port === '' ? '5432' : port}${pathname}`, reason, error);
}
