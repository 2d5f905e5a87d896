import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql';
import { printApiSchema } from '../../src/api/graphql/print-schema';

const FILE = join(__dirname, '../../schema.graphql');

describe('the public schema', () => {
  let printed: string;
  let schema: GraphQLSchema;
  beforeAll(async () => {
    printed = await printApiSchema();
    schema = buildSchema(printed);
    if (process.env.UPDATE_SCHEMA === '1') writeFileSync(FILE, printed);
  });

  test('stands in schema.graphql as the code has it (UPDATE_SCHEMA=1 writes it anew)', () => {
    expect(readFileSync(FILE, 'utf8')).toBe(printed);
  });

  test('every type, field, argument and value has a description', () => {
    const bare = Object.values(schema.getTypeMap())
      .filter(
        ({ name }) => !name.startsWith('__') && !['Query', 'Mutation', 'Subscription', 'String', 'Int', 'Boolean', 'ID', 'Float'].includes(name),
      )
      .flatMap((type) => {
        const fields =
          isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)
            ? Object.values(type.getFields())
            : isEnumType(type)
              ? type.getValues()
              : [];
        const inner = fields.filter(({ description }) => !description).map(({ name }) => `${type.name}.${name}`);
        return type.description ? inner : [type.name, ...inner];
      });
    const operations = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) =>
      Object.values(type?.getFields() ?? {}),
    );
    const bareOperations = operations.flatMap(({ name, description, args }) => [
      ...(description ? [] : [name]),
      ...args.filter((arg) => !arg.description && arg.name !== 'input').map((arg) => `${name}(${arg.name})`),
    ]);
    expect([...bare, ...bareOperations]).toEqual([]);
  });

  test('every mutation takes one input with a key, and answers with userErrors', () => {
    for (const { name, args, type } of Object.values(schema.getMutationType()?.getFields() ?? {})) {
      const input = schema.getType(`${name[0]?.toUpperCase()}${name.slice(1)}Input`);
      expect(args.map((arg) => `${arg.name}: ${String(arg.type)}`)).toEqual([`input: ${String(input)}!`]);
      expect(isInputObjectType(input) && String(input.getFields()['idempotencyKey']?.type)).toBe('ID!');
      const payload = schema.getType(String(type).replace('!', ''));
      expect(isObjectType(payload) && String(payload.getFields()['userErrors']?.type)).toBe('[UserError!]!');
    }
  });
});
