import { z } from 'zod';
import { answers } from '../../src/views/answers.ts';
import { lineAnswers } from '../../src/views/line-answers.ts';

/** As much of JSON Schema as zod writes of answers. */
interface Schema {
  readonly title?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly $ref?: string;
}

function head(): string {
  return `# What \`--json\` prints

Each command below prints one JSON value with \`--json\`, in the form that is written under its name, and each answer is checked against that form as it is
printed: where it has another, standard error says so. A field is there unless \`?\` says that it may be absent; \`null\` is written where there is
nothing. The forms are those of \`src/views/answers.ts\` and \`src/views/line-answers.ts\`, from which this page is made (\`TRAILHOUND_WRITE_DOCS=1 npm test -- test/entry/answers-document.test.ts\`).

| name | what it is |
| --- | --- |
| \`instant\` | RFC 3339 in UTC, such as \`2026-11-24T12:00:00.000Z\` |
| \`accountId\` | an AWS account: twelve digits |
| \`caseId\` | a case, such as \`TH-7Q2M9K\` |
| \`alertId\`, \`digest\` | \`sha256:\` and 64 hexadecimal digits |
| \`sourceId\` | a log source, such as \`import/incident-2026-11\` |
| \`ecsDocument\` | an event by the Elastic Common Schema, with \`@timestamp\` and \`event.id\` ([ecs-mapping.md](ecs-mapping.md)) |
| \`json\` | a JSON value whose form depends on its kind |

In the place of a name or an ID, \`unknown(record-EVENT)\` says that the record with that event ID made or used the thing and does not name it, as
one whose answer was cut off: it is that one thing's, and equal to no other name. Reports and screens say "its ID is not in the record".

${sentence(Object.keys(lineAnswers))} print a JSON value a line instead, a \`Line\` of the form that is written under its name; the first
lines are checked as they are printed. What went wrong stands on standard error; exit codes are told by \`--help\`.
`;
}

/** The page of docs that tells scripts what each command answers. */
export function answersDocument(): string {
  const parts = [
    ...Object.entries(answers).map(([name, schema]) => part(name, 'Answer', schema)),
    ...Object.entries(lineAnswers).map(([name, schema]) => part(name, 'Line', schema)),
  ];
  return [head(), ...parts.toSorted()].join('\n');
}

function part(name: string, type: 'Answer' | 'Line', schema: z.ZodType): string {
  const form = written(z.toJSONSchema(schema, { unrepresentable: 'any' }) as Schema, '');
  return `## ${name}\n\n\`\`\`ts\ntype ${type} = ${form};\n\`\`\`\n`;
}

function sentence(names: readonly string[]): string {
  return new Intl.ListFormat('en').format(names.map((name) => `\`${name}\``));
}

function written(schema: Schema, indent: string): string {
  const { title, type, enum: values, items, properties } = schema;
  const either = schema.anyOf ?? schema.oneOf;
  if (title !== undefined) return title;
  if ('const' in schema) return JSON.stringify(schema.const);
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(' | ');
  if (either !== undefined) return [...new Set(either.map((each) => written(each, indent)))].join(' | ');
  if (type === 'array') return `Array<${written(items ?? {}, indent)}>`;
  if (properties !== undefined) return object(schema, properties, indent);
  if (schema.allOf !== undefined) return schema.allOf.map((each) => written(each, indent)).join(' & ');
  return type === undefined || type === 'object' ? 'json' : type;
}

function object(
  { required = [], additionalProperties: others }: Schema,
  properties: NonNullable<Schema['properties']>,
  indent: string,
): string {
  const inner = `${indent}  `;
  const fields = Object.entries(properties).map(([name, schema]) => {
    const key = /^\w+$/u.test(name) ? name : JSON.stringify(name);
    return `${inner}${key}${required.includes(name) ? '' : '?'}: ${written(schema, inner)};`;
  });
  const more = typeof others === 'object' ? [`${inner}[name: string]: ${written(others, inner)};`] : [];
  return `{\n${[...fields, ...more].join('\n')}\n${indent}}`;
}
