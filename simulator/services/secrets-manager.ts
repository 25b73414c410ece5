import { AwsError } from '../aws-error.ts';
import type { JsonObject } from '../json.ts';
import type { CallContext, Need, Operation, OperationResult, Output } from '../operation.ts';
import { objectList, optionalNumber, optionalText, textList, trailParameters } from '../operation-input.ts';
import { newUuid, secretSuffix } from '../random.ts';
import type { SecretState, SecretVersion } from '../world.ts';

const dayMs = 24 * 60 * 60 * 1_000;

/** Secrets with versions and stages; a secret's value never reaches the trail. */
export const secretsManagerOperations: readonly Operation[] = [
  creation('CreateSecret', false, newSecretNeed, (input, context) => {
    const name = required(input, 'Name');
    const existing = secretsHere(context).find((secret) => secret.name === name);
    if (existing) return repeatedCreation(existing, input);
    const secret = newSecret(name, input, context);
    if (hasValue(input)) addVersion(secret, input, ['AWSCURRENT'], context.nowMs);
    context.account.secrets.push(secret);
    return written(secret, secret.versions[0], { ARN: secret.arn, Name: name, VersionId: secret.versions[0]?.id });
  }),

  operation('PutSecretValue', false, secretNeed, (input, context) => {
    const secret = usableSecret(input, context);
    if (!hasValue(input)) throw invalidParameter('You must provide either SecretString or SecretBinary.');
    const token = optionalText(input, 'ClientRequestToken');
    const known = secret.versions.find((version) => version.id === token);
    if (known && known.value !== valueOf(input)) throw tokenInUse(secret, known.id);
    const stages = textList(input, 'VersionStages');
    const version = known ?? addVersion(secret, input, stages.length > 0 ? stages : ['AWSCURRENT'], context.nowMs);
    return written(secret, version, {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: version.id,
      VersionStages: [...version.stages],
    });
  }),

  operation('GetSecretValue', true, secretNeed, (input, context) => {
    const secret = usableSecret(input, context);
    const version = versionAsked(secret, input);
    return {
      output: {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: version.id,
        [version.binary ? 'SecretBinary' : 'SecretString']: version.value,
        VersionStages: [...version.stages],
        CreatedDate: new Date(version.createdAt),
      },
    };
  }),

  operation('DescribeSecret', true, secretNeed, (input, context) => ({
    output: described(namedSecret(input, context)),
  })),

  operation('ListSecrets', true, anyNeed, (input, context) => {
    const secrets = secretsHere(context).filter(
      (secret) => secret.deletedAt === null && passesFilters(secret, objectList(input, 'Filters')),
    );
    const from = Number(optionalText(input, 'NextToken') ?? '0');
    const to = from + (optionalNumber(input, 'MaxResults') ?? 100);
    return {
      output: {
        SecretList: secrets.slice(from, to).map(listed),
        NextToken: to < secrets.length ? String(to) : undefined,
      },
    };
  }),

  operation('ListSecretVersionIds', true, secretNeed, (input, context) => {
    const secret = namedSecret(input, context);
    const shown = secret.versions.filter((version) => input['IncludeDeprecated'] === true || version.stages.length > 0);
    return {
      output: {
        ARN: secret.arn,
        Name: secret.name,
        Versions: shown.map((version) => ({
          VersionId: version.id,
          VersionStages: [...version.stages],
          CreatedDate: new Date(version.createdAt),
        })),
      },
    };
  }),

  operation('TagResource', false, secretNeed, (input, context) => {
    const secret = namedSecret(input, context);
    const tags = tagsOf(input);
    secret.tags = [...secret.tags.filter((old) => !tags.some((tag) => tag.Key === old.Key)), ...tags];
    return { output: {}, responseElements: null };
  }),

  operation('UpdateSecretVersionStage', false, secretNeed, (input, context) => {
    const secret = usableSecret(input, context);
    moveStage(
      secret,
      required(input, 'VersionStage'),
      optionalText(input, 'RemoveFromVersionId'),
      optionalText(input, 'MoveToVersionId'),
    );
    return written(secret, undefined, { ARN: secret.arn, Name: secret.name });
  }),

  operation('DeleteSecret', false, secretNeed, (input, context) => {
    const secret = usableSecret(input, context);
    const days = optionalNumber(input, 'RecoveryWindowInDays') ?? 30;
    const force = input['ForceDeleteWithoutRecovery'] === true;
    secret.deletedAt = force ? context.nowMs : context.nowMs + days * dayMs;
    if (force) context.account.secrets = context.account.secrets.filter((candidate) => candidate !== secret);
    return written(secret, undefined, { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(secret.deletedAt) });
  }),
];

function operation(
  name: string,
  readOnly: boolean,
  need: (input: JsonObject, context: CallContext) => string,
  run: (input: JsonObject, context: CallContext) => OperationResult,
): Operation {
  return {
    service: 'secretsmanager',
    name,
    readOnly,
    needs: (input, context): readonly Need[] => [{ action: `secretsmanager:${name}`, resource: need(input, context) }],
    run,
    parameters: (input) => trailParameters(input, ['SecretString', 'SecretBinary']),
  };
}

/** Who gives a new secret tags needs the permission to tag as well (AWS's Secrets Manager API reference). */
function creation(...given: Parameters<typeof operation>): Operation {
  const made = operation(...given);
  return {
    ...made,
    needs: (input, context) => [
      ...made.needs(input, context),
      ...(objectList(input, 'Tags').length === 0
        ? []
        : [{ action: 'secretsmanager:TagResource', resource: newSecretNeed(input, context) }]),
    ],
  };
}

function anyNeed(): string {
  return '*';
}

function newSecretNeed(input: JsonObject, { account, region }: CallContext): string {
  return `arn:${account.partition}:secretsmanager:${region}:${account.id}:secret:${optionalText(input, 'Name') ?? '*'}-??????`;
}

function secretNeed(input: JsonObject, context: CallContext): string {
  const id = optionalText(input, 'SecretId') ?? '*';
  const { account, region } = context;
  const unknown = id.startsWith('arn:')
    ? id
    : `arn:${account.partition}:secretsmanager:${region}:${account.id}:secret:${id}`;
  return findSecret(id, context)?.arn ?? unknown;
}

function secretsHere({ account, region }: CallContext): readonly SecretState[] {
  return account.secrets.filter((secret) => secret.region === region);
}

function findSecret(id: string, context: CallContext): SecretState | undefined {
  return secretsHere(context).find(
    (secret) => secret.name === id || secret.arn === id || secret.arn.slice(0, -7) === id,
  );
}

function namedSecret(input: JsonObject, context: CallContext): SecretState {
  const secret = findSecret(required(input, 'SecretId'), context);
  if (!secret) throw notFound("Secrets Manager can't find the specified secret.");
  return secret;
}

function usableSecret(input: JsonObject, context: CallContext): SecretState {
  const secret = namedSecret(input, context);
  if (secret.deletedAt === null) return secret;
  throw new AwsError(
    'InvalidRequestException',
    "You can't perform this operation on the secret because it was marked for deletion.",
  );
}

function newSecret(name: string, input: JsonObject, { account, region, nowMs }: CallContext): SecretState {
  return {
    arn: `arn:${account.partition}:secretsmanager:${region}:${account.id}:secret:${name}-${secretSuffix()}`,
    name,
    region,
    description: optionalText(input, 'Description') ?? '',
    createdAt: nowMs,
    changedAt: nowMs,
    deletedAt: null,
    tags: tagsOf(input),
    versions: [],
  };
}

/** A creation repeated with the same token and value is the same creation; anything else is a conflict. */
function repeatedCreation(secret: SecretState, input: JsonObject): OperationResult {
  if (secret.deletedAt !== null) {
    throw new AwsError(
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  }
  const token = optionalText(input, 'ClientRequestToken');
  const version = secret.versions.find((candidate) => candidate.id === token);
  if (!version)
    throw new AwsError(
      'ResourceExistsException',
      `The operation failed because the secret ${secret.name} already exists.`,
    );
  if (version.value !== valueOf(input)) throw tokenInUse(secret, version.id);
  return written(secret, version, { ARN: secret.arn, Name: secret.name, VersionId: version.id });
}

function addVersion(secret: SecretState, input: JsonObject, stages: readonly string[], nowMs: number): SecretVersion {
  const version: SecretVersion = {
    id: optionalText(input, 'ClientRequestToken') ?? newUuid(),
    value: valueOf(input) ?? '',
    binary: input['SecretString'] === undefined,
    createdAt: nowMs,
    stages: [],
  };
  secret.versions.push(version);
  secret.changedAt = nowMs;
  for (const stage of stages) attachStage(secret, stage, version);
  return version;
}

/** Moves a stage; AWSCURRENT leaves AWSPREVIOUS behind on the version that had it. */
function attachStage(secret: SecretState, stage: string, to: SecretVersion): void {
  const from = secret.versions.find((version) => version !== to && version.stages.includes(stage));
  for (const version of secret.versions) version.stages = version.stages.filter((name) => name !== stage);
  to.stages.push(stage);
  if (stage === 'AWSCURRENT' && from) attachStage(secret, 'AWSPREVIOUS', from);
  if (stage === 'AWSCURRENT') to.stages = to.stages.filter((name) => name !== 'AWSPREVIOUS');
}

function moveStage(
  secret: SecretState,
  stage: string,
  removeFrom: string | undefined,
  moveTo: string | undefined,
): void {
  const holder = secret.versions.find((version) => version.stages.includes(stage));
  if (moveTo !== undefined && holder && holder.id !== removeFrom && holder.id !== moveTo) {
    throw invalidParameter(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder.id}.`,
    );
  }
  if (moveTo === undefined) {
    if (stage === 'AWSCURRENT') throw invalidParameter("You can't remove the AWSCURRENT label without moving it.");
    for (const version of secret.versions)
      if (version.id === removeFrom) version.stages = version.stages.filter((name) => name !== stage);
    return;
  }
  const target = secret.versions.find((version) => version.id === moveTo);
  if (!target) throw notFound(`Secrets Manager can't find the specified secret value for VersionId: ${moveTo}`);
  attachStage(secret, stage, target);
}

function versionAsked(secret: SecretState, input: JsonObject): SecretVersion {
  const id = optionalText(input, 'VersionId');
  const stage = optionalText(input, 'VersionStage') ?? (id === undefined ? 'AWSCURRENT' : undefined);
  const version = secret.versions.find(
    (candidate) =>
      (id === undefined || candidate.id === id) && (stage === undefined || candidate.stages.includes(stage)),
  );
  if (version) return version;
  throw notFound(
    `Secrets Manager can't find the specified secret value for ${id === undefined ? `staging label: ${stage}` : `VersionId: ${id}`}`,
  );
}

function described(secret: SecretState): Output {
  const stages = Object.fromEntries(
    secret.versions.filter((version) => version.stages.length > 0).map((version) => [version.id, [...version.stages]]),
  );
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description === '' ? undefined : secret.description,
    LastChangedDate: new Date(secret.changedAt),
    CreatedDate: new Date(secret.createdAt),
    DeletedDate: secret.deletedAt === null ? undefined : new Date(secret.deletedAt),
    Tags: secret.tags.map(({ Key, Value }) => ({ Key, Value })),
    VersionIdsToStages: Object.keys(stages).length > 0 ? stages : undefined,
  };
}

function listed(secret: SecretState): Output {
  const { VersionIdsToStages, ...shown } = described(secret);
  return { ...shown, SecretVersionsToStages: VersionIdsToStages };
}

function passesFilters(secret: SecretState, filters: readonly JsonObject[]): boolean {
  return filters.every((filter) => {
    const values = textList(filter, 'Values');
    const candidates: Readonly<Record<string, readonly string[]>> = {
      name: [secret.name],
      description: [secret.description],
      'tag-key': secret.tags.map((tag) => tag.Key),
      'tag-value': secret.tags.map((tag) => tag.Value),
    };
    const texts = candidates[optionalText(filter, 'Key') ?? ''] ?? [];
    return values.some((value) => texts.some((text) => text.startsWith(value)));
  });
}

function written(secret: SecretState, version: SecretVersion | undefined, output: Output): OperationResult {
  const versionId = version ? { versionId: version.id } : {};
  return {
    output,
    responseElements: { arn: secret.arn, name: secret.name, ...versionId },
    resources: [{ ARN: secret.arn, accountId: secret.arn.split(':')[4] ?? '', type: 'AWS::SecretsManager::Secret' }],
  };
}

function hasValue(input: JsonObject): boolean {
  return input['SecretString'] !== undefined || input['SecretBinary'] !== undefined;
}

function valueOf(input: JsonObject): string | undefined {
  return optionalText(input, 'SecretString') ?? optionalText(input, 'SecretBinary');
}

function tagsOf(input: JsonObject): { Key: string; Value: string }[] {
  return objectList(input, 'Tags').map((tag) => ({
    Key: optionalText(tag, 'Key') ?? '',
    Value: optionalText(tag, 'Value') ?? '',
  }));
}

function required(input: JsonObject, name: string): string {
  const value = optionalText(input, name);
  if (value === undefined || value === '')
    throw invalidParameter(`You must provide a value for the parameter ${name}.`);
  return value;
}

function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message);
}

function tokenInUse(secret: SecretState, token: string): AwsError {
  return new AwsError(
    'ResourceExistsException',
    `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${secret.arn}.`,
  );
}
