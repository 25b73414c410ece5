import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compileRuleSet, type RuleSet } from '../../src/detection/engine.ts';
import { readRuleFile } from '../../src/detection/rule-file/read-rule-file.ts';

/** From Trailhound's own pack: one of each kind that the traffic can set off. */
const ownRules = [
  'defense-impairment-cloudtrail-stopped',
  'discovery-buckets-listed-from-new-address',
  'discovery-many-calls-refused',
  'credential-access-secrets-read-in-bulk',
];

/** The same kinds with spans of seconds, so that compressed time meets their edges. */
const shortRules = {
  'new address within the minute': `type = "new_terms"\nlanguage = "kuery"\nquery = 'event.provider: "s3.amazonaws.com"'\nfrom = "now-4s"\n[rule.new_terms]\nfield = "new_terms_fields"\nvalue = ["user.name", "source.address"]\n[[rule.new_terms.history_window_start]]\nfield = "history_window_start"\nvalue = "now-12s"`,
  'three secrets within seconds': `type = "threshold"\nlanguage = "kuery"\nquery = 'event.action: "GetSecretValue"'\nfrom = "now-4s"\n[rule.threshold]\nfield = ["user.name"]\nvalue = 3`,
  'refused and then allowed': `type = "eql"\nlanguage = "eql"\nquery = 'sequence by user.name with maxspan=5s [any where event.outcome == "failure" and event.provider == "iam.amazonaws.com"] [any where event.outcome == "success" and event.provider == "iam.amazonaws.com"]'`,
  'listed and not looked away': `type = "eql"\nlanguage = "eql"\nquery = 'sequence by user.name, cloud.account.id with maxspan=6s [any where event.action == "ListBuckets"] [any where event.action == "GetSecretValue"] until [any where event.action == "StopLogging"]'`,
} as const;

/** The rules of the soak, compiled; the worker processes and the offline run each compile their own. */
export function loadSoakRules(): RuleSet {
  const texts: (readonly [path: string, text: string])[] = ownRules.map((name) => {
    const path = fileURLToPath(new URL(`../../rules/${name}.toml`, import.meta.url));
    return [path, readFileSync(path, 'utf8')];
  });
  for (const [index, [name, text]] of Object.entries(shortRules).entries()) {
    texts.push([`${name}.toml`, ruleText(name, index, text)]);
  }
  const read = texts.map(([path, text]) => readRuleFile(path, text));
  const ruleSet = compileRuleSet(read.flatMap(({ file }) => file ?? []));
  if (ruleSet.rules.length !== texts.length) {
    const reasons = [
      ...read.flatMap(({ errors }) => errors.map(({ message }) => message)),
      ...ruleSet.errors.map(({ message }) => message),
      ...ruleSet.notRun.map(({ reason }) => reason),
    ];
    throw new Error(`only ${ruleSet.rules.length} of ${texts.length} rules of the soak run: ${reasons.join('; ')}`);
  }
  return ruleSet;
}

function ruleText(name: string, index: number, text: string): string {
  const head = `[metadata]\ncreation_date = "2026/01/01"\nmaturity = "production"\nupdated_date = "2026/01/01"\n`;
  const rule = `[rule]\nauthor = ["test"]\ndescription = "a"\nlicense = "Apache-2.0"\nname = "${name}"\nrisk_score = 21\n`;
  return `${head}${rule}rule_id = "00000000-0000-4000-8000-00000000000${index}"\nseverity = "low"\nmax_signals = 1000\n${text}\n`;
}
