import { isObject, textOf } from '../json.ts';
import type { InternalCall } from '../internal-call.ts';
import { attackerCall, attackSteps, benignCalls, lingeringSteps } from './demo-attack.ts';
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
}

/** Where the story stands; kept in the world, so that a restart goes on from there. */
interface Progress {
  readonly stolenKeyId: string;
  attackStep: number;
  refusals: number;
  begun: boolean;
}

/** After so many refusals in a row the attacker gives up. */
const patience = 30;
const burstIntervalMs = 700;

/** Two accounts, a week of ordinary work, a stolen key, and a colleague with the same tool. */
export function demoScenario(options: DemoOptions): Scenario {
  const unread = unreadHistory();
  let stage: ScenarioStage | null = null;
  let timer: NodeJS.Timeout | null = null;
  let latest: NodeJS.Timeout | null = null;

  function begin(): boolean {
    const progress = stage && progressOf(stage);
    if (!stage || !progress || progress.begun) return false;
    if (latest) clearTimeout(latest);
    progress.begun = true;
    keepProgress(stage, progress);
    stage.story(
      `attacker ${addresses.attacker} has the access key ${progress.stolenKeyId} of ${stolenKeyUser} in account ${production}`,
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
    attack(stage, progress);
    if (progress.attackStep === 3) benignVisit(stage);
    keepProgress(stage, progress);
    if (progress.refusals >= patience)
      stage.story(`attacker ${addresses.attacker} gives up after ${patience} refusals in a row`);
    else schedule(progress.attackStep < attackSteps.length ? burstIntervalMs : options.attackIntervalMs);
  }

  return {
    prepare(onStage) {
      const nowMs = onStage.now();
      addDemoAccounts(onStage.world, nowMs);
      for (const record of demoHistory(onStage.world, nowMs, options.seed)) onStage.insertPast(record);
      keepProgress(onStage, {
        stolenKeyId: keyOf(onStage.world, production, stolenKeyUser),
        attackStep: 0,
        refusals: 0,
        begun: false,
      });
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
      if (call.service !== 'cloudtrail' || !stage || progressOf(stage)?.begun !== false) return;
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

function attack(stage: ScenarioStage, progress: Progress): void {
  const linger = lingeringSteps[(progress.attackStep - attackSteps.length) % lingeringSteps.length];
  const next = attackSteps[progress.attackStep] ?? linger;
  if (!next) return;
  const call = attackerCall(next, progress.stolenKeyId);
  const outcome = stage.call(call);
  progress.attackStep += 1;
  progress.refusals = outcome.allowed ? 0 : progress.refusals + 1;
  stage.story(
    `attacker ${addresses.attacker} ${call.operation}${target(call)} with ${call.accessKeyId}: ${outcome.allowed ? 'allowed' : `refused (${outcome.code})`}`,
  );
}

function benignVisit(stage: ScenarioStage): void {
  for (const call of benignCalls(keyOf(stage.world, production, benignUser))) {
    const outcome = stage.call(call);
    stage.story(
      `${benignUser} ${addresses.home} ${call.operation}${target(call)} with Cyberduck, as on most days: ${outcome.allowed ? 'allowed' : 'refused'}`,
    );
  }
}

function target(call: InternalCall): string {
  const name = textOf(call.input?.['Bucket'] ?? call.input?.['SecretId'] ?? call.input?.['UserName']);
  return name === '' ? '' : ` ${name}`;
}

function progressOf(stage: ScenarioStage): Progress | null {
  const kept = stage.world.scenario;
  if (!isObject(kept)) return null;
  return {
    stolenKeyId: textOf(kept['stolenKeyId']),
    attackStep: Number(kept['attackStep']),
    refusals: Number(kept['refusals']),
    begun: kept['begun'] === true,
  };
}

function keepProgress(stage: ScenarioStage, progress: Progress): void {
  stage.world.scenario = { ...progress };
  stage.save();
}
