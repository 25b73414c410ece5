import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseRuleExamples, type RuleExamples } from '../../src/detection/rule-examples.ts';
import { readRuleFile, type RuleFileReading } from '../../src/detection/rule-file/read-rule-file.ts';

const directory = join(import.meta.dirname, '../../rules');

/** A rule of the pack with its examples; names are the files', without their endings. */
export interface PackedRule {
  readonly name: string;
  readonly reading: RuleFileReading;
  readonly examples: RuleExamples;
}

/** Trailhound's own rules, by name. */
export const pack: readonly PackedRule[] = namesIn(directory, '.toml').map((name) => {
  const path = join(directory, `${name}.toml`);
  const examplesPath = join(directory, 'examples', `${name}.json`);
  return {
    name,
    reading: readRuleFile(path, readFileSync(path, 'utf8')),
    examples: parseRuleExamples(examplesPath, readFileSync(examplesPath, 'utf8')),
  };
});

/** The names of the files in `rules/examples`. */
export const exampleNames: readonly string[] = namesIn(join(directory, 'examples'), '.json');

function namesIn(folder: string, ending: string): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(ending))
    .map((file) => basename(file, ending))
    .toSorted();
}
