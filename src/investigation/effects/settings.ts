import { isFalse, isTrue, nameAt, objects, scalarText, type EffectCall, type EffectReaders } from './call.ts';
import { undone } from './credentials.ts';
import type { Effect } from './effect.ts';
import { thing } from './thing.ts';

/** Settings of a whole account or region that hold many doors at once: taken back, they stand open. */
export const settingEffects: EffectReaders = {
  'ec2/EnableSerialConsoleAccess': (call) => weakened('serial console access', call.region),
  'ec2/DisableSerialConsoleAccess': (call) => restored(call, 'serial console access', call.region),
  'ec2/DisableSnapshotBlockPublicAccess': (call) => weakened('public sharing of snapshots', call.region),
  'ec2/EnableSnapshotBlockPublicAccess': (call) => restored(call, 'public sharing of snapshots', call.region),
  'ec2/DisableImageBlockPublicAccess': (call) => weakened('public sharing of images', call.region),
  'ec2/EnableImageBlockPublicAccess': (call) => restored(call, 'public sharing of images', call.region),
  'iam/UpdateAccountPasswordPolicy': (call) =>
    isWeakPassword(call)
      ? weakened('password policy', call.accountId)
      : restored(call, 'password policy', call.accountId),
  'iam/DeleteAccountPasswordPolicy': (call) => weakened('password policy', call.accountId),
  'ec2/ModifyInstanceMetadataDefaults': (call) => {
    const request = objects(call.request, 'ModifyInstanceMetadataDefaultsRequest')[0] ?? call.request;
    const tokens = nameAt(request, 'HttpTokens', 'httpTokens');
    if (tokens === 'optional') return weakened('metadata service tokens', call.region);
    // `no-preference` leaves it to whoever starts the machine.
    return tokens === 'required' ? restored(call, 'metadata service tokens', call.region) : [];
  },
  'lambda/DeleteFunctionCodeSigningConfig': (call) => weakened('code signing', nameAt(call.request, 'functionName')),
  'eks/UpdateClusterConfig': (call) =>
    isTrue(call.request, 'resourcesVpcConfig.endpointPublicAccess')
      ? weakened('public endpoint of a cluster', nameAt(call.request, 'name'))
      : [],
  'iam/EnableOrganizationsRootSessions': (call) => weakened(rootSessions, call.accountId),
  'iam/DisableOrganizationsRootSessions': (call) => restored(call, rootSessions, call.accountId),
  'iam/EnableOutboundWebIdentityFederation': (call) => weakened(outboundTokens, call.accountId),
  'iam/DisableOutboundWebIdentityFederation': (call) => restored(call, outboundTokens, call.accountId),
  'route53domains/DisableDomainTransferLock': (call) => weakened(transferLock, nameAt(call.request, 'domainName')),
  'route53domains/EnableDomainTransferLock': (call) => restored(call, transferLock, nameAt(call.request, 'domainName')),
  // Whoever is named as its registrant decides on the transfer of a domain (Route 53 Domains API reference, UpdateDomainContact).
  'route53domains/UpdateDomainContact': (call) => weakened(domainContacts, nameAt(call.request, 'domainName')),
  // Whoever has it from then on gets AWS's notices of abuse.
  'account/PutAlternateContact': securityContact,
  'account/DeleteAlternateContact': securityContact,
};

const domainContacts = 'contacts of a domain';
const transferLock = 'transfer lock of a domain';
const rootSessions = 'bar of root sessions in member accounts';
const outboundTokens = 'bar of tokens for services outside AWS';

function securityContact(call: EffectCall): readonly Effect[] {
  return scalarText(call.request, 'alternateContactType') === 'SECURITY'
    ? weakened('contact for security notices', scalarText(call.request, 'accountId') ?? call.accountId)
    : [];
}

function weakened(what: string, name: string): readonly Effect[] {
  return [{ kind: 'setting-weakened', what, name }];
}

function restored(call: EffectCall, what: string, name: string): readonly Effect[] {
  return undone('restored', thing.setting(call, what, name));
}

/** Shorter than AWS's own default asks for, or any demand for kinds of characters given up. */
function isWeakPassword({ request }: EffectCall): boolean {
  const demands = ['requireSymbols', 'requireNumbers', 'requireUppercaseCharacters', 'requireLowercaseCharacters'];
  return (
    Number(scalarText(request, 'minimumPasswordLength') ?? 8) < 8 || demands.some((each) => isFalse(request, each))
  );
}
