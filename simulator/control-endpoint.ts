import type { DeliveryFaultDefinition, RecordInsertion, SimulatorControl } from './control.ts';
import { faultKinds } from './faults.ts';
import type { FaultDefinition } from './faults.ts';
import type { InternalCall } from './internal-call.ts';
import { parseJson } from './json.ts';
import type { AccountDefinition, KeyDefinition, RoleDefinition, UserDefinition } from './world-definition.ts';

export interface ControlAnswer {
  readonly status: number;
  readonly body: unknown;
}

type Handler = (control: SimulatorControl, body: unknown, query: URLSearchParams, rest: string) => unknown;

/** Who calls this is our own test or harness, so bodies are taken to have the shapes of control.ts. */
const routes: readonly (readonly [method: string, path: string, handler: Handler])[] = [
  ['GET', '/health', () => ({ ok: true })],
  ['GET', '/world', (control) => control.world()],
  ['GET', '/requests', (control, _body, query) => control.requests(Number(query.get('after') ?? 0))],
  ['GET', '/deliveries', (control, _body, query) => control.deliveries(Number(query.get('after') ?? 0))],
  ['GET', '/iam', (control, _body, query) => control.iam(query.get('account') ?? '', query.get('secrets') === 'true')],
  ['POST', '/accounts', (control, body) => control.addAccount(body as AccountDefinition)],
  [
    'POST',
    '/regions',
    (control, body) => done(() => control.setRegions(accountIn(body), (body as { regions: string[] }).regions)),
  ],
  ['POST', '/users', (control, body) => control.addUser(accountIn(body), body as UserDefinition)],
  ['POST', '/roles', (control, body) => control.addRole(accountIn(body), body as RoleDefinition)],
  [
    'POST',
    '/keys',
    (control, body) => control.addKey(accountIn(body), (body as { userName: string }).userName, body as KeyDefinition),
  ],
  ['GET', '/faults', (control) => control.faults()],
  ['POST', '/faults', (control, body) => control.addFault(knownFault(body as FaultDefinition))],
  [
    'DELETE',
    '/faults',
    (control, _body, _query, rest) => done(() => control.removeFault(rest === '' ? undefined : rest)),
  ],
  ['POST', '/delivery-faults', (control, body) => control.addDeliveryFault(body as DeliveryFaultDefinition)],
  [
    'DELETE',
    '/delivery-faults',
    (control, _body, _query, rest) => done(() => control.removeDeliveryFault(rest === '' ? undefined : rest)),
  ],
  ['POST', '/records', (control, body) => done(() => control.insertRecords(body as RecordInsertion))],
  ['POST', '/calls', (control, body) => control.call(body as InternalCall)],
  ['POST', '/clock', (control, body) => done(() => control.setClockOffset((body as { offsetMs: number }).offsetMs))],
  ['POST', '/attack', (control) => ({ started: control.startAttack() })],
];

/** Answers a request to `/_control<target>` in JSON. */
export function answerControl(control: SimulatorControl, method: string, target: string, body: Buffer): ControlAnswer {
  const url = new URL(target, 'http://simulator');
  const [, first = '', rest = ''] = /^(\/[a-z-]+)\/?(.*)$/u.exec(url.pathname) ?? [];
  const route = routes.find(([routeMethod, path]) => routeMethod === method && path === first);
  if (!route)
    return {
      status: 404,
      body: { error: `no ${method} ${url.pathname}`, routes: routes.map(([verb, path]) => `${verb} ${path}`) },
    };
  try {
    const parsed = body.length === 0 ? {} : parseJson(body.toString('utf8'));
    return { status: 200, body: route[2](control, parsed, url.searchParams, rest) };
  } catch (error) {
    return { status: 400, body: { error: error instanceof Error ? error.message : String(error) } };
  }
}

function accountIn(body: unknown): string {
  return (body as { accountId: string }).accountId;
}

function knownFault(definition: FaultDefinition): FaultDefinition {
  if (faultKinds.includes(definition.kind)) return definition;
  throw new Error(`unknown fault kind ${definition.kind}; known: ${faultKinds.join(', ')}`);
}

function done(change: () => void): { ok: true } {
  change();
  return { ok: true };
}
