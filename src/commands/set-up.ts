import { TrailhoundError } from '../model/trailhound-error.ts';
import type { SetUp } from '../views/act-answers.ts';

/** A namespace of Temporal's that workers need. */
export interface NamespaceToSetUp {
  readonly name: string;
  /** How long closed workflows are kept. */
  readonly retentionMs: number;
}

export interface SetUpPorts {
  /** Those that the configuration asks for. */
  readonly namespaces: readonly NamespaceToSetUp[];
  /** Makes a namespace with its search attributes, or brings both up to date; `denied` where these credentials may not. */
  readonly make: (namespace: NamespaceToSetUp) => Promise<'created' | 'updated' | 'denied'>;
  /** What a namespace lacks, a sentence each; none where all is there. */
  readonly missing: (name: string) => Promise<readonly string[]>;
}

/** Something is missing in Temporal, and these credentials may not make it. */
export class SetUpDeniedError extends TrailhoundError {
  override readonly name = 'SetUpDeniedError';
  override readonly code = 'set-up-denied';
  override readonly remedy =
    'in Temporal Cloud, make namespaces and search attributes there; elsewhere, run `trailhound setup` with credentials that may';
  constructor(missing: readonly string[]) {
    super(`Temporal does not let these credentials make what is missing: ${missing.join('; ')}`);
  }
}

/**
 * Makes in Temporal what workers need there and may not be allowed to make; doing it again changes nothing.
 *
 * @throws SetUpDeniedError naming all that is missing
 */
export async function setUp({ namespaces, make, missing }: SetUpPorts): Promise<SetUp> {
  const done: SetUp['namespaces'][number][] = [];
  const lacking: string[] = [];
  for (const namespace of namespaces) {
    const { name } = namespace;
    const outcome = await make(namespace);
    if (outcome === 'denied') lacking.push(...(await missing(name)));
    done.push({ name, outcome: outcome === 'denied' ? 'kept' : outcome });
  }
  if (lacking.length > 0) throw new SetUpDeniedError(lacking);
  return { namespaces: done };
}
