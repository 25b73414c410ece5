import type { AccountId, Digest, Instant } from '../../model/ids.ts';

/**
 * Names what an effect made, changed or opened, so that its undoing finds it: `access-key/AKIA...`, `user/<account>/<name>`,
 * `policy/<account>/user/<name>/<policy>`, `share/<resource>/<with whom>`; {@link import('./thing.ts')} makes them.
 */
export type ThingKey = string;

/** What of an effect is known by the row that reads it: by whose undoing it ends, besides what its kind says. */
interface Ending {
  readonly endsWith?: readonly ThingKey[];
}

/** Who or what a policy is attached to, by name: the account is the event's. */
export interface Holder {
  /** A permission set of Identity Center is named by its ARN. */
  readonly kind: 'user' | 'role' | 'group' | 'permission-set';
  readonly name: string;
}

/** What a policy gives, as far as its document or its well-known name says. */
export interface Grants {
  /** All actions on everything, or what comes to the same: it may give itself the rest. */
  readonly administrator: boolean;
  /** Actions on every resource that lead to more rights, in lower case: `iam:*`, `iam:passrole`, `sts:assumerole`. */
  readonly powers: readonly string[];
  /** It allows nothing, and denies everything. */
  readonly denies: boolean;
  /** Neither document nor name says what it gives. */
  readonly unread: boolean;
}

/** Someone whom a trust or a resource's policy lets in, as the policy names them. */
export interface LetIn {
  /** ARN, account ID, organization's ID, service name, provider's ARN, or `*`. */
  readonly principal: string;
  readonly kind: 'anyone' | 'organization' | 'account' | 'service' | 'provider' | 'other';
  readonly accountId: AccountId | null;
  /** A condition that the one let in must meet, such as an external ID, an organization or an address. */
  readonly conditions: readonly string[];
  /** What a provider has to say of whomever it vouches for: patterns, any of which will do, by their condition's key. */
  readonly claims?: Readonly<Record<string, readonly string[]>>;
  /** A service at a resource, which nothing binds to sources of named accounts: it acts for whoever asks it to. */
  readonly unbound?: true;
}

export type WatchKind =
  | 'trail'
  | 'flow-logs'
  | 'dns-logs'
  | 'guardduty'
  | 'config'
  | 'security-hub'
  | 'access-analyzer'
  | 'macie'
  | 'inspector'
  | 'bedrock-logging'
  | 'log-group'
  | 'alarm'
  | 'log-bucket'
  | 'web-firewall-logs'
  | 'event-rule';

/**
 * What a successful call left behind that outlives it, gave to the caller, or took away. Names are as the log has them:
 * not yet safe to show. Accounts are the event's own where none is named.
 */
export type Effect =
  /* Credentials and identities */
  | {
      /** Temporary credentials, for a role or for the caller's own user. */
      readonly kind: 'session-minted';
      readonly call: string;
      readonly accessKeyId: string;
      readonly expiresAt: Instant | null;
      /** The role's ARN; `null` for sessions of the caller's own user. */
      readonly roleArn: string | null;
      readonly roleAccountId: AccountId | null;
      readonly sessionName: string | null;
      /** `AROA...`; absent where the answer does not name it. */
      readonly roleId?: string;
      /** Role chaining: the caller was a session itself. */
      readonly chained: boolean;
    }
  | { readonly kind: 'console-login'; readonly mfa: boolean; readonly federated: boolean }
  /** `GetSigninToken`: a console session made of a key. */
  | { readonly kind: 'console-token' }
  | {
      readonly kind: 'user-created';
      readonly userName: string;
      readonly userId: string | null;
      readonly boundary: string | null;
    }
  /** Somebody new in a directory of Identity Center. */
  | { readonly kind: 'person-created'; readonly storeId: string; readonly userId: string; readonly userName: string }
  | { readonly kind: 'user-renamed'; readonly userName: string; readonly newName: string }
  | { readonly kind: 'group-renamed'; readonly groupName: string; readonly newName: string }
  | {
      readonly kind: 'key-created';
      readonly accessKeyId: string;
      readonly userName: string;
      /** An inactive key was made active again. */
      readonly reactivated: boolean;
    }
  | {
      readonly kind: 'password-set';
      readonly userName: string;
      readonly isNew: boolean;
      /** Whether another password was set the record does not say. */
      readonly perhaps?: true;
    }
  | {
      readonly kind: 'credential-made';
      readonly what: OtherCredential;
      readonly credentialId: string;
      readonly userName: string;
    }
  /** A second factor of an identity was taken off: its password alone lets in. */
  | { readonly kind: 'mfa-removed'; readonly userName: string }
  | {
      readonly kind: 'role-created';
      readonly roleName: string;
      readonly roleId: string | null;
      readonly letsIn: readonly LetIn[];
      readonly boundary: string | null;
    }
  | {
      readonly kind: 'trust-changed';
      readonly roleName: string;
      readonly letsIn: readonly LetIn[];
      readonly unread: boolean;
      /** Of its statements, however they are spelt: two of one digest are the same trust. Absent where it cannot be read. */
      readonly document?: Digest;
    }
  | ({
      readonly kind: 'provider-made';
      readonly what:
        | 'saml'
        | 'oidc'
        | 'trust-anchor'
        | 'certificate-profile'
        | 'sign-in-directory'
        | 'role-alias'
        | 'revocation-list';
      readonly arn: string;
      readonly roleArns: readonly string[];
      /** What of it was changed, where it was there before and goes on without it: a client ID. */
      readonly part?: string;
    } & Ending)
  /* What they may do */
  | {
      readonly kind: 'policy-granted';
      readonly holder: Holder;
      readonly policy: string;
      readonly inline: boolean;
      readonly grants: Grants;
      /** Of an inline policy's statements, however they are spelt: two of one digest say the same. Absent where they cannot be read. */
      readonly document?: Digest;
    }
  | {
      readonly kind: 'policy-version-set';
      readonly policyArn: string;
      readonly version: string | null;
      readonly grants: Grants;
    }
  /** A version that is not in force, until somebody chooses it. */
  | {
      readonly kind: 'policy-version-made';
      readonly policyArn: string;
      readonly version: string | null;
      readonly grants: Grants;
    }
  | { readonly kind: 'group-joined'; readonly userName: string; readonly groupName: string }
  | { readonly kind: 'boundary-changed'; readonly holder: Holder; readonly boundary: string | null }
  | {
      readonly kind: 'permission-set-granted';
      readonly what: string;
      readonly permissionSetArn: string;
      readonly to: string;
      readonly accountId: AccountId | null;
    }
  /** Rights that no policy of IAM's gives: a cluster's, a directory's group, an environment. */
  | ({
      readonly kind: 'access-granted';
      readonly holder: string;
      readonly policy: string;
      readonly administrator: boolean;
    } & Ending)
  | { readonly kind: 'role-passed'; readonly roleArn: string; readonly to: string; readonly resource: string }
  /* Doors to what is not an identity */
  | ({
      readonly kind: 'shared';
      readonly resource: string;
      readonly type: string;
      /** By what they are let in, which ends it too: `policy`, `ACL`, `list`, `statement NAME`, `grant ID`. */
      readonly by: string;
      readonly with: readonly LetIn[];
      /** The call only began it: what was let in before may be in yet. */
      readonly begun?: true;
    } & Ending)
  /** A login of a service's own, which IAM does not know: a Transfer user's key, a database's master password. */
  | ({
      readonly kind: 'service-login-made';
      readonly service: string;
      readonly resource: string;
      readonly login: string;
      /** `null` where the login is new, with whatever it may get. */
      readonly credential: string | null;
      /** How long it lasts at most, where it ends by itself. */
      readonly lastsMs?: number;
      /** What it names is what somebody has: whoever makes it anew lets the same ones in. */
      readonly isHeld?: true;
      /** The call only began it: until it is carried through, which no record says, the one before holds. */
      readonly begun?: true;
    } & Ending)
  | ({
      readonly kind: 'code-planted';
      readonly resource: string;
      readonly what: CodeKind;
      readonly detail: string | null;
      /** Of all that the call asked for: two of one digest plant the same. */
      readonly asked?: Digest;
    } & Ending)
  /** What somebody else defined was started as it is: a way in only where the intruder wrote the definition. */
  | ({
      readonly kind: 'code-run';
      readonly resource: string;
      readonly what: CodeKind;
      readonly definition: { readonly resource: string; readonly what: CodeKind };
    } & Ending)
  | ({
      readonly kind: 'instance-entered';
      readonly instanceId: string;
      readonly how: InstanceDoor;
      readonly detail: string | null;
    } & Ending)
  | ({
      readonly kind: 'network-opened';
      /** Or another gateway of `type`. */
      readonly securityGroup: string;
      readonly opened: string;
      readonly toInternet: boolean;
      /** Absent for a security group. */
      readonly type?: string;
    } & Ending)
  | { readonly kind: 'metadata-weakened'; readonly instanceId: string }
  /* Taken, weakened, destroyed, spent */
  | {
      readonly kind: 'secret-read';
      readonly store: 'secret' | 'parameter' | 'instance-password' | 'ciphertext';
      /** Empty where the call read by a filter: nobody can say how many from its record. */
      readonly names: readonly string[];
      readonly numberKnown: boolean;
    }
  /** A setting of a whole account, region or cluster that held doors closed. */
  | { readonly kind: 'setting-weakened'; readonly what: string; readonly name: string }
  | { readonly kind: 'data-taken'; readonly what: string; readonly resource: string }
  | ({
      readonly kind: 'watching-weakened';
      readonly what: WatchKind;
      readonly name: string;
      readonly how: 'stopped' | 'deleted' | 'narrowed';
      /** What of it, where that is put back by a call of its own: to start a trail again gives it back none of its selectors. */
      readonly part?: string;
    } & Ending)
  | {
      readonly kind: 'data-destroyed';
      readonly what: string;
      readonly resource: string;
      readonly how: 'deleted' | 'expiring' | 'unprotected' | 'key-doomed';
    }
  /** Records of a hosted zone were written: a name leads elsewhere. */
  | { readonly kind: 'name-redirected'; readonly zone: string; readonly names: readonly string[] }
  | {
      readonly kind: 'compute-started';
      /** One of them, by a noun whose plural ends in `s`. */
      readonly what: string;
      readonly type: string;
      readonly count: number;
      readonly accelerated: boolean;
    }
  | { readonly kind: 'quota-raised'; readonly what: string; readonly to: string | null }
  | { readonly kind: 'mail-prepared'; readonly what: string; readonly name: string }
  | { readonly kind: 'model-used'; readonly what: string; readonly model: string }
  | ({
      readonly kind: 'organization-changed';
      readonly what:
        | 'left'
        | 'account-closed'
        | 'account-removed'
        | 'account-moved'
        | 'policy-detached'
        | 'policy-rewritten'
        | 'policies-disabled'
        | 'service-let-in'
        | 'service-shut-out'
        | 'invited'
        | 'joined'
        | 'account-made';
      readonly name: string;
      /** What a policy was taken off, or an account out of: a root, a unit or an account. */
      readonly target?: string;
    } & Ending)
  | { readonly kind: 'quarantined-by-aws'; readonly userName: string }
  /** Somebody lost what they got in or worked with, or is refused it: to be given back, where they are not the intruder's own. */
  | {
      readonly kind: 'locked-out';
      readonly how: LockOutHow;
      readonly whom: Whom;
      /** What they lost, or by what they are refused: a key, a device, a policy, a group; empty where it is themselves. */
      readonly what: string;
      readonly denies?: Denied;
      /** Whom a trust lets in now; of a key's policy that lets in the account no more, whom of it by name. */
      readonly letsIn?: readonly LetIn[];
      /** Of an assignment in Identity Center, as its call names them. */
      readonly assigned?: { readonly instanceArn: string; readonly principalType: string; readonly target: string };
    }
  /* The other way */
  | {
      /** Things that are gone, inactive, put back or denied since this call. */
      readonly kind: 'undone';
      readonly things: readonly ThingKey[];
      readonly how: 'deleted' | 'deactivated' | 'detached' | 'restored' | 'denied';
      /** For what was denied: credentials that were issued later are not. */
      readonly issuedBefore: Instant | null;
      /** It holds until this thing is gone. */
      readonly whileThere: ThingKey | null;
      /** The call only began it: whether it is carried through is in no record. */
      readonly begun?: true;
      /** Of a thing that stands for many, those that were named among what is there since, or that may let in whom these let in. */
      readonly butFor?: readonly ThingKey[];
    };

export type EffectKind = Effect['kind'];

/** How somebody is locked out, or `policy-made`: what only says what a policy denies once it is put on somebody. */
export type LockOutHow =
  | 'key-off'
  | 'key-deleted'
  | 'password-deleted'
  | 'password-changed'
  | 'mfa-removed'
  | 'credential-off'
  | 'credential-deleted'
  | 'denied'
  | 'policy-rewritten'
  | 'policy-made'
  | 'organization-policy'
  | 'resource-policy'
  | 'boundary-put'
  | 'out-of-group'
  | 'renamed'
  | 'access-taken'
  | 'policy-taken'
  | 'deleted'
  | 'disabled'
  | 'trust-written'
  | 'unassigned';

/** Who is locked out, as the call names them. */
export interface Whom {
  readonly kind:
    | Holder['kind']
    | 'person'
    /** Somebody's in a group of a directory, of which no record says whose. */
    | 'membership'
    /** A principal of IAM's that a cluster lets in by an entry; its ARN. */
    | 'principal'
    /** Whoever has a grant of a key; the grant's ID. */
    | 'grant'
    /** Whoever signs in by an identity provider; its ARN. */
    | 'provider'
    /** A root, unit or account of an organization. */
    | 'organization-target'
    /** Whoever has a policy. */
    | 'policy'
    /** Whoever comes to a resource. */
    | 'bucket'
    | 'key'
    | 'secret';
  readonly name: string;
}

/** What a policy denies: actions as it writes them, `*` for all; none where no record says what it does. */
export interface Denied {
  readonly actions: readonly string[] | null;
  /** Whom a resource's policy refuses, as it names them. */
  readonly principals?: readonly string[];
}
export type EffectOf<K extends EffectKind> = Extract<Effect, { readonly kind: K }>;

export type OtherCredential = 'service-specific credential' | 'SSH key' | 'signing certificate' | 'MFA device';
export type CodeKind =
  | 'function code'
  | 'function'
  | 'layer'
  | 'layer version'
  | 'function URL'
  | 'environment'
  | 'trigger'
  | 'invoke permission'
  | 'container task'
  | 'container service'
  | 'container image'
  | 'automation'
  | 'stack'
  | 'stack set'
  | 'build'
  | 'schedule'
  | 'notebook'
  | 'association'
  | 'automation run'
  | 'maintenance task'
  | 'build run'
  | 'build trigger'
  | 'pipeline'
  | 'pipeline trigger'
  | 'web app trigger'
  | 'deployment'
  | 'Glue job'
  | 'Glue job run'
  | 'Glue trigger'
  | 'Glue session'
  | 'development endpoint'
  | 'development environment'
  | 'notebook lifecycle'
  | 'studio lifecycle'
  | 'training job'
  | 'processing job'
  | 'EMR cluster'
  | 'EMR step'
  | 'EMR job run'
  | 'EMR container job run'
  | 'job definition'
  | 'batch job'
  | 'data pipeline'
  | 'scheduled call'
  | 'state machine'
  | 'pipe'
  | 'web service'
  | 'application environment'
  | 'edge deployment'
  | 'secret rotation'
  | 'sign-in trigger'
  | 'agent'
  | 'agent runtime'
  | 'code interpreter'
  | 'cluster capability'
  | 'node group'
  | 'task set'
  | 'remediation'
  | 'workflow environment'
  | 'web app'
  | 'web app branch'
  | 'streaming fleet'
  | 'image builder'
  | 'Lightsail containers'
  | 'scaling group'
  | 'machine fleet'
  | 'launch template'
  | 'launch template version'
  | 'launch configuration'
  | 'API integration'
  | 'API definition'
  | 'API data source'
  | 'repository commit'
  | 'package version'
  | 'repository sync'
  | 'image recipe';
export type InstanceDoor =
  | 'command'
  | 'session'
  | 'SSH key'
  | 'serial console'
  | 'user data'
  | 'root volume'
  | 'instance profile'
  | 'key pair'
  | 'launched';
