import type { AcceptanceStatement } from '../model/acceptance.ts';
import type { Instant } from '../model/ids.ts';
import { type EntryOf, findEntry, type Register, registerKeys } from './register.ts';

type Said = Pick<AcceptanceStatement, 'acceptanceId' | 'caseId' | 'wayInId' | 'issuedAt'>;

/**
 * Has the register remember that an acceptance was taken, so that an earlier one about the same way in never counts again, whoever puts
 * it back. The same one taken again, after an answer that was lost, is remembered once.
 *
 * @returns false where a later one was taken before.
 * @throws ResponderStopped where the register cannot be used.
 */
export async function spendAcceptance(said: Said, register: Register, at: Instant): Promise<boolean> {
  const { acceptanceId, caseId, wayInId, issuedAt } = said;
  for (;;) {
    const taken = await takenAbout(said, register);
    if (taken.some((before) => isLater(before, said))) return false;
    if (taken.some((before) => before.acceptanceId === acceptanceId)) return true;
    const entry = { kind: 'acceptance', caseId, wayInId, number: taken.length, acceptanceId, issuedAt, at } as const;
    if ((await register.spend(entry)).fresh) return true;
  }
}

/**
 * Has the register remember that an acceptance was refused, so that whoever keeps it cannot have it count when the way in is as it was.
 * One that was taken before stays so, whoever sends it again.
 *
 * @throws ResponderStopped where the register cannot be used.
 */
export async function voidAcceptance(said: Said, register: Register, at: Instant): Promise<void> {
  const { acceptanceId } = said;
  const taken = await takenAbout(said, register);
  if (taken.some((before) => before.acceptanceId === acceptanceId)) return;
  await register.spend({ kind: 'refused-acceptance', acceptanceId, at });
}

/** @throws ResponderStopped where the register cannot be used. */
export async function wasRefused(
  { acceptanceId }: Pick<Said, 'acceptanceId'>,
  register: Pick<Register, 'find'>,
): Promise<boolean> {
  return (await register.find(registerKeys.refusedAcceptance(acceptanceId))) !== null;
}

/**
 * Whether an acceptance never counts: the case refused it, or a later word about the same way in was taken. An approver who has narrowed
 * what may stay is not overruled by what was said before.
 *
 * @throws ResponderStopped where the register cannot be used.
 */
export async function countsNoMore(said: Said, register: Pick<Register, 'find'>): Promise<boolean> {
  if (await wasRefused(said, register)) return true;
  return (await takenAbout(said, register)).some((taken) => isLater(taken, said));
}

async function takenAbout(
  { caseId, wayInId }: Said,
  register: Pick<Register, 'find'>,
): Promise<readonly EntryOf<'acceptance'>[]> {
  const taken: EntryOf<'acceptance'>[] = [];
  for (;;) {
    const key = registerKeys.acceptance(caseId, wayInId, taken.length);
    const entry = await findEntry(register, 'acceptance', key);
    if (entry === null) return taken;
    taken.push(entry);
  }
}

/** Of two of one instant, the one that was taken counts. */
function isLater(taken: EntryOf<'acceptance'>, { acceptanceId, issuedAt }: Said): boolean {
  return taken.acceptanceId !== acceptanceId && Date.parse(taken.issuedAt) >= Date.parse(issuedAt);
}
