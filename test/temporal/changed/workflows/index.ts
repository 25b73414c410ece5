import { sleep } from '@temporalio/workflow';

/** The same workflow in a version that forgot what it did before. */
export async function stayOpen(): Promise<void> {
  await sleep('1 hour');
}
