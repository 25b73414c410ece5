import { type Command, Option } from 'commander';
import type { Instant } from '../../model/ids.ts';
import {
  graphFormats,
  reportFormats,
  type GraphFormat,
  type ReportFormat,
} from '../../investigation/report/report-formats.ts';
import { timeBound } from '../events/time-bound.ts';
import { type IdleOption, refuseIdleOptions } from './idle-options.ts';
import { repeated } from './repeated-option.ts';
import { wholeNumber } from './whole-number-option.ts';

interface InvestigateCommandOptions {
  readonly rules?: readonly string[];
  readonly exceptions?: readonly string[];
  readonly mmdb?: readonly string[];
  readonly threads?: number;
  readonly actor?: string;
  readonly asOf?: Instant;
  readonly case?: string;
  readonly json?: boolean;
  readonly timeline?: boolean;
  readonly evidence?: boolean;
  readonly identity?: boolean;
  readonly graph?: boolean;
  readonly events?: boolean;
  readonly report?: string;
  readonly format?: GraphFormat | ReportFormat;
}

/** `trailhound investigate`: makes cases of recorded events, one for each intruder, without any infrastructure. */
export function registerInvestigate(program: Command): void {
  const investigate = program
    .command('investigate')
    .description('make cases of CloudTrail records: who is behind it, what came of it; needs no server')
    .argument(
      '[path...]',
      'files, folders or globs of records (.json, .json.gz, NDJSON); - or nothing for standard input',
    )
    .option('-a, --actor <text>', 'only cases with an identity whose name or ID contains this')
    .option(
      '-r, --rules <path>',
      "files, folders or globs of rules in the Elastic format (default: Trailhound's own)",
      repeated,
    )
    .option('-x, --exceptions <path>', 'files, folders or globs of exceptions (TOML)', repeated)
    .option('--mmdb <file>', 'MaxMind databases for source.geo and source.as', repeated)
    .option('--as-of <time>', 'judge by this time which sessions have ended (default: the last record)', (text) =>
      timeBound(text, 'first'),
    )
    .option('--case <id>', 'only the case with this ID')
    .option('--timeline', 'also each call of the intruder, in the order of time')
    .option('--evidence', 'also what it means, with the events that prove it, and what is not known')
    .option('--identity', 'also who belongs to it, and by what they can come in')
    .option('--graph', 'only who gave access to whom, as a tree')
    .option('--events', "only the intruder's events, a line of JSON each")
    .option('--report <file>', 'write a report: .html (one page, printable), .md, or .json (OCSF findings)')
    .addOption(
      new Option('--format <form>', 'print the graph (dot, mermaid, json) or a report in this form').choices([
        ...graphFormats,
        ...reportFormats,
      ]),
    )
    .option('--json', 'print {"cases":[...]}')
    .option('--threads <n>', 'threads to use (default: as many as there are cores)', wholeNumber)
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound investigate logs/                                one case for each intruder, the first alert first
  $ trailhound investigate logs/ --actor mallory --timeline     one of them, call by call
  $ trailhound investigate logs/ --case case-959c57 --evidence  what it means, and which events prove it
  $ trailhound investigate logs/ --report case.html             to be printed or sent to somebody
  $ trailhound investigate logs/ --format dot | dot -Tsvg       who gave access to whom, as a drawing
  $ trailhound investigate logs/ --json | jq '.cases[].waysIn'

A case goes from the credentials of its alerts to whoever handed them out, and forwards to what they minted, made, changed and
stole, over steps that records prove. What only seems so is shown as likely. "Open" is as of --as-of, or of the last record: what
was closed or ended after it, the files do not say. Cases go to stdout, all else to stderr. Exits 0 when it ran, whatever it found; 1 where
no case is what --case or --actor asks for, or --as-of is before them all; 5 where not all of the input could be read, or no record
in it was known.`,
    )
    .action(async (paths: readonly string[], options: InvestigateCommandOptions) => {
      const { runInvestigation } = await import('../investigate/run-investigation.ts');
      await runInvestigation(paths, options);
    });
  refuseIdleOptions(investigate, idle);
}

const screens = ['timeline', 'evidence', 'identity'] as const;

/** One of these decides what is printed, in this order, and what else is given would do nothing. */
const idle: readonly IdleOption<InvestigateCommandOptions>[] = [
  ...([...screens, 'graph', 'report', 'format', 'json'] as const).map((option) => ({
    option,
    when: ({ events }: InvestigateCommandOptions) => events === true,
    why: "does nothing beside --events, which prints the intruder's events alone: ask for one of the two",
  })),
  ...([...screens, 'graph', 'json'] as const).map((option) => ({
    option,
    when: ({ report }: InvestigateCommandOptions) => report !== undefined,
    why: 'does nothing beside --report, which writes all of a case into a file and prints none: ask for one of the two',
  })),
  ...(['graph', 'format'] as const).map((option) => ({
    option,
    when: ({ json }: InvestigateCommandOptions) => json === true,
    why: 'does nothing beside --json, which prints all of a case: ask for one of the two',
  })),
  ...screens.map((option) => ({
    option,
    when: ({ format, graph }: InvestigateCommandOptions) => format !== undefined || graph === true,
    why: 'is a screen, and does nothing beside --format and --graph: ask for one of the two',
  })),
  {
    option: 'graph',
    when: ({ format }) => reportFormats.some((each) => each === format),
    why: `does nothing beside the --format of a report; that of a graph is ${graphFormats.join(', ')}`,
  },
];
