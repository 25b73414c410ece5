import type { JsonObject } from '../../../src/model/json.ts';
import { appAccount, type Cloud, userOf } from './cloud.ts';

const daySeconds = 86_400;
const terraform = 'APN/1.0 HashiCorp/1.0 Terraform/1.9.5';
const office = '198.51.100.77';
const deployer = userOf(appAccount, 'terraform', 'AKIATERRAFORM0000001');

/** A month of work from one address with one tool, whose last day raises alerts: a group of it is opened to everybody. */
export function deploysForAMonth(cloud: Cloud, lastDayFrom = office): void {
  for (let day = -28; day <= 0; day += 1) {
    const from = day === 0 ? lastDayFrom : office;
    function details(second: number) {
      return { at: day * daySeconds + second, from, client: terraform };
    }
    cloud.call(deployer, 'iam:GetRole', { request: { roleName: 'app' }, ...details(0) });
    cloud.call(deployer, 'iam:TagRole', { request: { roleName: 'app' }, ...details(5) });
    cloud.call(deployer, 'cloudtrail:DescribeTrails', details(6));
    cloud.call(deployer, 'iam:CreateUser', {
      request: { userName: `app-mailer-${day + 28}` },
      response: { user: { userName: `app-mailer-${day + 28}` } },
      ...details(20),
    });
    cloud.call(deployer, 'ec2:AuthorizeSecurityGroupIngress', {
      request: opening(day === 0 ? '0.0.0.0/0' : '10.0.0.0/8'),
      ...details(25),
    });
  }
}

/** What no habit explains: on the last day, from where it always works, one of its users gets all rights. */
export function administratorByDeploy(cloud: Cloud): void {
  cloud.call(deployer, 'iam:AttachUserPolicy', {
    at: 30,
    request: { userName: 'app-mailer-28', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
    from: office,
    client: terraform,
  });
}

function opening(cidrIp: string): JsonObject {
  return {
    groupId: 'sg-0a1b2c3d4e5f60718',
    ipPermissions: {
      items: [{ ipProtocol: 'tcp', fromPort: 5432, toPort: 5432, ipRanges: { items: [{ cidrIp }] } }],
    },
  };
}
