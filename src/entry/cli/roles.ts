import { type Command, Option } from 'commander';
import type { AccountId } from '../../model/ids.ts';
import type { RolesFormat } from '../roles/render-roles.ts';
import { configOf } from './global-options.ts';
import { refuseIdleOptions } from './idle-options.ts';
import { accountIdOption } from './instant-option.ts';
import { plainLines, safe } from '../../model/safe-text.ts';
import { printLine, tellLine } from '../terminal/terminal-output.ts';

interface Options {
  readonly format: RolesFormat;
  readonly account?: AccountId;
  readonly principal?: string;
}

/** `trailhound roles`: the IAM roles that a watched account has to have. */
export function registerRoles(program: Command): void {
  const roles = program
    .command('roles')
    .description(
      'print the IAM roles that an account needs: the least that the code uses, and what it must never touch',
    )
    .addOption(
      new Option('--format <format>', 'json, one template for a stack or StackSet, or HCL')
        .choices(['json', 'cloudformation', 'terraform'])
        .default('json'),
    )
    .addOption(new Option('--json', 'the same as --format json').conflicts('format'))
    .option('--account <id>', 'json: this account (default: those of the configuration)', accountIdOption)
    .option('--principal <arn>', 'json: the user or role that Trailhound runs as')
    .addHelpText(
      'after',
      `
With response.register, json has the policy of the role that keeps the register as well.
Secret prefix and region, protected users and paths are those of the configuration: print anew when they change.

Examples:
  $ trailhound roles --format cloudformation > trailhound-roles.json
  $ aws cloudformation create-stack-set --stack-set-name trailhound --template-body file://trailhound-roles.json \\
      --capabilities CAPABILITY_NAMED_IAM --permission-model SERVICE_MANAGED --auto-deployment Enabled=true,RetainStacksOnAccountRemoval=false \\
      --parameters ParameterKey=TrailhoundPrincipalArn,ParameterValue=arn:aws:iam::444455556666:role/trailhound
  $ trailhound roles --format terraform > trailhound-roles.tf
  $ trailhound roles --account 111122223333 --principal arn:aws:iam::444455556666:role/trailhound`,
    )
    .action(async ({ format, account, principal }: Options, command: Command) => {
      const { renderRoles } = await import('../roles/render-roles.ts');
      const request = {
        ...(account === undefined ? {} : { accountId: account }),
        ...(principal === undefined ? {} : { principalArn: principal }),
      };
      printLine(plainLines(renderRoles(format, await configOf(command), request), Number.POSITIVE_INFINITY));
      if (format === 'json' && principal === undefined) {
        tellLine(safe`replace TRAILHOUND_PRINCIPAL_ARN, or give --principal: the user or role that Trailhound runs as`);
      }
    });
  refuseIdleOptions<Options>(roles, [
    {
      option: 'account',
      when: ({ format }) => format !== 'json',
      why: 'does nothing in a template, which takes the account that it is deployed in: leave it out, or print --format json',
    },
    {
      option: 'principal',
      when: ({ format }) => format === 'cloudformation',
      why: 'does nothing in a template: give it where it is deployed, by --parameters ParameterKey=TrailhoundPrincipalArn,ParameterValue=ARN',
    },
    {
      option: 'principal',
      when: ({ format }) => format === 'terraform',
      why: 'does nothing in HCL: give it where it is applied, by -var trailhound_principal_arn=ARN',
    },
  ]);
}
