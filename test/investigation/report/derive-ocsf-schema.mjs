/*
 * Makes `ocsf-1.6.0.schema.json` of OCSF's own export: `node derive-ocsf-schema.mjs EXPORT > ocsf-1.6.0.schema.json`. The export is
 * what schema.ocsf.io gives at `/1.6.0/export/schema` (Apache-2.0); the PyPI package `ocsf-json-schema` has a copy of it.
 *
 * It is a JSON Schema of the two classes that reports have, with every object that they can hold and the attributes of all
 * profiles, without what only people read. What is deprecated is left out: a report of ours has none of it.
 */
import { readFileSync } from 'node:fs';

const { version, classes, objects, types } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));

const jsonTypes = {
  boolean_t: 'boolean',
  integer_t: 'integer',
  long_t: 'integer',
  float_t: 'number',
  string_t: 'string',
};

function definition(of) {
  const attributes = attributesOf(of);
  const required = attributes
    .filter(([, { requirement, profile }]) => requirement === 'required' && !profile)
    .map(nameIn);
  const { at_least_one: anyOf, just_one: oneOf } = of.constraints ?? {};
  return {
    type: 'object',
    // Only `object` has no attributes: it may hold anything.
    ...(attributes.length === 0
      ? {}
      : {
          properties: Object.fromEntries(attributes.map(([name, attribute]) => [name, value(attribute)])),
          additionalProperties: false,
        }),
    ...(required.length === 0 ? {} : { required }),
    ...(anyOf === undefined ? {} : { anyOf: anyOf.map((name) => ({ required: [name] })) }),
    ...(oneOf === undefined ? {} : { oneOf: oneOf.map((name) => ({ required: [name] })) }),
  };
}

function attributesOf(of) {
  return Object.entries(of.attributes).filter(([, attribute]) => attribute['@deprecated'] === undefined);
}

function nameIn([name]) {
  return name;
}

/** A class, whose attributes of a profile are there only where its metadata names that profile, and its required ones are then. */
function classDefinition(of) {
  const ofProfiles = Map.groupBy(
    attributesOf(of).filter(([, { profile }]) => profile),
    ([, { profile }]) => profile,
  );
  const allOf = [...ofProfiles].map(([profile, attributes]) => ({
    if: {
      properties: { metadata: { required: ['profiles'], properties: { profiles: { contains: { const: profile } } } } },
    },
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema, which nobody awaits
    then: { required: attributes.filter(([, { requirement }]) => requirement === 'required').map(nameIn) },
    else: { properties: Object.fromEntries(attributes.map(([name]) => [name, false])) },
  }));
  return { ...definition(of), allOf };
}

function value(attribute) {
  const one =
    attribute.type === 'object_t'
      ? { $ref: `#/$defs/${nameOf(attribute.object_type)}` }
      : attribute.enum === undefined
        ? { $ref: `#/$defs/${attribute.type}` }
        : enumOf(attribute);
  return attribute.is_array === true ? { type: 'array', items: one } : one;
}

function enumOf({ type, enum: values }) {
  const isNumber = jsonTypes[type] === 'integer';
  return { enum: Object.keys(values).map((each) => (isNumber ? Number(each) : each)) };
}

function scalar(name) {
  const { type = name, max_len: maxLength, range, regex: pattern } = types[name];
  const [minimum, maximum] = range ?? [];
  return type === 'json_t' ? {} : { type: jsonTypes[type], maxLength, minimum, maximum, pattern };
}

function objectsIn(...names) {
  const found = new Set();
  for (const name of names) collect(classes[name], found);
  return [...found];
}

function collect({ attributes }, found) {
  for (const { object_type: name } of Object.values(attributes)) {
    if (name === undefined || found.has(name)) continue;
    found.add(name);
    collect(objects[name], found);
  }
}

const findings = ['detection_finding', 'incident_finding'];
const $defs = {
  ...Object.fromEntries(Object.keys(types).map((name) => [name, scalar(name)])),
  ...Object.fromEntries(objectsIn(...findings).map((name) => [nameOf(name), definition(objects[name])])),
  ...Object.fromEntries(findings.map((name) => [name, classDefinition(classes[name])])),
};
const schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $comment: `Derived from the schema of OCSF ${version} (Apache-2.0) by derive-ocsf-schema.mjs`,
  $defs,
};
process.stdout.write(`${JSON.stringify(schema)}\n`);

/** An extension's objects have its name before them, with a slash, which a reference may not hold. */
function nameOf(object) {
  return object.replaceAll('/', '.');
}
