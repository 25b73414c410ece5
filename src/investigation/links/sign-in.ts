import { consoleSession } from '../../cloudtrail/identities.ts';
import type { StepCall, Step, StepTable } from './step.ts';

/** Sign-ins to the console, by password or with the credentials of a session (AWS sign-in events). */
export const signInSteps: StepTable = {
  'signin.amazonaws.com ConsoleLogin': signedIn,
  'signin.amazonaws.com GetSigninToken': signedIn,
};

function signedIn({ caller }: StepCall): readonly Step[] {
  const console = consoleSession(caller.identity);
  return [{ to: console, how: 'signed-in', as: 'used', gave: console }];
}
