import { accessSync, constants } from 'node:fs';
import { delimiter, join, sep } from 'node:path';
import { plainText, safe, safeReplaced, type SafeText } from '../model/safe-text.ts';

/** The commands of the command line, by which sentences that name one are known. */
export const commandNames = [
  'start',
  'investigations',
  'audit',
  'accounts',
  'roles',
  'coverage',
  'backfill',
  'events',
  'import',
  'doctor',
  'register',
  'detect',
  'investigate',
  'normalize',
  'rules',
  'explain',
  'setup',
  'worker',
  'simulate',
] as const;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What has to be typed for `trailhound` where this process was started: nobody has it on PATH who runs it from a checkout, by npx
 * or npm, and a command that is copied from a message has to work.
 *
 * @param environment `TRAILHOUND_COMMAND` names it where nothing else can tell; npm says by `npm_lifecycle_event` what it runs.
 */
export function invocation(environment: Environment = process.env): SafeText {
  const { TRAILHOUND_COMMAND: named, npm_lifecycle_event: script, PATH: path } = environment;
  if (named !== undefined && named !== '') return plainText(named);
  if (script === 'npx') return safe`npx trailhound`;
  return script === undefined && isOnPath(path ?? '') ? safe`trailhound` : safe`npm run -s trailhound --`;
}

/** The folders that npm itself puts there are gone in the next shell. */
function isOnPath(path: string): boolean {
  return path
    .split(delimiter)
    .filter((folder) => folder !== '' && !folder.endsWith(join(sep, 'node_modules', '.bin')))
    .some((folder) => isExecutable(join(folder, 'trailhound')));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const commandInText = new RegExp(
  String.raw`(?:npm run -s trailhound --|(?<!npx |[\w./-])trailhound)(?= (?:(?:--config|-c) \S+ )?(?:${commandNames.join('|')}|COMMAND|--help)\b| \[options\])`,
  'gu',
);

/** A text for people, with the commands that it names as they have to be typed here; JSON is data, and stays as it is. */
export function asTypedHere(text: SafeText, environment?: Environment): SafeText {
  if (/^\s*[{[]/u.test(text) || !text.includes('trailhound ')) return text;
  return safeReplaced(text, commandInText, invocation(environment));
}
