import { appAccount, type Cloud, userOf } from './cloud.ts';

const daySeconds = 86_400;
const office = '198.51.100.77';
const deployer = userOf(appAccount, 'terraform', 'AKIATERRAFORM0000001');

/** A month of work from one address with one tool, whose last day raises alerts. */
export function deploysForAMonth(cloud: Cloud, lastDayFrom = office): void {
  for (let day = -28; day <= 0; day += 1) {
    const details = { from: day === 0 ? lastDayFrom : office, client: 'APN/1.0 HashiCorp/1.0 Terraform/1.9.5' };
    cloud.call(deployer, 'iam:GetRole', { at: day * daySeconds, request: { roleName: 'app' }, ...details });
    cloud.call(deployer, 'iam:TagRole', { at: day * daySeconds + 5, request: { roleName: 'app' }, ...details });
    cloud.call(deployer, 'cloudtrail:DescribeTrails', { at: day * daySeconds + 6, ...details });
    if (day < 0) continue;
    cloud.call(deployer, 'iam:CreateUser', {
      at: 20,
      request: { userName: 'app-mailer' },
      response: { user: { userName: 'app-mailer' } },
      ...details,
    });
    cloud.call(deployer, 'iam:AttachUserPolicy', {
      at: 21,
      request: { userName: 'app-mailer', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
      ...details,
    });
  }
}
