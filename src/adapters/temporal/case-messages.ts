import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
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
import { askWorkflow } from './ask-workflow.ts';

/** What people do about cases, sent to the workflows of these. */
export function caseMessages(client: Client): CaseMessages {
  function sender<Given>(act: UpdateDefinition<ActOutcome, [Given]>) {
    return (caseId: CaseId, given: Given) =>
      askWorkflow(client, caseWorkflowId(caseId), (handle) =>
        handle.executeUpdate(act, { updateId: randomUUID(), args: [given] }),
      );
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
