import { defaultFieldResolver, type GraphQLField, type GraphQLObjectType, type GraphQLSchema, isNonNullType, isObjectType } from 'graphql';
import { Forbidden } from '../../../application/authorise';
import type { ApiContext } from '../../request/api-context';
import { limitedFields, mayRead } from './limited-fields';
import { openFields } from './open-fields';

const ROOTS: ReadonlySet<string> = new Set(['Query', 'Mutation', 'Subscription']);
const LIST_FIELDS: Readonly<Record<string, readonly string[]>> = {
  Connection: ['edges', 'nodes', 'pageInfo', 'totalCount'],
  Edge: ['cursor', 'node'],
};

/** The object types whose fields have rules of their own: not what is asked for at the root, which are use cases. */
export const ruledTypes = (schema: GraphQLSchema): readonly GraphQLObjectType[] =>
  Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('__') && !ROOTS.has(type.name),
  );

function openOf(type: string): readonly string[] {
  const suffix = Object.keys(LIST_FIELDS).find((end) => type.endsWith(end));
  return (suffix === undefined ? openFields[type]?.split(' ') : LIST_FIELDS[suffix]) ?? [];
}

/** Every field without a rule, every field with two, and every rule without a field, as `Type.field`. */
export function fieldRuleProblems(schema: GraphQLSchema): readonly string[] {
  const types = ruledTypes(schema);
  const shown = new Set(types.flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`)));
  const limited = Object.entries(limitedFields).flatMap(([type, fields]) => Object.keys(fields).map((field) => `${type}.${field}`));
  const open = types.flatMap(({ name }) => openOf(name).map((field) => `${name}.${field}`));
  const stale = Object.keys(openFields).filter((type) => schema.getType(type) === undefined);
  return [
    ...[...shown].filter((field) => !open.includes(field) && !limited.includes(field)).map((field) => `${field} has no rule`),
    ...open.filter((field) => limited.includes(field)).map((field) => `${field} has two rules`),
    ...[...open, ...limited, ...stale].filter((field) => !shown.has(field)).map((field) => `${field} has a rule and does not exist`),
  ];
}

/** Deny by default: the schema that serves is one in which every field has a rule, and those for some roles ask for the role. */
export function guardSchema(schema: GraphQLSchema): GraphQLSchema {
  const problems = fieldRuleProblems(schema);
  if (problems.length > 0) throw new Error(`src/api/graphql/rights: ${problems.join('; ')}`);
  for (const type of ruledTypes(schema))
    for (const field of Object.values<GraphQLField<unknown, ApiContext>>(type.getFields()))
      if (limitedFields[type.name]?.[field.name] !== undefined) guard(type.name, field);
  return schema;
}

function guard(type: string, field: GraphQLField<unknown, ApiContext>): void {
  const resolve = field.resolve ?? defaultFieldResolver;
  field.resolve = (source, args, context, info) => {
    const { role } = context.caller;
    if (mayRead(type, field.name, role)) return resolve(source, args, context, info);
    if (isNonNullType(field.type)) throw new Forbidden(`${type}.${field.name}`, role);
    return null;
  };
}
