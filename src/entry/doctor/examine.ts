import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import { failureOf, findingsOf } from './finding.ts';
import { examination, type Examination, type Probe, type ProbeFinding } from '../../views/examination.ts';
import { probeAccounts } from './probe-accounts.ts';
import { probeAws } from './probe-aws.ts';
import { probeCases } from './probe-cases.ts';
import { probeClock } from './probe-clock.ts';
import { probeEnrichment, probeRules } from './probe-files.ts';
import { probeKeys } from './probe-keys.ts';
import { probeRegister } from './probe-register.ts';
import { probeStore } from './probe-store.ts';
import { probeTemporal } from './probe-temporal.ts';
import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';

const probes: Readonly<Record<Probe, (config: Config) => Promise<readonly ProbeFinding[]>>> = {
  temporal: probeTemporal,
  store: probeStore,
  cases: probeCases,
  accounts: probeAccounts,
  rules: probeRules,
  enrichment: probeEnrichment,
  aws: (config) => probeAws(config),
  keys: probeKeys,
  register: probeRegister,
  clock: probeClock,
};

const probeTimeoutMs = 30_000;

async function run(probe: Probe, config: Config): Promise<readonly ProbeFinding[]> {
  const giveUp = new AbortController();
  const timeout = delay(probeTimeoutMs, undefined, { signal: giveUp.signal }).then(
    () => [findingsOf(probe).failed(probe, `no answer within ${probeTimeoutMs / 1_000} s`, 'check the network')],
    () => [],
  );
  try {
    return await Promise.race([probes[probe](config), timeout]);
  } catch (error) {
    return [failureOf(probe, probe, error)];
  } finally {
    giveUp.abort();
  }
}

/** Probes everything that an installation needs, each for itself; changes nothing. */
export async function examine(config: Config): Promise<Examination> {
  const names = Object.keys(probes) as Probe[];
  return examination((await Promise.all(names.map((probe) => run(probe, config)))).flat());
}

const marks = { ok: safe`ok     `, warning: safe`warning`, failed: safe`FAILED ` } as const;
function line(text: string): SafeText {
  return plainText(text, 1_000);
}

const subjectsShown = 2;

/** Findings of one cause are one finding: what is not running is not running for each who asks it. */
function groups(findings: readonly ProbeFinding[]): readonly (readonly [ProbeFinding, ...ProbeFinding[]])[] {
  return [
    ...Map.groupBy(findings, ({ status, message, remedy }) => JSON.stringify([status, message, remedy])).values(),
  ].flatMap(([first, ...others]) => (first === undefined ? [] : [[first, ...others] as const]));
}

/** Whether a failure says it already, with its remedy. */
function isSaidElsewhere(finding: ProbeFinding, findings: readonly ProbeFinding[]): boolean {
  return (
    finding.status === 'warning' &&
    findings.some(({ status, message }) => status === 'failed' && finding.message.includes(message))
  );
}

/** Each probe once, with what it is about: nothing more is said of one that is about nothing but itself. */
function aboutInWords(group: readonly ProbeFinding[]): SafeText {
  const probes = [...Map.groupBy(group, ({ probe }) => probe)].map(([probe, findings]) => {
    const subjects = findings.map(({ subject }) => line(subject));
    if (subjects.every((subject) => subject === probe)) return plainText(probe);
    const rest = subjects.length - subjectsShown;
    const shown = safeJoin(subjects.slice(0, subjectsShown), '; ');
    return safe`${plainText(probe)}: ${shown}${rest > 0 ? safe` and ${rest} more` : safe``}`;
  });
  return safeJoin(probes, ', ');
}

/** The findings as a person reads them: a cause a line, its remedy below. */
export function renderExamination({ healthy, findings }: Examination): SafeText {
  const lines = [
    ...groups(findings.filter((finding) => !isSaidElsewhere(finding, findings))).flatMap((group) => {
      const [{ status, message, remedy }] = group;
      return [
        safe`${marks[status]} ${aboutInWords(group)}: ${line(message)}`,
        ...(remedy === undefined ? [] : [safe`        ${line(remedy)}`]),
      ];
    }),
    healthy ? safe`All is well.` : safe`Not all is well: see the lines that FAILED.`,
  ];
  return safeJoin(lines, '\n');
}
