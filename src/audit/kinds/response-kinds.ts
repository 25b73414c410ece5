import { z } from 'zod';
import { auditKind, texts, told } from '../audit-kind.ts';
import { responseEndWords } from '../response-end-words.ts';

/** Which action, of which plan. */
const ofAction = { planDigest: z.string(), intentId: z.string() };

const keys = z
  .array(
    z.object({
      accessKeyId: z.string(),
      fate: z.enum(['live', 'removed', 'may-be-live']),
      secretArn: z.string().nullable(),
    }),
  )
  .readonly();

export const responseKinds = {
  'response-started': auditKind(z.object({ actionIds: texts, approver: z.string() }), ({ actionIds }) =>
    told('state', `The response began: ${actionIds.join(', ')}.`),
  ),
  'write-refused': auditKind(
    z.object({
      code: z.string(),
      planDigest: z.string().nullable(),
      reason: z.string().optional(),
      detail: z.string().optional(),
      workflowId: z.string().optional(),
      runId: z.string().optional(),
    }),
    ({ code, detail }) =>
      told('trouble', `A change to AWS was refused: ${code}.${detail === undefined ? '' : ` ${detail}`}`),
  ),
  'step-held': auditKind(z.object({ step: z.string(), why: z.string(), ...ofAction }), ({ step, why }) =>
    told('trouble', `${step} is not settled yet: ${why}`),
  ),
  'step-settled': auditKind(
    z.object({ step: z.string(), found: z.enum(['stored', 'nothing', 'removed']), detail: z.string(), ...ofAction }),
    ({ step, detail }) => told('done', `${step} was settled: ${detail}`),
  ),
  'action-step': auditKind(
    z.object({
      step: z.string(),
      outcome: z.enum(['done', 'already-so']),
      detail: z.string(),
      awsRequestIds: texts,
      ...ofAction,
    }),
    ({ step, detail, awsRequestIds }) => told('verified', `${step}: ${detail}`, awsRequestIds),
  ),
  'action-ended': auditKind(
    z.object({ outcome: z.string(), detail: z.string(), keys, ...ofAction }),
    ({ outcome, detail }) => told('done', `The action ended: ${outcome}. ${detail}`.trimEnd()),
  ),
  'response-ended': auditKind(
    z.object({
      ended: z.string(),
      actions: z.array(z.object({ actionId: z.string(), outcome: z.string(), detail: z.string(), keys })).readonly(),
    }),
    ({ ended, actions }) => told('state', `The response ended: ${responseEndWords(ended, actions)}.`),
  ),
  'memory-accepted': auditKind(
    z.object({ reason: z.string(), unknownToStore: texts, unknownToRegister: texts }),
    ({ reason }) => told('decided', `A difference between register and store was accepted: ${reason}`),
  ),
};
