import type { Command } from 'commander';

/** An option that a command takes and that, beside what else was given, would do nothing. */
export interface IdleOption<Options extends object> {
  readonly option: keyof Options & string;
  readonly when: (options: Options) => boolean;
  /** Why it would do nothing, and what to do instead: the rest of the sentence that its name begins. */
  readonly why: string;
}

/** Has a command refuse what it would else ignore in silence: whoever gave it believes that the answer is about it. */
export function refuseIdleOptions<Options extends object>(
  command: Command,
  idle: readonly IdleOption<Options>[],
): Command {
  return command.hook('preAction', (_, acting) => {
    const options = acting.opts<Options>();
    const found = idle.find(({ option, when }) => acting.getOptionValueSource(option) === 'cli' && when(options));
    if (found !== undefined) acting.error(`error: ${flagOf(acting, found.option)} ${found.why}`);
  });
}

function flagOf(command: Command, attribute: string): string {
  return command.options.find((option) => option.attributeName() === attribute)?.long ?? attribute;
}
