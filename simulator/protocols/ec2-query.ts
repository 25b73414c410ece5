import { textOf } from '../json.ts';
import type { AwsError } from '../aws-error.ts';
import type { JsonObject } from '../json.ts';
import type { Output } from '../operation.ts';
import { formTree } from './form-tree.ts';
import type { WireAnswer, WireRequest } from './wire.ts';
import { xmlElement, xmlElements } from './xml.ts';

/** Reads EC2's own query protocol: members of lists are `Name.1`. */
export function readEc2(request: WireRequest): { operation: string; input: JsonObject } {
  const { Action, Version: _version, ...input } = formTree(request.body.toString('utf8'), null);
  return { operation: textOf(Action ?? ''), input };
}

export function writeEc2(operation: string, output: Output, requestId: string): WireAnswer {
  const namespace = 'http://ec2.amazonaws.com/doc/2016-11-15/';
  const body = `<${operation}Response xmlns="${namespace}"><requestId>${requestId}</requestId>${xmlElements(output, 'item')}</${operation}Response>`;
  return answer(200, requestId, body);
}

export function writeEc2Error(error: AwsError, requestId: string): WireAnswer {
  const fields = xmlElement('Errors', { Error: { Code: error.code, Message: error.message } }, 'item');
  return answer(error.status, requestId, `<Response>${fields}<RequestID>${requestId}</RequestID></Response>`);
}

function answer(status: number, requestId: string, body: string): WireAnswer {
  return { status, headers: { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': requestId }, body };
}
