import type { Config } from '../config/config.ts';
import { openEnrichment } from '../compose/enrichment.ts';
import { loadRuleSet, switchedOffLine } from '../compose/rule-set.ts';
import { counted } from '../../model/counted.ts';
import { findingsOf } from './finding.ts';
import type { ProbeFinding } from '../../views/examination.ts';

/** Whether every rule file is understood and every rule can fire, as a worker would load them. */
export async function probeRules(config: Config): Promise<readonly ProbeFinding[]> {
  const { ok, warning } = findingsOf('rules');
  const [told, off]: [string[], string[]] = [[], []];
  // What is wrong with the databases is another probe's to tell.
  const enrich = await openEnrichment(config).catch(() => undefined);
  const { rules } = await loadRuleSet(
    config,
    (line, trouble) => (trouble === 'switched-off' ? off : told).push(line),
    enrich?.gives,
  );
  return [
    ok('rules', `${counted(rules.length, 'rule')} would run`),
    ...(off.length > 0 ? [ok('rules', switchedOffLine(off.length))] : []),
    ...told.map((line) => warning('rules', line, '`trailhound rules check FILE` shows the place')),
  ];
}

/** Whether the databases of addresses can be read. */
export async function probeEnrichment(config: Config): Promise<readonly ProbeFinding[]> {
  const { ok } = findingsOf('enrichment');
  const enrich = await openEnrichment(config);
  return enrich === undefined ? [] : [ok(config.enrichment.mmdb.join(', '), `gives ${[...enrich.gives].join(', ')}`)];
}
