const TYPE_DEPTH = 5;
const typeRef = (depth) => `kind name${depth === 0 ? '' : ` ofType { ${typeRef(depth - 1)} }`}`;
const INPUT = `name description defaultValue type { ${typeRef(TYPE_DEPTH)} }`;

export const INTROSPECTION = `query ConsoleSchema {
  __schema {
    queryType { name } mutationType { name } subscriptionType { name }
    types {
      kind name description
      fields(includeDeprecated: true) { name description isDeprecated deprecationReason args { ${INPUT} } type { ${typeRef(TYPE_DEPTH)} } }
      inputFields { ${INPUT} }
      enumValues(includeDeprecated: true) { name description }
      possibleTypes { name }
    }
  }
}`;

/** As it is written in the schema language, such as `[Order!]!`. */
export function typeText({ kind, name, ofType }) {
  if (kind === 'NON_NULL') return `${typeText(ofType)}!`;
  return kind === 'LIST' ? `[${typeText(ofType)}]` : name;
}

export const namedType = (type) => (type.ofType == null ? type : namedType(type.ofType));

/** The schema by name: { types: Map, roots: [{ kind, type }] }. */
export function readSchema({ __schema: schema }) {
  const types = new Map(schema.types.map((type) => [type.name, type]));
  const roots = ['query', 'mutation', 'subscription'].flatMap((kind) => {
    const type = types.get(schema[`${kind}Type`]?.name);
    return type === undefined ? [] : [{ kind, type }];
  });
  return { types, roots };
}

const isLeaf = (type) => type.kind === 'SCALAR' || type.kind === 'ENUM';

/** An operation to begin with: every argument as a variable, and the plain fields of the answer. */
export function operationFor(kind, field, types) {
  const variables = field.args.map(({ name, type }) => `$${name}: ${typeText(type)}`);
  const passed = field.args.map(({ name }) => `${name}: $${name}`);
  const selection = selectionOf(types.get(namedType(field.type).name), types, 1);
  const title = `${field.name[0].toUpperCase()}${field.name.slice(1)}`;
  const inBrackets = (parts) => (parts.length === 0 ? '' : `(${parts.join(', ')})`);
  return `${kind} ${title}${inBrackets(variables)} {\n  ${field.name}${inBrackets(passed)}${selection}\n}\n`;
}

const SKELETON_DEPTH = 2;

function selectionOf(type, types, depth) {
  if (type === undefined || isLeaf(type)) return '';
  const indent = '  '.repeat(depth);
  const lines = (type.fields ?? [])
    .filter(
      ({ args, isDeprecated }) =>
        !isDeprecated && args.every(({ type: wanted, defaultValue }) => wanted.kind !== 'NON_NULL' || defaultValue !== null),
    )
    .flatMap(({ name, type: of }) => {
      const inner = types.get(namedType(of).name);
      if (inner === undefined || isLeaf(inner)) return [name];
      return depth < SKELETON_DEPTH ? [`${name}${selectionOf(inner, types, depth + 1)}`] : [];
    });
  if (lines.length === 0) lines.push('__typename');
  return ` {\n${lines.map((line) => `${indent}  ${line}`).join('\n')}\n${indent}}`;
}

/** A value to fill in for each argument: { input: { idempotencyKey: "…" } }. */
export function variablesFor(field, types) {
  const entries = field.args.map(({ name, type }) => [name, exampleOf(type, types, 0)]);
  return entries.length === 0 ? '' : JSON.stringify(Object.fromEntries(entries), null, 2);
}

const EXAMPLES_DEPTH_MAX = 4;

function exampleOf(type, types, depth) {
  if (type.kind === 'NON_NULL') return exampleOf(type.ofType, types, depth);
  if (type.kind === 'LIST') return [];
  const named = types.get(type.name);
  if (named?.kind === 'ENUM') return named.enumValues[0]?.name ?? null;
  if (named?.kind === 'INPUT_OBJECT' && depth < EXAMPLES_DEPTH_MAX) {
    const needed = named.inputFields.filter(({ type: of, defaultValue }) => of.kind === 'NON_NULL' && defaultValue === null);
    return Object.fromEntries(needed.map(({ name, type: of }) => [name, name === 'idempotencyKey' ? freshKey() : exampleOf(of, types, depth + 1)]));
  }
  return { Int: 1, Float: 1, Boolean: false }[type.name] ?? '';
}

const freshKey = () => crypto.randomUUID?.() ?? `console-${performance.now()}`;
