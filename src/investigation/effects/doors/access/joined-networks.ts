import type { DoorRow } from '../door-row.ts';

/** Networks that are joined to others, and entrances into them. */
export const joinedNetworks: readonly DoorRow[] = [
  {
    opens: ['ec2/AcceptTransitGatewayVpcAttachment', 'ec2/CreateTransitGatewayVpcAttachment'],
    makes: {
      kind: 'network',
      type: 'transit gateway attachment',
      gateway: '{transitGatewayAttachmentId|transitGatewayVpcAttachment.transitGatewayAttachmentId}',
      opened: 'to another network',
    },
    closes: {
      'ec2/DeleteTransitGatewayVpcAttachment':
        '{transitGatewayAttachmentId|transitGatewayVpcAttachment.transitGatewayAttachmentId}',
    },
    byHand: [
      'aws ec2 delete-transit-gateway-vpc-attachment --transit-gateway-attachment-id {transitGatewayAttachmentId} --region {region}',
    ],
  },
  {
    opens: ['ec2/AcceptTransitGatewayPeeringAttachment', 'ec2/CreateTransitGatewayPeeringAttachment'],
    makes: {
      kind: 'network',
      type: 'transit gateway peering',
      gateway: '{transitGatewayAttachmentId|transitGatewayPeeringAttachment.transitGatewayAttachmentId}',
      opened: 'to another network',
    },
    closes: {
      'ec2/DeleteTransitGatewayPeeringAttachment':
        '{transitGatewayAttachmentId|transitGatewayPeeringAttachment.transitGatewayAttachmentId}',
    },
    byHand: [
      'aws ec2 delete-transit-gateway-peering-attachment --transit-gateway-attachment-id {transitGatewayAttachmentId} --region {region}',
    ],
  },
  {
    opens: ['ec2/CreateInstanceConnectEndpoint'],
    makes: {
      kind: 'network',
      type: 'Instance Connect endpoint',
      gateway: '{instanceConnectEndpoint.instanceConnectEndpointId}',
      opened: 'subnet {instanceConnectEndpoint.subnetId|subnetId}',
    },
    closes: {
      'ec2/DeleteInstanceConnectEndpoint':
        '{instanceConnectEndpoint.instanceConnectEndpointId|instanceConnectEndpointId}',
    },
    byHand: [
      'aws ec2 delete-instance-connect-endpoint --instance-connect-endpoint-id {instanceConnectEndpoint.instanceConnectEndpointId} --region {region}',
    ],
  },
  {
    opens: [
      'ec2/CreateVerifiedAccessEndpoint',
      'ec2/ModifyVerifiedAccessEndpointPolicy',
      'ec2/ModifyVerifiedAccessEndpoint',
    ],
    makes: {
      kind: 'network',
      type: 'Verified Access endpoint',
      gateway: '{verifiedAccessEndpoint.verifiedAccessEndpointId|verifiedAccessEndpointId}',
      opened: 'whoever its policy lets in',
    },
    closes: {
      'ec2/DeleteVerifiedAccessEndpoint': '{verifiedAccessEndpoint.verifiedAccessEndpointId|verifiedAccessEndpointId}',
    },
    byHand: [
      'aws ec2 get-verified-access-endpoint-policy --verified-access-endpoint-id {verifiedAccessEndpoint.verifiedAccessEndpointId} --region {region}',
      'aws ec2 delete-verified-access-endpoint --verified-access-endpoint-id {verifiedAccessEndpoint.verifiedAccessEndpointId} --region {region}',
    ],
    doubt: 'Its policy, which is written in a language of its own, says who comes in.',
  },
  {
    opens: ['ec2/ModifyVerifiedAccessGroupPolicy'],
    makes: {
      kind: 'network',
      type: 'Verified Access group',
      gateway: '{verifiedAccessGroupId}',
      opened: 'whoever its policy lets in',
    },
    closes: { 'ec2/DeleteVerifiedAccessGroup': '{verifiedAccessGroupId}' },
    byHand: [
      'aws ec2 get-verified-access-group-policy --verified-access-group-id {verifiedAccessGroupId} --region {region}',
    ],
    doubt: 'Its policy, which is written in a language of its own, says who comes in.',
  },
  {
    opens: ['ec2/CreateVerifiedAccessTrustProvider', 'ec2/ModifyVerifiedAccessTrustProvider'],
    makes: {
      kind: 'provider',
      what: 'sign-in-directory',
      arn: '{verifiedAccessTrustProvider.verifiedAccessTrustProviderId|verifiedAccessTrustProviderId}',
      shape: /^vatp-/u,
    },
    closes: {
      'ec2/DeleteVerifiedAccessTrustProvider':
        '{verifiedAccessTrustProvider.verifiedAccessTrustProviderId|verifiedAccessTrustProviderId}',
    },
    byHand: [],
  },
  {
    opens: ['ec2/CreateClientVpnEndpoint'],
    makes: {
      kind: 'network',
      type: 'client VPN',
      gateway: '{clientVpnEndpointId}',
      opened: 'from outside',
    },
    closes: { 'ec2/DeleteClientVpnEndpoint': '{clientVpnEndpointId}' },
    byHand: ['aws ec2 delete-client-vpn-endpoint --client-vpn-endpoint-id {clientVpnEndpointId} --region {region}'],
  },
  {
    opens: ['ec2/AuthorizeClientVpnIngress !accessGroupId'],
    makes: {
      kind: 'network',
      type: 'client VPN',
      gateway: '{clientVpnEndpointId}',
      opened: 'to {targetNetworkCidr} for all groups',
    },
    closes: {
      'ec2/RevokeClientVpnIngress': '{clientVpnEndpointId} {targetNetworkCidr} {accessGroupId|=all groups}',
      'ec2/DeleteClientVpnEndpoint': '{clientVpnEndpointId}',
    },
    byHand: [
      'aws ec2 revoke-client-vpn-ingress --client-vpn-endpoint-id {clientVpnEndpointId} --target-network-cidr {targetNetworkCidr} --revoke-all-groups --region {region}',
    ],
  },
  {
    opens: ['ec2/AuthorizeClientVpnIngress accessGroupId'],
    makes: {
      kind: 'network',
      type: 'client VPN',
      gateway: '{clientVpnEndpointId}',
      opened: 'to {targetNetworkCidr} for group {accessGroupId}',
    },
    closes: {
      'ec2/RevokeClientVpnIngress': '{clientVpnEndpointId} {targetNetworkCidr} {accessGroupId|=all groups}',
      'ec2/DeleteClientVpnEndpoint': '{clientVpnEndpointId}',
    },
    byHand: [
      'aws ec2 revoke-client-vpn-ingress --client-vpn-endpoint-id {clientVpnEndpointId} --target-network-cidr {targetNetworkCidr} --access-group-id {accessGroupId} --region {region}',
    ],
  },
  {
    opens: ['ec2/CreateVpnConnection'],
    makes: {
      kind: 'network',
      type: 'VPN connection',
      gateway: '{vpnConnection.vpnConnectionId}',
      opened: 'to {customerGatewayId}',
    },
    closes: { 'ec2/DeleteVpnConnection': '{vpnConnection.vpnConnectionId|vpnConnectionId}' },
    byHand: ['aws ec2 delete-vpn-connection --vpn-connection-id {vpnConnection.vpnConnectionId} --region {region}'],
  },
  {
    opens: ['ec2/AcceptVpcPeeringConnection'],
    makes: {
      kind: 'network',
      type: 'VPC peering',
      gateway: '{vpcPeeringConnectionId}',
      opened:
        'to {vpcPeeringConnection.requesterVpcInfo.ownerId|=another account}/{vpcPeeringConnection.requesterVpcInfo.vpcId|=its network}',
    },
    closes: { 'ec2/DeleteVpcPeeringConnection': '{vpcPeeringConnectionId}' },
    byHand: [
      'aws ec2 delete-vpc-peering-connection --vpc-peering-connection-id {vpcPeeringConnectionId} --region {region}',
    ],
  },
];
