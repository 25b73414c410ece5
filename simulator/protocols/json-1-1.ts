import type { AwsError } from '../aws-error.ts';
import { isObject, parseJson } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { OutputMap } from '../operation.ts';
import type { Output, OutputValue } from '../operation.ts';
import type { WireAnswer, WireRequest } from './wire.ts';

/** Reads AWS JSON, 1.1 or 1.0, which differ in their content type alone: the operation stands in `X-Amz-Target`, the input in the body. */
export function readJson11(request: WireRequest): { operation: string; input: JsonObject } | null {
  const operation = request.target.split('.').at(-1) ?? '';
  const input = request.body.length === 0 ? {} : parseJson(request.body.toString('utf8'));
  return isObject(input) ? { operation, input } : null;
}

export function writeJson11(output: Output, requestId: string): WireAnswer {
  return answer(200, requestId, jsonOf(output) ?? {});
}

export function writeJson11Error(error: AwsError, requestId: string): WireAnswer {
  return answer(error.status, requestId, { __type: error.code, message: error.message, ...error.members });
}

function answer(status: number, requestId: string, body: JsonValue): WireAnswer {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId },
    body: JSON.stringify(body),
  };
}

/** Dates are seconds since the epoch with a fraction. */
function jsonOf(value: OutputValue): JsonValue | undefined {
  if (value instanceof Date) return value.getTime() / 1_000;
  if (value instanceof OutputMap) return Object.fromEntries(value.entries);
  if (Array.isArray(value)) return (value as readonly OutputValue[]).map((item) => jsonOf(item) ?? null);
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, jsonOf(item)]));
}
