import { isObject, textOf } from '../json.ts';
import type { Call } from '../dispatch.ts';
import type { InternalCall } from '../internal-call.ts';
import {
  attackerCall,
  attacks,
  benignCalls,
  credentials,
  givenKey,
  stepAfter,
  type Loot,
  type Step,
} from './demo-attack.ts';
import { demoHistory, historyDays } from './demo-history.ts';
import { addDemoAccounts, addresses, benignUser, keyOf, production, stolenKeyUser } from './demo-world.ts';
import type { Scenario, ScenarioStage } from './scenario.ts';
import { unreadHistory } from './unread-history.ts';

export interface DemoOptions {
  readonly seed: number;
  /** The attack begins this long after the first LookupEvents at the latest; earlier once all history has been read. */
  readonly attackAfterMs: number;
  /** Time between the attacker's calls after the first burst. */
  readonly attackIntervalMs: number;
  /** How far the attacker goes (default: as far as it can). */
  readonly ambition?: keyof typeof attacks;
}

/** Where the story stands; kept in the world, so that a restart goes on from there. */
interface Progress {
  readonly loot: Loot;
  readonly attackStep: number;
  readonly refusals: number;
  readonly begun: boolean;
}

/** After so many refusals in a row the attacker gives up: every credential was tried again and again. */
const patience = 32;
const burstIntervalMs = 250;
/** The colleague comes by after so many steps. */
const visitAfter = 3;

/** The second act begins when nobody has asked for evidence for so long: what has been found is on somebody's desk. */
const investigatedMs = 4_000;
/** At the latest so long after the first act, whether anybody looks or not. */
const intermissionMs = 60_000;
const lookAgainMs = 250;

/** Two accounts, a week of ordinary work, a stolen key, and a colleague with the same tool. */
export function demoScenario(options: DemoOptions): Scenario {
  const attack = attacks[options.ambition ?? 'settles-in'];
  const { firstAct, secondAct } = attack;
  const unread = unreadHistory();
  let stage: ScenarioStage | null = null;
  let timer: NodeJS.Timeout | null = null;
  let latest: NodeJS.Timeout | null = null;
  let firstActEndedAt: number | null = null;
  let evidenceAskedAt: number | null = null;

  function begin(): boolean {
    const progress = stage && progressOf(stage);
    if (!stage || !progress || progress.begun) return false;
    if (latest) clearTimeout(latest);
    keepProgress(stage, { ...progress, begun: true });
    stage.story(
      `attacker ${addresses.attacker} has the access key ${progress.loot['stolen key'] ?? ''} of ${stolenKeyUser} in account ${production}`,
    );
    schedule(0);
    return true;
  }

  function schedule(delayMs: number): void {
    timer = setTimeout(step, delayMs);
  }

  function step(): void {
    const progress = stage && progressOf(stage);
    if (!stage || !progress) return;
    if (secondAct.length > 0 && progress.attackStep === firstAct.length && isIntermission(stage.now()))
      return schedule(lookAgainMs);
    const next = takeStep(stage, progress, stepAfter(progress.attackStep, attack));
    if (next.attackStep === visitAfter) benignVisit(stage);
    keepProgress(stage, next);
    if (next.refusals >= patience)
      stage.story(`attacker ${addresses.attacker} gives up after ${patience} refusals in a row`);
    else schedule(next.attackStep < firstAct.length ? burstIntervalMs : options.attackIntervalMs);
  }

  function isIntermission(nowMs: number): boolean {
    firstActEndedAt ??= nowMs;
    if (nowMs - firstActEndedAt >= intermissionMs) return false;
    return evidenceAskedAt === null || nowMs - Math.max(evidenceAskedAt, firstActEndedAt) < investigatedMs;
  }

  return {
    prepare(onStage) {
      const nowMs = onStage.now();
      addDemoAccounts(onStage.world, nowMs);
      for (const record of demoHistory(onStage.world, nowMs, options.seed)) onStage.insertPast(record);
      const loot = { 'stolen key': keyOf(onStage.world, production, stolenKeyUser) };
      keepProgress(onStage, { loot, attackStep: 0, refusals: 0, begun: false });
    },
    start(onStage) {
      stage = onStage;
      const progress = progressOf(onStage);
      if (progress?.begun && progress.refusals < patience) schedule(options.attackIntervalMs);
      else if (progress && !progress.begun) {
        for (const eventId of onStage.deliveredEventIds()) unread.add(eventId);
        onStage.story(
          `${historyDays} days of ordinary work are in the event histories; the attack begins once they have been read`,
        );
      }
    },
    answered(call, result) {
      if (!stage) return;
      if (asksForEvidence(stage, call)) evidenceAskedAt = stage.now();
      if (call.service !== 'cloudtrail' || progressOf(stage)?.begun !== false) return;
      latest ??= setTimeout(begin, options.attackAfterMs);
      unread.read(result);
      if (unread.empty) setImmediate(begin);
    },
    startAttack: begin,
    stop() {
      if (timer) clearTimeout(timer);
      if (latest) clearTimeout(latest);
      stage = null;
    },
  };
}

/** A step of the attacker's; what it needs a credential for that was never come by is passed over. */
function takeStep(stage: ScenarioStage, progress: Progress, step: Step): Progress {
  const attackStep = progress.attackStep + 1;
  const call = attackerCall(step, progress.loot);
  if (call === null) return { ...progress, attackStep };
  const outcome = stage.call(call);
  stage.story(
    `attacker ${addresses.attacker} ${call.operation}${target(call)} with ${call.accessKeyId}: ${outcome.allowed ? 'allowed' : `refused (${outcome.code})`}`,
  );
  if (!outcome.allowed) return { ...progress, attackStep, refusals: progress.refusals + 1 };
  const given = step.gives === undefined ? undefined : givenKey(outcome.output);
  const loot =
    step.gives === undefined || given === undefined ? progress.loot : { ...progress.loot, [step.gives]: given };
  return { ...progress, loot, attackStep, refusals: 0 };
}

function benignVisit(stage: ScenarioStage): void {
  for (const call of benignCalls(keyOf(stage.world, production, benignUser))) {
    const outcome = stage.call(call);
    stage.story(
      `${benignUser} ${addresses.home} ${call.operation}${target(call)} with Cyberduck, as on most days: ${outcome.allowed ? 'allowed' : 'refused'}`,
    );
  }
}

/** A call under a role that an account gives for evidence: somebody looks into what happened. */
function asksForEvidence({ world }: ScenarioStage, { accessKeyId }: Call): boolean {
  const holder = world.sessions.find((session) => session.accessKeyId === accessKeyId)?.holder;
  if (holder?.kind !== 'role') return false;
  return world.accounts.some(
    ({ roles, watchedBy }) => roles.find(({ id }) => id === holder.roleId)?.arn === (watchedBy?.evidence.arn ?? ''),
  );
}

function target({ input }: InternalCall): string {
  const named =
    input?.['Bucket'] ?? input?.['SecretId'] ?? input?.['UserName'] ?? input?.['RoleArn'] ?? input?.['Name'];
  const name = textOf(named);
  return name === '' ? '' : ` ${name}`;
}

function progressOf(stage: ScenarioStage): Progress | null {
  const kept = stage.world.scenario;
  if (!isObject(kept)) return null;
  const loot = isObject(kept['loot']) ? kept['loot'] : {};
  return {
    loot: Object.fromEntries(credentials.filter((each) => each in loot).map((each) => [each, textOf(loot[each])])),
    attackStep: Number(kept['attackStep']),
    refusals: Number(kept['refusals']),
    begun: kept['begun'] === true,
  };
}

function keepProgress(stage: ScenarioStage, progress: Progress): void {
  stage.world.scenario = { ...progress, loot: { ...progress.loot } };
  stage.save();
}
