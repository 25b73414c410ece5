import type { SimulatorControl } from '../../simulator/control.ts';
import { type FaultKind, faultKinds } from '../../simulator/faults.ts';
import { integerBetween, pick, type Random } from '../../simulator/random.ts';

/** Whom trouble can befall. */
export interface TroubleOptions {
  readonly control: SimulatorControl;
  readonly random: Random;
  readonly accountIds: readonly string[];
  /** Kills a worker process (SIGKILL) and starts another in its place. */
  readonly killWorker: () => Promise<void>;
  /** Stops the database, now and then without warning, and starts it again. */
  readonly restartDatabase: (signal: 'SIGINT' | 'SIGQUIT') => Promise<void>;
}

/** What goes wrong, drawn from a seed. */
export interface Trouble {
  /** Makes one thing go wrong; the first ones are one of each kind. */
  next(): Promise<void>;
  /** Ends all faults; what was stopped runs again. */
  end(): void;
  /** How often what was made to go wrong; how many calls the faults hit is in the simulator's request log. */
  readonly counts: Readonly<Record<TroubleKind, number>>;
}

export type TroubleKind =
  'call fault' | 'permission withdrawn' | 'sessions expired' | 'worker killed' | 'database restarted';

/** How often each kind comes after the first of each. */
const shares: readonly (readonly [TroubleKind, number])[] = [
  ['worker killed', 0.02],
  ['database restarted', 0.02],
  ['permission withdrawn', 0.06],
  ['sessions expired', 0.1],
  ['call fault', 0.8],
];

/** One of each kind, with time between those that stop much. */
const opening: readonly TroubleKind[] = [
  ...faultKinds.map(() => 'call fault' as const),
  'permission withdrawn',
  'worker killed',
  'sessions expired',
  'call fault',
  'call fault',
  'database restarted',
  'call fault',
  'permission withdrawn',
  'call fault',
  'worker killed',
];

export function createTrouble(options: TroubleOptions): Trouble {
  const { control, random, accountIds } = options;
  const counts: Record<TroubleKind, number> = {
    'call fault': 0,
    'permission withdrawn': 0,
    'sessions expired': 0,
    'worker killed': 0,
    'database restarted': 0,
  };
  const kindsToShow = [...faultKinds];
  let made = 0;

  function faultCalls(kind: FaultKind): void {
    control.addFault({
      kind,
      match: { service: 'cloudtrail' },
      times: integerBetween(random, 1, 4),
      skip: integerBetween(random, 0, 3),
      ...(kind === 'slow' ? { delayMs: integerBetween(random, 200, 2500) } : {}),
      ...(kind === 'server-error' || kind === 'html-error' ? { status: pick(random, [500, 502, 503]) } : {}),
    });
  }

  function withdraw(): void {
    const accountId = pick(random, accountIds);
    // Of the role itself, or of the right to assume it.
    const service = pick(random, ['cloudtrail', 'sts']);
    const match = service === 'cloudtrail' ? { service, accountId } : { service, operation: 'AssumeRole' };
    control.addFault({ kind: 'access-denied', match, forMs: integerBetween(random, 2000, 5000) });
  }

  function expire(): void {
    const accountId = pick(random, accountIds);
    control.addFault({ kind: 'expired-token', match: { service: 'cloudtrail', accountId }, forMs: 1000 });
  }

  return {
    counts,
    async next() {
      const kind = opening[made] ?? drawn(random);
      made += 1;
      counts[kind] += 1;
      if (kind === 'call fault') faultCalls(kindsToShow.shift() ?? pick(random, faultKinds));
      else if (kind === 'permission withdrawn') withdraw();
      else if (kind === 'sessions expired') expire();
      else if (kind === 'worker killed') await options.killWorker();
      else await options.restartDatabase(pick(random, ['SIGINT', 'SIGQUIT'] as const));
    },
    end: () => control.removeFault(),
  };
}

function drawn(random: Random): TroubleKind {
  const value = random();
  let sum = 0;
  for (const [kind, share] of shares) {
    sum += share;
    if (value < sum) return kind;
  }
  return 'call fault';
}
