import type { ThreatMapping } from '../model/rule.ts';
import type { RuleFile } from './rule-file/rule-file.ts';

/** The versions of ATT&CK that coverage can be told in. */
export type AttackVersion = '18' | '19';

export interface AttackTactic {
  readonly id: string;
  readonly name: string;
}

const shared = {
  before: [
    { id: 'TA0043', name: 'Reconnaissance' },
    { id: 'TA0042', name: 'Resource Development' },
    { id: 'TA0001', name: 'Initial Access' },
    { id: 'TA0002', name: 'Execution' },
    { id: 'TA0003', name: 'Persistence' },
    { id: 'TA0004', name: 'Privilege Escalation' },
  ],
  after: [
    { id: 'TA0006', name: 'Credential Access' },
    { id: 'TA0007', name: 'Discovery' },
    { id: 'TA0008', name: 'Lateral Movement' },
    { id: 'TA0009', name: 'Collection' },
    { id: 'TA0011', name: 'Command and Control' },
    { id: 'TA0010', name: 'Exfiltration' },
    { id: 'TA0040', name: 'Impact' },
  ],
} as const;

/** The tactics in the matrix's order; version 19 has Stealth and Defense Impairment where 18 had Defense Evasion. */
const attackTactics: Readonly<Record<AttackVersion, readonly AttackTactic[]>> = {
  '18': [...shared.before, { id: 'TA0005', name: 'Defense Evasion' }, ...shared.after],
  '19': [
    ...shared.before,
    { id: 'TA0005', name: 'Stealth' },
    { id: 'TA0112', name: 'Defense Impairment' },
    ...shared.after,
  ],
};

export interface CoveredTechnique {
  readonly id: string;
  readonly name: string;
  readonly rules: readonly { readonly id: string; readonly name: string }[];
}

export interface CoveredTactic extends AttackTactic {
  readonly techniques: readonly CoveredTechnique[];
  /** All rules of the tactic, those without a technique too. */
  readonly ruleCount: number;
}

/** Which tactics and techniques rules cover, told in one version of ATT&CK whichever version a rule is mapped in. */
export function attackCoverage(files: readonly RuleFile[], version: AttackVersion): readonly CoveredTactic[] {
  const entries = files.flatMap((file) => mappingsOf(file, version).flatMap((mapping) => entriesOf(mapping, file)));
  const tactics = [...attackTactics[version], ...unlisted(entries, version)];
  return tactics.map((tactic) => {
    const own = entries.filter(({ tacticId }) => tacticId === tactic.id);
    return { ...tactic, techniques: techniquesOf(own), ruleCount: new Set(own.map(({ file }) => file.rule.id)).size };
  });
}

interface Entry {
  readonly file: RuleFile;
  readonly tacticId: string;
  readonly tacticName: string;
  readonly technique: { readonly id: string; readonly name: string } | null;
}

function mappingsOf(file: RuleFile, version: AttackVersion): readonly ThreatMapping[] {
  const own = file.threatMappings.find((mapping) => mapping.version.split('.')[0] === version);
  if (own !== undefined) return own.threat;
  return version === '18' ? file.rule.threat : file.rule.threat.flatMap(asVersion19);
}

/** What impairs defences moved to a tactic of its own; the rest of Defense Evasion is called Stealth. */
function asVersion19(mapping: ThreatMapping): readonly ThreatMapping[] {
  if (mapping.tactic.id !== 'TA0005') return [mapping];
  function impairs({ id }: { readonly id: string }): boolean {
    return /^T1562(?:\.|$)/.test(id);
  }
  const impairing = mapping.techniques.filter(impairs);
  const stealthy = mapping.techniques.filter((technique) => !impairs(technique));
  const split: ThreatMapping[] = [];
  if (impairing.length > 0)
    split.push({ ...mapping, tactic: { id: 'TA0112', name: 'Defense Impairment' }, techniques: impairing });
  if (stealthy.length > 0 || impairing.length === 0)
    split.push({ ...mapping, tactic: { id: 'TA0005', name: 'Stealth' }, techniques: stealthy });
  return split;
}

function entriesOf({ tactic, techniques }: ThreatMapping, file: RuleFile): readonly Entry[] {
  const entry = { file, tacticId: tactic.id, tacticName: tactic.name };
  if (techniques.length === 0) return [{ ...entry, technique: null }];
  return techniques.map((technique) => ({ ...entry, technique }));
}

function unlisted(entries: readonly Entry[], version: AttackVersion): readonly AttackTactic[] {
  const known = new Set(attackTactics[version].map(({ id }) => id));
  const others = new Map(
    entries.filter(({ tacticId }) => !known.has(tacticId)).map((entry) => [entry.tacticId, entry.tacticName]),
  );
  return [...others].map(([id, name]) => ({ id, name }));
}

function techniquesOf(entries: readonly Entry[]): readonly CoveredTechnique[] {
  const found = new Map<string, { name: string; rules: Map<string, string> }>();
  for (const { technique, file } of entries) {
    if (technique === null) continue;
    const place = found.get(technique.id) ?? { name: technique.name, rules: new Map<string, string>() };
    found.set(technique.id, place);
    place.rules.set(file.rule.id, file.rule.name);
  }
  return [...found]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, { name, rules }]) => ({
      id,
      name,
      rules: [...rules].map(([ruleId, ruleName]) => ({ id: ruleId, name: ruleName })),
    }));
}

/** A layer for the ATT&CK Navigator (layer format 4.5): each technique scored by how many rules see it. */
export function navigatorLayer(coverage: readonly CoveredTactic[], version: AttackVersion): object {
  const techniques = coverage.flatMap((tactic) =>
    tactic.techniques.map(({ id, rules }) => ({
      techniqueID: id,
      tactic: tactic.name.toLowerCase().replaceAll(' ', '-'),
      score: rules.length,
      comment: rules.map(({ name }) => name).join('\n'),
      enabled: true,
      showSubtechniques: id.includes('.'),
    })),
  );
  return {
    name: 'Trailhound rules',
    versions: { attack: version, navigator: '5.1.0', layer: '4.5' },
    domain: 'enterprise-attack',
    description: 'Techniques that the loaded rules see in CloudTrail, scored by the number of rules',
    sorting: 3,
    hideDisabled: false,
    techniques,
    gradient: {
      colors: ['#e8f3ff', '#2f7fd1'],
      minValue: 0,
      maxValue: Math.max(1, ...techniques.map(({ score }) => score)),
    },
  };
}
