import type { DoorRow } from '../door-row.ts';

const onlyFromTemplate = 'Only machines that are started from it, by a scaling group or by somebody, run what it says.';

/** Machines that start by themselves. */
export const machineCode: readonly DoorRow[] = [
  {
    opens: [
      'autoscaling/CreateAutoScalingGroup',
      'autoscaling/UpdateAutoScalingGroup launchTemplate|launchConfigurationName|mixedInstancesPolicy',
      'autoscaling/StartInstanceRefresh desiredConfiguration',
    ],
    makes: { kind: 'code', what: 'scaling group', resource: '{autoScalingGroupName}' },
    closes: { 'autoscaling/DeleteAutoScalingGroup': '{autoScalingGroupName}' },
    byHand: [
      'aws autoscaling update-auto-scaling-group --auto-scaling-group-name {autoScalingGroupName} --launch-template LaunchTemplateId=ID,Version=VERSION_BEFORE --region {region}',
      'aws autoscaling delete-auto-scaling-group --auto-scaling-group-name {autoScalingGroupName} --force-delete --region {region}',
    ],
  },
  // What keeps up a number of machines starts others for those that are ended. A fleet that starts its machines once is those machines.
  {
    opens: [
      'ec2/CreateFleet CreateFleetRequest.Type=maintain',
      'ec2/CreateFleet CreateFleetRequest.Type=request',
      'ec2/CreateFleet !CreateFleetRequest.Type',
    ],
    makes: { kind: 'code', what: 'machine fleet', resource: '{CreateFleetResponse.fleetId}' },
    // How its deletion is recorded is not known well enough to say that its machines were ended with it.
    closes: {},
    byHand: ['aws ec2 delete-fleets --fleet-ids {CreateFleetResponse.fleetId} --terminate-instances --region {region}'],
  },
  {
    opens: ['ec2/RequestSpotFleet'],
    makes: { kind: 'code', what: 'machine fleet', resource: '{spotFleetRequestId}' },
    closes: {},
    byHand: [
      'aws ec2 cancel-spot-fleet-requests --spot-fleet-request-ids {spotFleetRequestId} --terminate-instances --region {region}',
    ],
  },
  {
    opens: ['ec2/CreateLaunchTemplate', 'ec2/ModifyLaunchTemplate'],
    makes: {
      kind: 'code',
      what: 'launch template',
      resource: '{launchTemplate.launchTemplateId|launchTemplateId|launchTemplateName}',
    },
    closes: {
      'ec2/DeleteLaunchTemplate launchTemplateId': '{launchTemplate.launchTemplateId|launchTemplateId}',
      'ec2/DeleteLaunchTemplate launchTemplateName': '{launchTemplate.launchTemplateName|launchTemplateName}',
    },
    byHand: [
      'aws ec2 modify-launch-template --launch-template-id {launchTemplate.launchTemplateId} --default-version VERSION_BEFORE --region {region}',
      'aws ec2 delete-launch-template --launch-template-id {launchTemplate.launchTemplateId} --region {region}',
    ],
    doubt: onlyFromTemplate,
  },
  {
    opens: ['ec2/CreateLaunchTemplateVersion'],
    makes: {
      kind: 'code',
      what: 'launch template version',
      resource: '{launchTemplateVersion.launchTemplateId|launchTemplateId}: {launchTemplateVersion.versionNumber}',
    },
    closes: {
      'ec2/DeleteLaunchTemplate launchTemplateId': '{launchTemplateVersion.launchTemplateId|launchTemplateId}',
      'ec2/DeleteLaunchTemplate launchTemplateName': '{launchTemplateVersion.launchTemplateName|launchTemplateName}',
      'ec2/DeleteLaunchTemplateVersions':
        '{launchTemplateVersion.launchTemplateId|launchTemplateId} {launchTemplateVersion.versionNumber|launchTemplateVersion}',
    },
    byHand: [
      'aws ec2 describe-launch-templates --launch-template-ids {launchTemplateVersion.launchTemplateId} --region {region}',
      'aws ec2 delete-launch-template-versions --launch-template-id {launchTemplateVersion.launchTemplateId} --versions {launchTemplateVersion.versionNumber} --region {region}',
    ],
    doubt: onlyFromTemplate,
  },
  {
    opens: [
      'imagebuilder/CreateComponent',
      'imagebuilder/CreateImageRecipe',
      'imagebuilder/CreateContainerRecipe',
      'imagebuilder/CreateImagePipeline',
      'imagebuilder/UpdateImagePipeline',
      'imagebuilder/CreateImage',
    ],
    makes: {
      kind: 'code',
      what: 'image recipe',
      resource:
        '{componentBuildVersionArn:name|imageRecipeArn:name|containerRecipeArn:name|imagePipelineArn:name|imageBuildVersionArn:name|name}',
    },
    // Images that were built of it are there without it.
    closes: {},
    byHand: ['aws imagebuilder list-image-pipelines --region {region}'],
    doubt: 'Only machines that are started from images built by it run what it puts there.',
  },
  {
    opens: ['autoscaling/CreateLaunchConfiguration'],
    makes: { kind: 'code', what: 'launch configuration', resource: '{launchConfigurationName}' },
    closes: { 'autoscaling/DeleteLaunchConfiguration': '{launchConfigurationName}' },
    byHand: [
      'aws autoscaling delete-launch-configuration --launch-configuration-name {launchConfigurationName} --region {region}',
    ],
    doubt: 'Only machines of a scaling group that has it run what it says.',
  },
];
