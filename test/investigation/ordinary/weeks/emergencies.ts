import type { Who } from '../../expected/cloud.ts';
import {
  appAccount,
  browser,
  consoleUser,
  type Estate,
  intrudersHome,
  intrudersTool,
  office,
  rootOf,
} from '../estate.ts';
import type { OrdinaryWeek } from '../ordinary-week.ts';

const portal = { eventType: 'AwsConsoleSignIn', readOnly: false };

/** Root's password was forgotten: its owner asks for another by mail, signs in with the second factor, and looks at the bill. */
function recovers(
  estate: Estate,
  { from = office, mfa = 'Yes', more }: { from?: string; mfa?: string; more?: (who: Who) => void },
): void {
  estate.background(-14);
  const at = estate.at(0, 1);
  const nobody = rootOf(appAccount);
  estate.call(nobody, 'signin:PasswordRecoveryRequested', at, {
    from,
    client: browser,
    response: { PasswordRecoveryRequested: 'Success' },
    more: portal,
  });
  estate.call(nobody, 'signin:PasswordRecoveryCompleted', at + 120, {
    from,
    client: browser,
    response: { PasswordRecoveryCompleted: 'Success' },
    more: portal,
  });
  estate.signIn(nobody, at + 180, from, mfa);
  const who = rootOf(appAccount, 'ASIAROOTCONSOLE00001');
  estate.call(who, 'iam:GetAccountSummary', at + 200, { from, client: browser });
  estate.call(who, 'ce:GetCostAndUsage', at + 240, { from, client: browser });
  more?.(who);
}

export const rootRecovered: OrdinaryWeek = {
  name: "the owner recovers root's password where their people work, signs in with the second factor, and reads the bill",
  calm: 'asks',
  tell: (estate) => recovers(estate, {}),
  intruders: {
    'without a second factor': (estate) => recovers(estate, { mfa: 'No' }),
    'and makes a key': (estate) =>
      recovers(estate, {
        more: (who) =>
          estate.call(who, 'iam:CreateAccessKey', 9000, {
            from: office,
            client: browser,
            response: { accessKey: { accessKeyId: 'AKIAROOT000000000001', userName: 'root', status: 'Active' } },
          }),
      }),
    'and changes the mail address': (estate) =>
      recovers(estate, {
        more: (who) =>
          estate.call(who, 'signin:EmailUpdated', 9000, {
            from: office,
            client: browser,
            response: { EmailUpdated: 'Success' },
            more: portal,
          }),
      }),
  },
};

/** Twice a year the break-glass user is tried, and sealed again by whoever keeps it: a new password, and another second factor. */
function drill(estate: Estate, { from = office, usedAfter }: { from?: string; usedAfter?: string }): void {
  estate.background(-14);
  for (let day = -14; day < 0; day += 1) {
    const keeper = consoleUser('keeper');
    const at = estate.at(day, 0.2);
    estate.signIn(keeper, at, office);
    estate.call(keeper, 'iam:ListUsers', at + 60, { from: office, client: browser });
  }
  const glass = consoleUser('break-glass');
  const at = estate.at(0, 1);
  const by = { from, client: browser };
  estate.signIn(glass, at, from);
  estate.call(glass, 'iam:ListUsers', at + 30, by);
  estate.call(glass, 'ec2:DescribeInstances', at + 40, by);
  estate.call(glass, 's3:ListBuckets', at + 50, by);
  const keeper = consoleUser('keeper');
  estate.signIn(keeper, at + 1000, office);
  estate.call(keeper, 'iam:UpdateLoginProfile', at + 1100, {
    from: office,
    client: browser,
    request: { userName: 'break-glass', passwordResetRequired: false },
  });
  estate.call(keeper, 'iam:DeactivateMFADevice', at + 1200, {
    from: office,
    client: browser,
    request: { userName: 'break-glass', serialNumber: `arn:aws:iam::${appAccount}:mfa/break-glass` },
  });
  estate.call(keeper, 'iam:CreateVirtualMFADevice', at + 1250, {
    from: office,
    client: browser,
    request: { virtualMFADeviceName: 'break-glass-2' },
    response: { virtualMFADevice: { serialNumber: `arn:aws:iam::${appAccount}:mfa/break-glass-2` } },
  });
  estate.call(keeper, 'iam:EnableMFADevice', at + 1260, {
    from: office,
    client: browser,
    request: { userName: 'break-glass', serialNumber: `arn:aws:iam::${appAccount}:mfa/break-glass-2` },
  });
  if (usedAfter !== undefined) {
    estate.signIn(glass, at + 4000, usedAfter);
    estate.call(glass, 'iam:ListUsers', at + 4030, { from: usedAfter, client: intrudersTool });
  }
}

export const breakGlassDrill: OrdinaryWeek = {
  name: 'the break-glass user is tried at the office, and its keeper seals it again with a new password and another second factor',
  calm: 'asks',
  tell: (estate) => drill(estate, {}),
  intruders: {
    'and the user signs in elsewhere afterwards': (estate) => drill(estate, { usedAfter: intrudersHome }),
    'and the trial is from elsewhere': (estate) => {
      drill(estate, { from: intrudersHome });
      estate.call(consoleUser('break-glass'), 'iam:CreateUser', 9500, {
        from: intrudersHome,
        client: browser,
        request: { userName: 'svc' },
      });
    },
  },
};

/** Programs on people's machines that came by a sign-in in the browser (`aws login`). */
function oauth(estate: Estate, from: (day: number) => string): void {
  estate.background(-6);
  for (let day = -6; day <= 0; day += 1) {
    const at = estate.at(day, 0.3);
    const erin = consoleUser('erin');
    estate.signIn(erin, at, from(day));
    const { accessKeyId: _key, ...identity } = erin;
    const session = `arn:aws:signin:us-east-1:${appAccount}:session/${day + 20}aaaa-bbbb`;
    const request = {
      client_id: 'arn:aws:signin:::devtools/same-device',
      redirect_uri: 'http://127.0.0.1:8080/oauth/callback',
    };
    estate.call(identity, 'signin:AuthorizeOAuth2Access', at + 20, {
      from: from(day),
      client: browser,
      request,
      more: { readOnly: true },
    });
    estate.call(identity, 'signin:CreateOAuth2Token', at + 25, {
      from: from(day),
      client: 'aws-cli/2.32.0',
      request: { client_id: request.client_id },
      more: { readOnly: true, additionalEventData: { signInSessionArn: session } },
    });
    estate.call({ ...erin, signInSessionArn: session }, 's3:ListBuckets', at + 60, {
      from: from(day),
      client: 'aws-cli/2.32.0',
    });
  }
}

export const signedInPrograms: OrdinaryWeek = {
  name: "a developer's command line signs in by the browser every morning, at the office",
  calm: 'asks',
  tell: (estate) => oauth(estate, () => office),
  intruders: {
    'on the last day from elsewhere, and reads all of IAM': (estate) => {
      oauth(estate, (day) => (day === 0 ? intrudersHome : office));
      estate.call(consoleUser('erin'), 'iam:GetAccountAuthorizationDetails', 9000, {
        from: intrudersHome,
        client: intrudersTool,
      });
    },
  },
};
