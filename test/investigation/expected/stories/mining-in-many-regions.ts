import { appAccount, userOf } from '../cloud.ts';
import { bob, deactivate, key, leaked, told, type Story } from '../story.ts';

const [inWest, inSouth] = [{ awsRegion: 'us-west-2' }, { awsRegion: 'sa-east-1' }];

function started(instanceId: string) {
  const instance = { instanceId, instanceType: 'g5.12xlarge', instanceState: { code: 0, name: 'pending' } };
  return { reservationId: 'r-1', instancesSet: { items: [instance] } };
}

function fleet(Type: string) {
  const Overrides = { tag: 1, InstanceType: 'g4dn.xlarge' };
  return {
    CreateFleetRequest: {
      Type,
      TargetCapacitySpecification: { TotalTargetCapacity: 4, DefaultTargetCapacityType: 'spot' },
      LaunchTemplateConfigs: { tag: 1, Overrides },
    },
  };
}

function ended(instanceId: string) {
  return { instancesSet: { items: [{ instanceId }] } };
}

export const miningInManyRegions: Story = {
  name: 'machines are started in two new regions by a template, by type and by fleets, and quotas raised; of those that are ended one is refused, and what the fleets keep up goes on',
  records: told((intruder) => {
    intruder.call(leaked, 'servicequotas:RequestServiceQuotaIncrease', {
      serviceCode: 'ec2',
      quotaCode: 'L-DB2E81BA',
      desiredValue: 512,
    });
    intruder.call(
      leaked,
      'ec2:RunInstances',
      { instancesSet: { items: [{ imageId: 'ami-1', minCount: 8, maxCount: 8 }] }, instanceType: 'p4d.24xlarge' },
      { error: 'Client.InstanceLimitExceeded' },
    );
    intruder.call(
      leaked,
      'ec2:RunInstances',
      {
        instancesSet: { items: [{ minCount: 1, maxCount: 1 }] },
        launchTemplate: { launchTemplateId: 'lt-1', version: '$Default' },
      },
      { response: started('i-0aaaaaaaaaaaaaaa1'), more: inWest },
    );
    intruder.call(
      leaked,
      'ec2:RunInstances',
      { instancesSet: { items: [{ imageId: 'ami-2', minCount: 1, maxCount: 1 }] }, instanceType: 'g5.12xlarge' },
      { response: started('i-0bbbbbbbbbbbbbbb2'), more: inSouth },
    );
    const instanceSet = { item: { instanceType: 'g4dn.xlarge', instanceIds: { item: ['i-0ccccccccccccccc3'] } } };
    intruder.call(leaked, 'ec2:CreateFleet', fleet('instant'), {
      response: { CreateFleetResponse: { fleetId: 'fleet-1', fleetInstanceSet: instanceSet } },
      more: inWest,
    });
    intruder.call(leaked, 'ec2:CreateFleet', fleet('maintain'), {
      response: { CreateFleetResponse: { fleetId: 'fleet-2', fleetInstanceSet: '' } },
      more: inWest,
    });
    intruder.mended('ec2:TerminateInstances', ended('i-0aaaaaaaaaaaaaaa1'), inWest);
    intruder.call(
      userOf(appAccount, 'alice', 'AKIAALICE00000000001'),
      'ec2:TerminateInstances',
      ended('i-0bbbbbbbbbbbbbbb2'),
      { error: 'Client.OperationNotPermitted', more: inSouth, from: '198.51.100.20', client: 'aws-cli/2.15.0' },
    );
  }),
  cases: [
    {
      accounts: 1,
      identities: [bob, 'created instance', 'created instance', 'created instance'],
      links: [
        'user bob ran-on-instance instance',
        'user bob ran-on-instance instance',
        'user bob ran-on-instance instance',
      ],
      findings: ['code-planted', 'costly-compute', 'way-in-still-open'],
      waysIn: [key, 'closed instance', 'open code', 'open instance', 'open instance'],
      stages: [
        'ec2:CreateFleet impact',
        'ec2:RunInstances impact',
        'ec2:RunInstances refused impact',
        'servicequotas:RequestServiceQuotaIncrease impact',
      ],
      plan: [deactivate, 'isolateInstance', 'isolateInstance', 'removeCode'],
    },
  ],
};
