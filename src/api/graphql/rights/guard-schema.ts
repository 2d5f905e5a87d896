import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { Forbidden, needs } from '../../../application/authorise';
import type { Caller } from '../../../application/caller';
import type { ApiContext } from '../../request/api-context';
import { limitedFields, mayRead } from './limited-fields';
import { openFields } from './open-fields';

const ROOTS: ReadonlySet<string> = new Set(['Query', 'Mutation', 'Subscription']);
/** What every object of a kind has, by the end of its name: shown to whoever was given it. */
const COMMON: readonly (readonly [end: string, fields: readonly string[]])[] = [
  ['Connection', ['edges', 'nodes', 'pageInfo', 'totalCount', 'uncountedBecause']],
  ['Edge', ['cursor', 'node']],
  ['Payload', ['changed', 'id', 'order', 'replayed', 'revision', 'userErrors']],
  ['Error', ['code', 'field', 'message', 'retryAfterMs', 'retryable']],
];

/** The object types whose fields have rules of their own: not what is asked for at the root, which are use cases. */
export const ruledTypes = (schema: GraphQLSchema): readonly GraphQLObjectType[] =>
  Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('__') && !ROOTS.has(type.name),
  );

const isCommon = (type: string, field: string): boolean => COMMON.some(([end, fields]) => type.endsWith(end) && fields.includes(field));

/** Every field without a rule, every field with two, and every rule without a field, as `Type.field`. */
export function fieldRuleProblems(schema: GraphQLSchema): readonly string[] {
  const fields = ruledTypes(schema).flatMap((type) =>
    Object.keys(type.getFields()).map((field) => ({ type: type.name, field, path: `${type.name}.${field}` })),
  );
  const shown = new Set(fields.map(({ path }) => path));
  const common = fields.filter(({ type, field }) => isCommon(type, field)).map(({ path }) => path);
  const written = Object.entries(openFields).flatMap(([type, names]) => names.split(' ').map((field) => `${type}.${field}`));
  const limited = Object.entries(limitedFields).flatMap(([type, rules]) => Object.keys(rules).map((field) => `${type}.${field}`));
  const open = new Set([...common, ...written]);
  return [
    ...[...shown].filter((path) => !open.has(path) && !limited.includes(path)).map((path) => `${path} has no rule`),
    ...limited.filter((path) => open.has(path)).map((path) => `${path} has two rules`),
    ...[...written, ...limited].filter((path) => !shown.has(path)).map((path) => `${path} has a rule and does not exist`),
  ];
}

/** Told of each field that a caller asked for and may not read, as `Type.field`. Must not throw. */
export type OnDenied = (caller: Caller, field: string) => void;

/** Deny by default: the schema that serves is one in which every field has a rule, and those for some roles ask for the role. */
export function guardSchema(schema: GraphQLSchema, onDenied: OnDenied = () => undefined): GraphQLSchema {
  const problems = fieldRuleProblems(schema);
  if (problems.length > 0) throw new Error(`src/api/graphql/rights: ${problems.join('; ')}`);
  for (const type of ruledTypes(schema))
    for (const field of Object.values<GraphQLField<unknown, ApiContext>>(type.getFields()))
      if (limitedFields[type.name]?.[field.name] !== undefined) guard(type.name, field, onDenied);
  return schema;
}

function guard(type: string, field: GraphQLField<unknown, ApiContext>, onDenied: OnDenied): void {
  const resolve = field.resolve ?? defaultFieldResolver;
  field.resolve = (source, args, context, info) => {
    const { role } = context.caller;
    if (mayRead(type, field.name, role)) return resolve(source, args, context, info);
    onDenied(context.caller, `${type}.${field.name}`);
    if (!isNonNullType(field.type)) return null;
    if (isListType(field.type.ofType)) return [];
    throw new Forbidden(`${type}.${field.name}`, role, needs(limitedFields[type]?.[field.name] ?? []));
  };
}
