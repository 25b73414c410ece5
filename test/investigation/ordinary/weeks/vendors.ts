import { userOf, type Who } from '../../expected/cloud.ts';
import { appAccount, type Estate, intrudersHome, intrudersTool } from '../estate.ts';
import type { OrdinaryWeek } from '../ordinary-week.ts';

const datadog = {
  account: '464622532012',
  role: 'DatadogIntegration',
  session: 'DatadogAWSIntegration',
  externalId: 'a1b2c3d4e5f6',
};
const wiz = { account: '197171649850', role: 'WizAccess-Role', session: 'wiz', externalId: 'b7c8d9e0-1122' };
const bySdk = 'aws-sdk-go-v2/1.30.3 os/linux lang/go#1.22.5 md/GOARCH#amd64';

interface Vendor {
  readonly account: string;
  readonly role: string;
  readonly session: string;
  readonly externalId?: string;
}

/** A vendor's role reads what its product shows, several times a day from a network of the vendor's. */
function reads(
  estate: Estate,
  vendor: Vendor,
  names: readonly string[],
  firstDay: number,
  more?: (who: Who, from: string, at: number) => void,
): void {
  estate.background(-21);
  for (let day = firstDay; day <= 0; day += 1) {
    for (let run = 0; run < 2; run += 1) {
      const from = estate.hired(3);
      const at = estate.at(day, run * 4);
      const who = estate.byVendor(vendor, at, from, bySdk);
      for (const [index, name] of names.entries()) estate.call(who, name, at + 5 + index, { from, client: bySdk });
      if (day === 0 && run === 1) more?.(who, from, at);
    }
  }
}

const metrics = [
  'cloudwatch:ListMetrics',
  'tag:GetResources',
  's3:ListBuckets',
  'ec2:DescribeInstances',
  'rds:DescribeDBInstances',
  'ses:GetSendQuota',
];
const posture = [
  'iam:GetAccountAuthorizationDetails',
  'iam:GetCredentialReport',
  's3:ListBuckets',
  'organizations:ListAccounts',
  'ec2:DescribeInstances',
  'kms:ListKeys',
  'lambda:ListFunctions',
  'rds:DescribeDBSnapshots',
  'secretsmanager:ListSecrets',
  'ecr:DescribeRepositories',
];

export const monitoringVendor: OrdinaryWeek = {
  name: "a monitoring vendor's role with an external ID reads metrics from new addresses every day, for three weeks",
  calm: 'asks',
  tell: (estate) => reads(estate, datadog, metrics, -21),
  intruders: {
    'takes a session of the vendor elsewhere': (estate) =>
      reads(estate, datadog, metrics, -21, (who, _from, at) => {
        estate.call(who, 's3:ListBuckets', at + 300, { from: intrudersHome, client: intrudersTool });
        estate.call(who, 'iam:GetAccountAuthorizationDetails', at + 310, {
          from: intrudersHome,
          client: intrudersTool,
        });
      }),
    'comes by another account': (estate) => {
      reads(estate, datadog, metrics, -21);
      const at = 20_000;
      const who = estate.byVendor({ ...datadog, account: '999988887777' }, at + 300, intrudersHome, bySdk);
      estate.call(who, 's3:ListBuckets', at + 310, { from: intrudersHome, client: bySdk });
    },
  },
};

export const postureVendor: OrdinaryWeek = {
  name: 'a posture scanner of a vendor reads everything daily, from the first day of the records',
  calm: 'asks',
  tell: (estate) => reads(estate, wiz, posture, -21),
  intruders: {
    'makes a user by the role of the vendor': (estate) =>
      reads(estate, wiz, posture, -21, (who, from, at) => {
        estate.call(who, 'iam:CreateUser', at + 300, { from, client: bySdk, request: { userName: 'wiz-svc' } });
        estate.call(who, 'iam:CreateAccessKey', at + 310, {
          from,
          client: bySdk,
          request: { userName: 'wiz-svc' },
          response: { accessKey: { accessKeyId: 'AKIAWIZSVC0000000001', userName: 'wiz-svc', status: 'Active' } },
        });
      }),
    'takes a session of the vendor elsewhere': (estate) =>
      reads(estate, wiz, posture, -21, (who, _from, at) => {
        estate.call(who, 'iam:GetAccountAuthorizationDetails', at + 310, {
          from: intrudersHome,
          client: intrudersTool,
        });
        estate.call(who, 's3:ListBuckets', at + 320, { from: intrudersHome, client: intrudersTool });
      }),
  },
};

const veeam = { account: '330188144255', role: 'backup-vendor', session: 'backup', externalId: 'veeam-77' };

/** A backup tool of a vendor takes a snapshot of each volume every night, and deletes those that are two weeks old. */
function backsUp(estate: Estate, more?: (who: Who, from: string, at: number) => void): void {
  estate.background(-21);
  for (let day = -21; day <= 0; day += 1) {
    const from = estate.hired(34);
    const at = estate.at(day, 5);
    const who = estate.byVendor(veeam, at, from, 'aws-sdk-java/1.12.700');
    const by = { from, client: 'aws-sdk-java/1.12.700' };
    estate.call(who, 'ec2:DescribeVolumes', at + 5, by);
    for (let volume = 0; volume < 12; volume += 1) {
      estate.call(who, 'ec2:CreateSnapshot', at + 10 + volume, {
        ...by,
        request: { volumeId: `vol-0${volume}a1b2c3d4e5f6`, description: 'nightly' },
        response: { snapshotId: `snap-${day + 30}-${volume}`, volumeId: `vol-0${volume}a1b2c3d4e5f6` },
      });
      estate.call(who, 'ec2:DeleteSnapshot', at + 40 + volume, {
        ...by,
        request: { snapshotId: `snap-${day + 16}-${volume}` },
      });
    }
    if (day === 0) more?.(who, from, at);
  }
}

export const backupVendor: OrdinaryWeek = {
  name: 'a backup tool of a vendor takes snapshots every night and deletes the old ones, a dozen at a time',
  calm: 'asks',
  tell: (estate) => backsUp(estate),
  intruders: {
    'shares a snapshot with an account that nobody knows': (estate) =>
      backsUp(estate, (who, from, at) =>
        estate.call(who, 'ec2:ModifySnapshotAttribute', at + 100, {
          from,
          client: 'aws-sdk-java/1.12.700',
          request: {
            snapshotId: 'snap-30-1',
            attributeType: 'CREATE_VOLUME_PERMISSION',
            createVolumePermission: { add: { items: [{ userId: '999988887777' }] } },
          },
        }),
      ),
    'deletes snapshots by hand, from elsewhere': (estate) =>
      backsUp(estate, (who, _from, at) => {
        for (let volume = 0; volume < 12; volume += 1)
          estate.call(who, 'ec2:DeleteSnapshot', at + 300 + volume, {
            from: intrudersHome,
            client: intrudersTool,
            request: { snapshotId: `snap-30-${volume}` },
          });
      }),
  },
};

/** An application asks a model and sends mail with a key, as from the first day of the records. */
function application(estate: Estate, more?: (who: Who) => void): void {
  estate.background(-6);
  const who = userOf(appAccount, 'assistant-app', 'AKIAASSISTANT0000001');
  const by = { from: '198.51.100.150', client: 'aws-sdk-python/1.34 Boto3/1.34.50' };
  for (let day = -6; day <= 0; day += 1) {
    const at = estate.at(day, -2);
    estate.call(who, 'sts:GetCallerIdentity', at, by);
    for (let each = 0; each < 4; each += 1)
      estate.call(who, 'bedrock:InvokeModel', at + 10 + each * 600, {
        ...by,
        request: { modelId: 'anthropic.claude-3-5-sonnet-20240620-v1:0' },
        more: { readOnly: true },
      });
    for (const name of ['ses:GetSendQuota', 'ses:GetSendStatistics', 'ses:ListIdentities'])
      estate.call(who, name, at + 5000, by);
    estate.call(who, 'ses:SendEmail', at + 5010, { ...by, request: { source: 'hello@example.com' } });
  }
  more?.(who);
}

export const modelsAndMail: OrdinaryWeek = {
  name: 'an application asks a model and sends mail with its key, daily and as from the first day of the records',
  calm: 'asks',
  tell: (estate) => application(estate),
  intruders: {
    'asks a model with the key from elsewhere': (estate) =>
      application(estate, (who) => {
        const by = { from: intrudersHome, client: intrudersTool };
        estate.call(who, 'sts:GetCallerIdentity', 9000, by);
        estate.call(who, 'bedrock:InvokeModel', 9010, {
          ...by,
          request: { modelId: 'anthropic.claude-3-opus-20240229-v1:0' },
        });
      }),
    'asks for access to models, from where the application is': (estate) =>
      application(estate, (who) => {
        const by = { from: '198.51.100.150', client: intrudersTool };
        estate.call(who, 'bedrock:PutUseCaseForModelAccess', 9000, by);
        estate.call(who, 'iam:CreateUser', 9010, { ...by, request: { userName: 'svc' } });
      }),
  },
};
