import { compileRuleSet, type RuleSet } from '../../src/detection/engine.ts';
import { readRuleFile } from '../../src/detection/rule-file/read-rule-file.ts';

/** The rule set of rules by name, each given by the part of its `[rule]` table that its type asks for. */
export function compiledRules(texts: Readonly<Record<string, string>>): RuleSet {
  const set = compileRuleSet(
    Object.entries(texts).map(([name, text], index) => {
      const source = `[metadata]\ncreation_date = "2026/01/01"\nmaturity = "production"\nupdated_date = "2026/01/01"\n[rule]\nauthor = ["test"]\ndescription = "a"\nlicense = "Apache-2.0"\nname = "${name}"\nrisk_score = 21\nrule_id = "00000000-0000-4000-8000-00000000000${index}"\nseverity = "low"\nmax_signals = 1000\n${text}\n`;
      const { file, errors } = readRuleFile(`${name}.toml`, source);
      if (file === null) throw new Error(errors.map((error) => error.message).join('\n'));
      return file;
    }),
  );
  if (set.errors.length > 0) throw new Error(JSON.stringify(set.errors));
  return set;
}
