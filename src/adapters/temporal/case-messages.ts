import { randomUUID } from 'node:crypto';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import type { CaseMessages } from '../../commands/case-acts.ts';
import {
  acceptWayIn,
  type ActOutcome,
  addNote,
  assign,
  closeByPerson,
  link,
  split,
} from '../../messages/case-act-messages.ts';
import { caseWorkflowId } from '../../messages/workflow-ids.ts';
import type { CaseId } from '../../model/ids.ts';

/** Longer than this nobody watches a silent terminal. */
const answerWithinMs = 60_000;

/** What people do about cases, sent to the workflows of these. */
export function caseMessages(client: Client): CaseMessages {
  function sender<Given>(act: UpdateDefinition<ActOutcome, [Given]>) {
    return async (caseId: CaseId, given: Given): Promise<ActOutcome | null> => {
      const handle = client.workflow.getHandle(caseWorkflowId(caseId));
      try {
        return await client.withDeadline(Date.now() + answerWithinMs, () =>
          handle.executeUpdate(act, { updateId: randomUUID(), args: [given] }),
        );
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return null;
        throw error;
      }
    };
  }
  return {
    accept: sender(acceptWayIn),
    close: sender(closeByPerson),
    note: sender(addNote),
    assign: sender(assign),
    link: sender(link),
    split: sender(split),
  };
}
