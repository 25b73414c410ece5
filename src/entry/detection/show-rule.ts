import type { RuleFile } from '../../detection/rule-file/rule-file.ts';
import { ruleTypes } from '../../detection/rule-types.ts';
import { styleFor } from '../terminal/terminal-style.ts';
import { renderMarkdown } from './terminal-markdown.ts';
import { plainLines, plainText, safe, safeJoin, safePadded, type SafeText } from '../../model/safe-text.ts';

/** A rule for people: its facts, its query, and its guide rendered. */
export function renderRule(file: RuleFile): SafeText {
  const style = styleFor(process.stdout);
  const { rule } = file;
  const needs = [...(rule.requires.dataEvents ? ['data events'] : []), ...rule.requires.enrichment];
  const facts: readonly (readonly [string, string])[] = [
    ['ID', rule.id],
    ['severity', `${rule.severity} (risk ${rule.riskScore})`],
    ['type', `${rule.type}${file.language === null ? '' : `, ${file.language}`}`],
    ...(ruleTypes.get(rule.type)?.facts(file) ?? []),
    ...rule.threat.map(
      ({ tactic, techniques }) =>
        [
          'ATT&CK',
          `${tactic.name} ${tactic.id}: ${techniques.map(({ id, name }) => `${name} ${id}`).join(', ')}`,
        ] as const,
    ),
    ...(needs.length === 0 ? [] : [['needs', needs.join(', ')] as const]),
    ['file', file.path],
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  const parts = [
    style.strong(plainText(rule.name, 400)),
    safe``,
    renderMarkdown(rule.description, style),
    safe``,
    ...facts.map(
      ([name, value]) => safe`${style.quiet(safePadded(plainText(name), width))}  ${plainText(value, 1000)}`,
    ),
    ...(file.query === null ? [] : [safe``, style.strong(safe`Query`), indented(file.query.text.trim())]),
    ...(rule.note === '' ? [] : [safe``, renderMarkdown(rule.note, style)]),
    ...section('False positives', file.falsePositives, style),
    ...section('References', file.references, style),
  ];
  return safeJoin(parts, '\n');
}

function section(title: string, entries: readonly string[], style: ReturnType<typeof styleFor>): readonly SafeText[] {
  if (entries.length === 0) return [];
  return [safe``, style.strong(plainText(title)), ...entries.map((entry) => safe`  - ${plainText(entry, 1000)}`)];
}

function indented(text: string): SafeText {
  return plainLines(text.replaceAll(/^/gm, '  '));
}
