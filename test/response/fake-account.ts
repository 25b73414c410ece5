import { CallFailure } from '../../src/response/call-failure.ts';
import type { ActionJournal, JournalRow } from '../../src/response/action-journal.ts';
import type { AccountHands, Answered, KeyMaking } from '../../src/response/ports.ts';
import { SecretText } from '../../src/response/secret-text.ts';
import { memoryRegister } from './memory-register.ts';
import type { Instant } from '../../src/model/ids.ts';

/** The process died: nothing after it runs, nothing in memory is left. */
export class Crash extends Error {}

/** What happens at one call: nothing wrong, or one of four faults. `lost` and `crash-after` come after the side effect. */
export type Fault = 'none' | 'refused' | 'lost' | 'crash-before' | 'crash-after';

export interface FakeOptions {
  /** AWS: 2. More shows that we do not lean on AWS's limit. */
  readonly maxKeys: number;
  /** How long IAM's lists lag, in virtual milliseconds. */
  readonly listLagMs: number;
  readonly trailDelayMs: number;
}

interface FakeKey {
  status: 'Active' | 'Inactive';
  readonly madeAtMs: number;
  readonly madeBy: string;
  readonly signedBy: string;
  readonly secret: string;
  deleted: boolean;
}

interface FakeSecret {
  readonly token: string;
  readonly accessKeyId: string;
  readonly secret: string;
}

/**
 * An account in memory with one user, a virtual clock and a fault for every call, to try a saga thousands of times.
 * It knows about AWS only what the saga's ports say; the same saga runs against the simulator and moto elsewhere.
 */
export class FakeAccount {
  nowMs = Date.parse('2026-11-24T12:00:00Z');
  readonly keys = new Map<string, FakeKey>();
  readonly secrets = new Map<string, FakeSecret>();
  /** Inline policies by `<holder>/<name>`. */
  readonly policies = new Map<string, string>();
  password = true;
  /** What the responder's configuration protects. */
  readonly protectedPaths: string[] = [];
  readonly rows: JournalRow[] = [];
  readonly register = memoryRegister();
  readonly responderArn: string;
  nextFault: () => Fault = () => 'none';
  #made = 0;
  readonly #options: FakeOptions;

  constructor(options: FakeOptions, sessionName: string) {
    this.#options = options;
    this.responderArn = `arn:aws:sts::111122223333:assumed-role/Responder/${sessionName}`;
  }

  /** Somebody else makes a key, now or so long ago. */
  addForeign(accessKeyId: string, agoMs = 0): void {
    this.#addKey(accessKeyId, 'arn:aws:iam::111122223333:user/attacker', 'ASIAFOREIGN', agoMs);
  }

  clock = {
    now: (): Instant => new Date(this.nowMs).toISOString() as Instant,
    wait: async (ms: number): Promise<void> => {
      this.nowMs += ms;
    },
  };

  hands: AccountHands = {
    keys: {
      ownerNamed: (userName) =>
        this.#call('iam:GetUser', () => ({
          userId: 'AIDAUSER',
          userName,
          arn: `arn:aws:iam::111122223333:user/${userName}`,
          path: '/',
        })),
      keysOf: () => this.#call('iam:ListAccessKeys', () => this.#listed()),
      deactivate: (_user, accessKeyId) =>
        this.#call('iam:UpdateAccessKey', () => {
          this.#existing(accessKeyId, 'iam:UpdateAccessKey').status = 'Inactive';
          return null;
        }),
      activate: (_user, accessKeyId) =>
        this.#call('iam:UpdateAccessKey', () => {
          this.#existing(accessKeyId, 'iam:UpdateAccessKey').status = 'Active';
          return null;
        }),
      remove: (_user, accessKeyId) =>
        this.#call('iam:DeleteAccessKey', () => {
          this.#existing(accessKeyId, 'iam:DeleteAccessKey').deleted = true;
          return null;
        }),
      create: () =>
        this.#call('iam:CreateAccessKey', () => {
          if (this.liveOrInactive().length >= this.#options.maxKeys)
            throw refusal('iam:CreateAccessKey', 'limit-exceeded', false);
          const accessKeyId = `AKIANEW${String((this.#made += 1)).padStart(9, '0')}`;
          const key = this.#addKey(accessKeyId, this.responderArn, 'ASIARESPONDER');
          return { accessKeyId, secret: new SecretText(key.secret) };
        }),
    },
    principals: {
      roleNamed: (roleName) =>
        this.#call('iam:GetRole', () => ({
          roleId: 'AROAROLE',
          roleName,
          arn: `arn:aws:iam::111122223333:role/${roleName}`,
          path: '/',
        })),
      policyOf: ({ name }, policyName) =>
        this.#call('iam:GetPolicy', () => this.policies.get(`${name}/${policyName}`) ?? null),
      putPolicy: ({ name }, policyName, document) =>
        this.#call('iam:PutPolicy', () => {
          this.policies.set(`${name}/${policyName}`, document);
          return null;
        }),
      removePolicy: ({ name }, policyName) =>
        this.#call('iam:DeletePolicy', () => {
          this.policies.delete(`${name}/${policyName}`);
          return null;
        }),
      hasPassword: () => this.#call('iam:GetLoginProfile', () => this.password),
      removePassword: () =>
        this.#call('iam:DeleteLoginProfile', () => {
          this.password = false;
          return null;
        }),
    },
    secrets: {
      describe: (name) =>
        this.#call('secretsmanager:DescribeSecret', () => {
          const secret = this.secrets.get(name);
          return secret === undefined
            ? null
            : { arn: `arn:${name}`, tokens: [secret.token], accessKeyId: secret.accessKeyId };
        }),
      store: ({ name, token, key }) =>
        this.#call('secretsmanager:CreateSecret', () => {
          if (this.secrets.has(name)) throw refusal('secretsmanager:CreateSecret', 'already-exists', false);
          this.secrets.set(name, { token, accessKeyId: key.accessKeyId, secret: key.secret.reveal() });
          return { arn: `arn:${name}` };
        }),
    },
    trail: {
      makingOf: (_user, accessKeyId) => this.#call('cloudtrail:LookupEvents', () => this.#making(accessKeyId)),
    },
    responder: async () => ({
      arn: this.responderArn,
      signingKeyId: 'ASIARESPONDER',
      ownArn: 'arn:aws:iam::111122223333:user/trailhound',
    }),
  };

  journal: ActionJournal = {
    claim: async () => 'ours',
    actions: async () => [],
    rowsOf: async (intentId, step) => this.rows.filter((row) => row.intentId === intentId && row.step === step),
    rowsOfAction: async (intentId) => this.rows.filter((row) => row.intentId === intentId),
    write: async (row) => {
      const fault = this.nextFault();
      if (fault === 'crash-before' || fault === 'refused') throw new Crash(`before ${row.mark}`);
      const known = this.rows.find((k) => k.step === row.step && k.mark === row.mark && k.attempt === row.attempt);
      if (known === undefined) this.rows.push(structuredClone(row));
      if (fault === 'crash-after' || fault === 'lost') throw new Crash(`after ${row.mark}`);
      return { row: known ?? row, written: known === undefined };
    },
    end: async () => {},
  };

  liveOrInactive(): readonly (FakeKey & { readonly accessKeyId: string })[] {
    return [...this.keys].filter(([, key]) => !key.deleted).map(([accessKeyId, key]) => ({ accessKeyId, ...key }));
  }

  #addKey(accessKeyId: string, madeBy: string, signedBy: string, agoMs = 0): FakeKey {
    const secret = `secret-of-${accessKeyId}`;
    const key: FakeKey = { status: 'Active', madeAtMs: this.nowMs - agoMs, madeBy, signedBy, secret, deleted: false };
    this.keys.set(accessKeyId, key);
    return key;
  }

  #existing(accessKeyId: string, operation: string): FakeKey {
    const key = this.keys.get(accessKeyId);
    if (key === undefined || key.deleted) throw refusal(operation, 'not-found', false);
    return key;
  }

  #listed() {
    return this.liveOrInactive()
      .filter((key) => key.madeAtMs + this.#options.listLagMs <= this.nowMs)
      .map(({ accessKeyId, status }) => ({ accessKeyId, status }));
  }

  #making(accessKeyId: string): KeyMaking | null {
    const key = this.keys.get(accessKeyId);
    if (key === undefined || key.madeAtMs + this.#options.trailDelayMs > this.nowMs) return null;
    const at = new Date(key.madeAtMs).toISOString() as Instant;
    return { awsRequestId: `r-${accessKeyId}`, madeBy: key.madeBy, signedBy: key.signedBy, at };
  }

  async #call<T>(operation: string, effect: () => T): Promise<Answered<T>> {
    const fault = this.nextFault();
    this.nowMs += 20;
    if (fault === 'crash-before') throw new Crash(`before ${operation}`);
    if (fault === 'refused') throw refusal(operation, 'throttled', true);
    const value = effect();
    if (fault === 'crash-after') throw new Crash(`after ${operation}`);
    if (fault === 'lost') throw lost(operation);
    return { value, awsRequestIds: [`r-${operation}-${this.nowMs}`] };
  }
}

function refusal(operation: string, kind: string, retryable: boolean): CallFailure {
  return new CallFailure({
    operation,
    kind,
    ran: 'no',
    retryable,
    retryAfterMs: null,
    awsRequestId: null,
    sentence: `${operation}: ${kind}.`,
  });
}

function lost(operation: string): CallFailure {
  const sentence = `${operation}: the answer was lost.`;
  return new CallFailure({
    operation,
    kind: 'unreachable',
    ran: 'unknown',
    retryable: true,
    retryAfterMs: null,
    awsRequestId: null,
    sentence,
  });
}
