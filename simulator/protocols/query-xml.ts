import { textOf } from '../json.ts';
import type { AwsError } from '../aws-error.ts';
import type { JsonObject } from '../json.ts';
import type { Output } from '../operation.ts';
import { formTree } from './form-tree.ts';
import type { WireAnswer, WireRequest } from './wire.ts';
import { xmlElement, xmlElements } from './xml.ts';

const namespaces: Readonly<Record<'iam' | 'sts', string>> = {
  iam: 'https://iam.amazonaws.com/doc/2010-05-08/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
};

/** Reads the query protocol: a form with `Action`, and members of lists as `Name.member.1`. */
export function readQuery(request: WireRequest): { operation: string; input: JsonObject } {
  const { Action, Version: _version, ...input } = formTree(request.body.toString('utf8'), 'member');
  return { operation: textOf(Action ?? ''), input };
}

export function writeQuery(service: 'iam' | 'sts', operation: string, output: Output, requestId: string): WireAnswer {
  const result =
    Object.keys(output).length > 0 ? `<${operation}Result>${xmlElements(output, 'member')}</${operation}Result>` : '';
  const body = `<${operation}Response xmlns="${namespaces[service]}">${result}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`;
  return answer(200, requestId, body);
}

export function writeQueryError(service: 'iam' | 'sts', error: AwsError, requestId: string): WireAnswer {
  const fields = xmlElement('Error', { Type: error.side, Code: error.code, Message: error.message }, 'member');
  return answer(
    error.status,
    requestId,
    `<ErrorResponse xmlns="${namespaces[service]}">${fields}<RequestId>${requestId}</RequestId></ErrorResponse>`,
  );
}

function answer(status: number, requestId: string, body: string): WireAnswer {
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body };
}
