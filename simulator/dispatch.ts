import { AwsError } from './aws-error.ts';
import { expiredToken } from './authentication.ts';
import type { RefusalDialect } from './authentication.ts';
import { callerAccessKeyId, callerArn, callerContext, callerPolicies, sessionPolicy } from './caller.ts';
import type { Caller } from './caller.ts';
import type { CloudTrailLog } from './cloudtrail-log.ts';
import type { Fault, Faults } from './faults.ts';
import type { JsonObject } from './json.ts';
import type { CallContext, Need, Operation, OperationResult, Output, ServiceName } from './operation.ts';
import { trailParameters } from './operation-input.ts';
import { evaluatePolicies } from './policy-evaluation.ts';
import { newUuid } from './random.ts';
import type { RequestLog } from './request-log.ts';
import type { OperationIndex } from './services/operations.ts';
import { foreignIdentity, trailRecord } from './trail-record.ts';
import type { CallFacts } from './trail-record.ts';
import type { World } from './world.ts';

/** A call as it comes in, whoever makes it. */
export interface Call {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: JsonObject;
  readonly region: string;
  readonly accessKeyId: string | null;
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly dialect: RefusalDialect;
  /** Finds out who calls, or throws the refusal. */
  readonly authenticate: (nowMs: number) => Caller;
}

/** How a call ended; `fault` says what is to happen to the answer on its way. */
export interface Answer {
  readonly requestId: string;
  readonly result: { readonly output: Output } | { readonly error: AwsError };
  readonly fault: Fault | null;
}

export interface DispatchParts {
  readonly world: World;
  readonly log: CloudTrailLog;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly operations: OperationIndex;
  readonly now: () => number;
  /** Makes what was done durable; called before the answer leaves. */
  readonly save: () => void;
  readonly onAnswered?: (call: Call, result: OperationResult | null) => void;
}

export type Dispatch = (call: Call) => Answer;

/** The one path of every call: who is it, what goes wrong, may it, do it, write it to the trail, log it, answer. */
export function createDispatch(parts: DispatchParts): Dispatch {
  return (call) => {
    const requestId = newUuid();
    const nowMs = parts.now();
    let caller: Caller | null = null;
    let fault: Fault | null = null;
    let result: OperationResult | null = null;
    let error: AwsError | null = null;
    try {
      caller = call.authenticate(nowMs);
      noteUse(caller, call, nowMs);
      fault = parts.faults.take(traits(call, caller), nowMs);
      refuseByFault(fault, call);
      const context = contextOf(parts, call, caller, requestId, nowMs);
      result = perform(parts, call, context);
    } catch (thrown) {
      error = thrown instanceof AwsError ? thrown : internalFailure(thrown);
    }
    if (changesWorld(parts, call)) parts.save();
    writeRequestLog(parts.requests, { call, caller, requestId, nowMs, result, error, fault });
    parts.onAnswered?.(call, result);
    if (error === null && fault?.kind === 'failed-after') error = serverFault(call, fault);
    return { requestId, result: error ? { error } : { output: result?.output ?? {} }, fault };
  };
}

function perform(parts: DispatchParts, call: Call, context: CallContext): OperationResult {
  const operation = parts.operations(call.service, call.operation);
  if (!operation) throw unknownOperation(call);
  try {
    if (call.service === 'iam') refuseUserSessions(context.caller);
    for (const need of operation.needs(call.input, context)) authorise(need, context);
    const result = operation.run(call.input, context);
    if (operation.dataEvent !== true) {
      record(parts, factsOf(call, operation, context, { result, error: null }), context, result.alsoIn?.id ?? null);
    }
    return result;
  } catch (thrown) {
    const error = thrown instanceof AwsError ? thrown : internalFailure(thrown);
    if (error.trailCode !== null && operation.dataEvent !== true) {
      const trailError = { code: error.trailCode, message: error.message };
      record(parts, factsOf(call, operation, context, { result: null, error: trailError }), context, null);
    }
    throw error;
  }
}

/** Reads leave nothing to save but when a key was last used, which waits for the next change. */
function changesWorld(parts: DispatchParts, call: Call): boolean {
  return call.service === 'sts' || parts.operations(call.service, call.operation)?.readOnly === false;
}

/** Credentials of GetSessionToken without MFA cannot call IAM (STS documentation). */
function refuseUserSessions(caller: Caller): void {
  if (caller.kind !== 'user-session' || caller.session.mfa) return;
  throw new AwsError('InvalidClientTokenId', 'The security token included in the request is invalid', {
    status: 403,
    trailCode: null,
  });
}

function authorise(need: Need, context: CallContext): void {
  const { caller, region, sourceIp, userAgent, nowMs } = context;
  const conditions = callerContext(caller, { now: nowMs, region, sourceIp, userAgent });
  const decision = evaluatePolicies(callerPolicies(caller), { ...need, context: conditions });
  if (decision !== 'allowed') throw accessDenied(need, caller, decision === 'explicitDeny');
  const bound = sessionPolicy(caller);
  if (bound === null) return;
  const within = evaluatePolicies([bound], { ...need, context: conditions });
  if (within !== 'allowed') throw accessDenied(need, caller, within === 'explicitDeny');
}

function accessDenied(need: Need, caller: Caller, explicit: boolean): AwsError {
  const service = need.action.split(':')[0] ?? '';
  const reason = explicit
    ? 'with an explicit deny in an identity-based policy'
    : `because no identity-based policy allows the ${need.action} action`;
  const message = `User: ${callerArn(caller)} is not authorized to perform: ${need.action} on resource: ${need.resource} ${reason}`;
  return deniedIn(service, message);
}

/** Access denied in a service's own words; the trail has its own spelling. */
function deniedIn(service: string, message: string): AwsError {
  if (service === 'ec2') {
    const text = `You are not authorized to perform this operation. ${message}`;
    return new AwsError('UnauthorizedOperation', text, { status: 403, trailCode: 'Client.UnauthorizedOperation' });
  }
  if (service === 'iam' || service === 'sts' || service === 's3')
    return new AwsError('AccessDenied', message, { status: 403 });
  return new AwsError('AccessDeniedException', message, { trailCode: 'AccessDenied' });
}

function refuseByFault(fault: Fault | null, call: Call): void {
  switch (fault?.kind) {
    case 'throttled':
      throw throttledIn(call);
    case 'access-denied':
      throw deniedIn(
        call.service,
        `User is not authorized to perform: ${call.service}:${call.operation} (permission withdrawn)`,
      );
    case 'expired-token':
      throw expiredToken(call.dialect);
    case 'server-error':
      throw serverFault(call, fault);
    case 'html-error':
    case 'cut-before':
      throw new AwsError('ServiceUnavailable', 'not done', { status: fault.status ?? 503, trailCode: null });
    default:
  }
}

function serverFault(call: Call, fault: Fault): AwsError {
  const code = call.dialect === 'json' ? 'InternalServiceError' : 'ServiceFailure';
  const message = 'We encountered an internal error. Please try again.';
  return new AwsError(code, message, { status: fault.status ?? 500, trailCode: null });
}

function throttledIn(call: Call): AwsError {
  if (call.dialect === 'json') return new AwsError('ThrottlingException', 'Rate exceeded', { trailCode: null });
  if (call.dialect === 'ec2')
    return new AwsError('RequestLimitExceeded', 'Request limit exceeded.', { status: 503, trailCode: null });
  return new AwsError('Throttling', 'Rate exceeded', { trailCode: null });
}

function unknownOperation(call: Call): AwsError {
  if (call.dialect === 'json')
    return new AwsError('UnknownOperationException', `${call.service} knows no ${call.operation}`, { trailCode: null });
  return new AwsError('InvalidAction', `Could not find operation ${call.operation}`, { trailCode: null });
}

function internalFailure(thrown: unknown): AwsError {
  const detail = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  process.stderr.write(`simulator: ${detail}\n`);
  return new AwsError('InternalFailure', 'The simulator failed; its standard error says how.', {
    status: 500,
    trailCode: null,
  });
}

function contextOf(parts: DispatchParts, call: Call, caller: Caller, requestId: string, nowMs: number): CallContext {
  const { world, log } = parts;
  const { region, sourceIp, userAgent } = call;
  return { world, log, caller, account: caller.account, region, requestId, nowMs, sourceIp, userAgent };
}

function factsOf(
  call: Call,
  operation: Operation,
  context: CallContext,
  outcome: { result: OperationResult | null; error: CallFacts['error'] },
): CallFacts {
  const { caller, requestId, nowMs, sourceIp, userAgent } = context;
  return {
    service: call.service,
    operation: operation.name,
    readOnly: operation.readOnly,
    caller,
    region: trailRegion(call, context),
    nowMs,
    requestId,
    sourceIp,
    userAgent,
    requestParameters: operation.parameters ? operation.parameters(call.input) : trailParameters(call.input),
    responseElements: outcome.result?.responseElements ?? null,
    resources: (outcome.result?.resources ?? []).map((resource) => ({ ...resource })),
    error: outcome.error,
  };
}

/** IAM's records go to the global region; so do those of a region that the account does not have. */
function trailRegion(call: Call, { account, region }: CallContext): string {
  return call.service === 'iam' || !account.regions.includes(region) ? account.globalRegion : region;
}

function record(parts: DispatchParts, facts: CallFacts, context: CallContext, alsoIn: string | null): void {
  const sharedEventId = alsoIn === null ? null : newUuid();
  const own = trailRecord(facts, context.account.id, sharedEventId);
  parts.log.write(context.account.id, facts.region, own, context.nowMs);
  if (alsoIn === null) return;
  const other = context.world.accounts.find((account) => account.id === alsoIn);
  const region = other && !other.regions.includes(facts.region) ? other.globalRegion : facts.region;
  const seenFromThere = {
    ...trailRecord({ ...facts, region }, alsoIn, sharedEventId),
    userIdentity: foreignIdentity(facts.caller),
  };
  parts.log.write(alsoIn, region, seenFromThere, context.nowMs);
}

function noteUse(caller: Caller, call: Call, nowMs: number): void {
  if (caller.kind === 'user')
    caller.key.lastUsed = { at: Math.floor(nowMs / 1_000) * 1_000, region: call.region, service: call.service };
}

function traits(call: Call, caller: Caller): Parameters<Faults['take']>[0] {
  return {
    service: call.service,
    operation: call.operation,
    accountId: caller.account.id,
    region: call.region,
    accessKeyId: callerAccessKeyId(caller),
    roleName: caller.kind === 'role-session' ? caller.role.name : null,
  };
}

function writeRequestLog(
  requests: RequestLog,
  seen: {
    call: Call;
    caller: Caller | null;
    requestId: string;
    nowMs: number;
    result: OperationResult | null;
    error: AwsError | null;
    fault: Fault | null;
  },
): void {
  const { call, caller, requestId, nowMs, result, error, fault } = seen;
  const { SecretString: _text, SecretBinary: _binary, ...input } = call.input;
  requests.write({
    at: new Date(nowMs).toISOString(),
    requestId,
    service: call.service,
    operation: call.operation,
    accountId: caller?.account.id ?? null,
    region: call.region,
    callerArn: caller ? callerArn(caller) : null,
    accessKeyId: call.accessKeyId,
    input,
    outcome: error ? error.code : 'ok',
    fault: fault?.kind ?? null,
    ...(result?.eventIds ? { eventIds: result.eventIds } : {}),
    ...(result?.lastPage === undefined ? {} : { lastPage: result.lastPage }),
    ...(result?.nextToken === undefined ? {} : { nextToken: result.nextToken }),
  });
}
