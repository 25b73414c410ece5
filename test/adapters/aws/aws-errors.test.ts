import { createServer, type Server, type ServerResponse } from 'node:http';
import { CreateAccessKeyCommand, IAMClient } from '@aws-sdk/client-iam';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { classifyAwsError, type AwsFailure } from '../../../src/adapters/aws/aws-errors.ts';

/** A server whose answer each test sets, so that the errors are the SDK's own and not our idea of them. */
let server: Server;
let endpoint: string;
let answer: (response: ServerResponse) => void;

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume().on('end', () => answer(response));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  endpoint = `http://127.0.0.1:${address.port}`;
});

afterAll(() => {
  server.close();
  server.closeAllConnections();
});

function settings() {
  return {
    endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example' },
  };
}

async function failureOf(call: () => Promise<unknown>): Promise<AwsFailure> {
  try {
    await call();
  } catch (error) {
    return classifyAwsError(error);
  }
  throw new Error('the call was expected to fail');
}

function iamFailure() {
  return failureOf(() => new IAMClient(settings()).send(new CreateAccessKeyCommand({ UserName: 'ann' })));
}
function trailFailure() {
  return failureOf(() => new CloudTrailClient(settings()).send(new LookupEventsCommand({})));
}

function queryError(status: number, code: string, message: string): typeof answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'text/xml', 'x-amzn-requestid': 'r-1' });
    response.end(
      `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r-1</RequestId></ErrorResponse>`,
    );
  };
}

function jsonError(status: number, type: string): typeof answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': 'r-2' });
    response.end(JSON.stringify({ __type: type, message: 'no' }));
  };
}

describe('an AWS failure is told by name, code and status', () => {
  test('a denied call names the missing permission, and did not run', async () => {
    answer = queryError(
      403,
      'AccessDenied',
      'User: arn:aws:sts::1:x is not authorized to perform: iam:CreateAccessKey on resource: user ann',
    );
    expect(await iamFailure()).toMatchObject({
      kind: 'access-denied',
      permission: 'iam:CreateAccessKey',
      ran: 'no',
      retryable: false,
      awsRequestId: 'r-1',
    });
  });

  test('the two-key limit is a limit, though the SDK takes it for throttling', async () => {
    answer = queryError(409, 'LimitExceeded', 'Cannot exceed quota for AccessKeysPerUser: 2');
    expect(await iamFailure()).toMatchObject({ kind: 'limit-exceeded', ran: 'no', retryable: false });
  });

  test.each([
    [400, 'ThrottlingException', 'throttled'],
    [400, 'Throttling', 'throttled'],
    [400, 'ExpiredTokenException', 'expired-credentials'],
    [400, 'InvalidNextTokenException', 'invalid-next-token'],
    [400, 'InvalidTimeRangeException', 'invalid-request'],
    [400, 'UnrecognizedClientException', 'invalid-credentials'],
    [500, 'InternalServerError', 'server-fault'],
    // What every object has of its own is no code that we know.
    [400, 'constructor', 'invalid-request'],
    [403, 'toString', 'access-denied'],
  ])('CloudTrail status %i, %s: %s', async (status, type, kind) => {
    answer = jsonError(status, type);
    expect(await trailFailure()).toMatchObject({ kind, awsRequestId: 'r-2' });
  });

  test.each([
    [400, 'Throttling', 'throttled'],
    [403, 'ExpiredToken', 'expired-credentials'],
    [403, 'SignatureDoesNotMatch', 'signature-rejected'],
    [404, 'NoSuchEntity', 'not-found'],
    [503, 'ServiceUnavailable', 'server-fault'],
  ])('IAM status %i, %s: %s', async (status, code, kind) => {
    answer = queryError(status, code, 'no');
    expect(await iamFailure()).toMatchObject({ kind });
  });

  test('an HTML error page is a server fault, whose call may have run', async () => {
    answer = (response) => {
      response.writeHead(503, { 'content-type': 'text/html' });
      response.end('<html><body>Service Unavailable</body></html>');
    };
    expect(await iamFailure()).toMatchObject({ kind: 'server-fault', ran: 'unknown', retryable: true });
    expect(await trailFailure()).toMatchObject({ kind: 'server-fault', ran: 'unknown', retryable: true });
  });

  test('a truncated answer with status 200 is no answer, and its call may have run', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end('{"Events": [');
    };
    expect(await trailFailure()).toMatchObject({ kind: 'unreadable-answer', ran: 'unknown', retryable: true });
  });

  test('a connection cut before the answer leaves open whether the call ran', async () => {
    answer = (response) => response.destroy();
    expect(await iamFailure()).toMatchObject({ kind: 'unreachable', ran: 'unknown', retryable: true });
  });

  test('a refused connection means that the call did not run', async () => {
    const failure = await failureOf(() =>
      new IAMClient({ ...settings(), endpoint: 'http://127.0.0.1:1' }).send(
        new CreateAccessKeyCommand({ UserName: 'ann' }),
      ),
    );
    expect(failure).toMatchObject({ kind: 'unreachable', ran: 'no', retryable: true });
  });

  test('what is no AWS error at all is unknown, and is not retried', () => {
    expect(classifyAwsError(new TypeError('x is not a function'))).toMatchObject({ kind: 'unknown', retryable: false });
    expect(classifyAwsError(undefined)).toMatchObject({ kind: 'unknown', retryable: false });
  });
});
