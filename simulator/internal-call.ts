import { authenticateKey } from './authentication.ts';
import type { AwsError } from './aws-error.ts';
import type { Dispatch } from './dispatch.ts';
import type { JsonObject } from './json.ts';
import type { Output, ServiceName } from './operation.ts';
import { refusalDialects } from './services/operations.ts';
import type { World } from './world.ts';

/** A call by someone inside the simulator: an attacker, a colleague, a test. */
export interface InternalCall {
  readonly accessKeyId: string;
  readonly service: ServiceName;
  readonly operation: string;
  readonly input?: JsonObject;
  readonly region: string;
  readonly sourceIp: string;
  readonly userAgent: string;
}

export type InternalOutcome =
  | { readonly requestId: string; readonly allowed: true; readonly output: Output }
  | { readonly requestId: string; readonly allowed: false; readonly code: string; readonly message: string };

/** Makes a call by the real path (key status, policies, faults, trail, logs); only the signature is taken for granted. */
export function makeInternalCall(world: World, dispatch: Dispatch, call: InternalCall): InternalOutcome {
  const dialect = refusalDialects[call.service];
  const { requestId, result } = dispatch({
    ...call,
    input: call.input ?? {},
    dialect,
    authenticate: (nowMs) => authenticateKey(world, call.accessKeyId, dialect, nowMs),
  });
  return 'error' in result ? refused(requestId, result.error) : { requestId, allowed: true, output: result.output };
}

function refused(requestId: string, error: AwsError): InternalOutcome {
  return { requestId, allowed: false, code: error.code, message: error.message };
}
