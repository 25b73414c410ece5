import type { JournalRow } from '../action-journal.ts';
import { CallFailure } from '../call-failure.ts';
import { type StepContext as AnyStepContext, StepPending } from '../step.ts';
import { type AccessKeyAction, accessKeyTarget, guardOwner } from './access-key-steps.ts';

type StepContext = AnyStepContext<AccessKeyAction>;

/**
 * Removes a key that an attempt made: the removal is written down before it is asked for, so that a key whose removal's answer was
 * lost is in the story all the same. Repeatable; "not there" is what is wanted.
 *
 * @throws StepPending while IAM still lists the key; StepBlocked where the user must not be touched any more.
 */
export async function removeMadeKey(context: StepContext, accessKeyId: string): Promise<void> {
  const { userName } = accessKeyTarget(context);
  const { keys } = context.hands;
  const looked = await guardOwner(context);
  const removal = await beginRemoval(context, accessKeyId);
  const deactivated = await unlessGone(() => keys.deactivate(userName, accessKeyId));
  const removed = await unlessGone(() => keys.remove(userName, accessKeyId));
  const listed = await keys.keysOf(userName);
  if (listed.value.some((key) => key.accessKeyId === accessKeyId)) {
    throw new StepPending(`IAM still lists key ${accessKeyId}.`, context.limits.lookAgainMs);
  }
  const awsRequestIds = [...looked, ...deactivated, ...removed, ...listed.awsRequestIds];
  await context.journal.mark('removed', { accessKeyId }, awsRequestIds, removal);
}

/** Keys whose removal was begun; `over` where they were seen to be gone. */
export function removalsIn(
  rows: readonly JournalRow[],
): readonly { readonly accessKeyId: string; readonly over: boolean }[] {
  const over = new Set(rows.filter((row) => row.mark === 'removed').map(keyIn));
  return rows
    .filter((row) => row.mark === 'removing')
    .map((row) => ({ accessKeyId: keyIn(row), over: over.has(keyIn(row)) }));
}

/** Notes that keys whose removal was begun are not listed any more: the lost answer was to a removal that took place. */
export async function noteRemovalsOver(context: StepContext, rows: readonly JournalRow[], listed: readonly string[]) {
  for (const { accessKeyId, over } of removalsIn(rows)) {
    if (over || listed.includes(accessKeyId)) continue;
    const removal = rows.find((row) => row.mark === 'removing' && keyIn(row) === accessKeyId)?.attempt ?? 0;
    await context.journal.mark('removed', { accessKeyId }, [], removal);
  }
}

/** Writes down that the key is about to be removed; gives the number of the removal. */
async function beginRemoval(context: StepContext, accessKeyId: string): Promise<number> {
  const begun = (await context.journal.rows()).filter((row) => row.mark === 'removing');
  const known = begun.find((row) => keyIn(row) === accessKeyId);
  if (known !== undefined) return known.attempt;
  const { row } = await context.journal.mark('removing', { accessKeyId }, [], begun.length);
  // Another worker may have taken the number for another key: then this one takes the next.
  return keyIn(row) === accessKeyId ? row.attempt : await beginRemoval(context, accessKeyId);
}

function keyIn(row: JournalRow): string {
  return typeof row.data['accessKeyId'] === 'string' ? row.data['accessKeyId'] : '';
}

async function unlessGone(call: () => Promise<{ readonly awsRequestIds: readonly string[] }>) {
  try {
    return (await call()).awsRequestIds;
  } catch (error) {
    if (!(error instanceof CallFailure) || error.facts.kind !== 'not-found') throw error;
    return error.facts.awsRequestId === null ? [] : [error.facts.awsRequestId];
  }
}
