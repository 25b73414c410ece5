import type { DoorRow } from '../door-row.ts';

/** Certificates and configurations that say who a device or a caller is. */
export const certificateLogins: readonly DoorRow[] = [
  /* IoT: a certificate is who a device is */
  {
    opens: [
      'iot/CreateKeysAndCertificate',
      'iot/CreateCertificateFromCsr',
      'iot/RegisterCertificate',
      'iot/RegisterCertificateWithoutCA',
      'iot/UpdateCertificate newStatus=ACTIVE',
      'iot/AcceptCertificateTransfer setAsActive=true',
    ],
    makes: {
      kind: 'login',
      service: 'iot',
      resource: 'certificates',
      login: '{certificateId}',
      credential: null,
      isHeld: true,
    },
    closes: {
      'iot/UpdateCertificate newStatus=INACTIVE|REVOKED': '{certificateId}',
      'iot/DeleteCertificate': '{certificateId}',
    },
    byHand: ['aws iot update-certificate --certificate-id {certificateId} --new-status INACTIVE --region {region}'],
  },
  {
    opens: ['iot/CreateProvisioningClaim'],
    makes: {
      kind: 'login',
      service: 'iot',
      resource: 'provisioning template {templateName}',
      login: '{certificateId}',
      credential: 'claim',
      lastsS: 300,
    },
    closes: { 'iot/DeleteProvisioningTemplate': '{templateName}' },
    byHand: ['aws iot delete-provisioning-template --template-name {templateName} --region {region}'],
  },
  {
    opens: ['iot/RegisterCACertificate', 'iot/UpdateCACertificate newStatus=ACTIVE'],
    makes: {
      kind: 'login',
      service: 'iot',
      resource: 'certificate authorities',
      login: '{certificateId|caCertificateId}',
      credential: null,
      isHeld: true,
    },
    closes: {
      'iot/UpdateCACertificate newStatus=INACTIVE': '{certificateId|caCertificateId}',
      'iot/DeleteCACertificate': '{certificateId|caCertificateId}',
    },
    byHand: ['aws iot update-ca-certificate --certificate-id {certificateId} --new-status INACTIVE --region {region}'],
  },
  /* Authorities and VPNs */
  {
    opens: ['acm-pca/IssueCertificate'],
    makes: {
      kind: 'login',
      service: 'acm-pca',
      resource: '{certificateAuthorityArn:name}',
      login: 'whoever has the key',
      credential: 'certificate {certificateArn}',
      isHeld: true,
    },
    // It is revoked by its serial number, which no answer has, and only where whoever trusts the authority reads its list of revocations.
    closes: {},
    byHand: [
      'aws acm-pca get-certificate --certificate-authority-arn CERTIFICATE_AUTHORITY_ARN --certificate-arn {certificateArn} --region {region}',
      'aws acm-pca revoke-certificate --certificate-authority-arn CERTIFICATE_AUTHORITY_ARN --certificate-serial SERIAL --revocation-reason KEY_COMPROMISE --region {region}',
    ],
    doubt:
      'It lets in where the authority is trusted: by a trust anchor of Roles Anywhere, a VPN, or a server that asks for certificates.',
  },
  {
    opens: ['ec2/ExportClientVpnClientConfiguration'],
    makes: {
      kind: 'login',
      service: 'client VPN',
      resource: '{clientVpnEndpointId}',
      login: 'whoever has the configuration',
      credential: null,
    },
    closes: { 'ec2/DeleteClientVpnEndpoint': '{clientVpnEndpointId}' },
    byHand: [
      'aws ec2 terminate-client-vpn-connections --client-vpn-endpoint-id {clientVpnEndpointId} --region {region}',
    ],
    doubt: 'The configuration says where to connect to: a certificate or a sign-in is asked for besides.',
  },
];
