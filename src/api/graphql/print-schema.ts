import { NestFactory } from '@nestjs/core';
import { GraphQLSchemaBuilderModule, GraphQLSchemaFactory } from '@nestjs/graphql';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { resolvers } from './resolvers';
import { guardSchema } from './rights/guard-schema';
import { schemaOptions } from './schema-options';

/** The public schema as text, sorted: what stands in `schema.graphql`. */
export async function printApiSchema(): Promise<string> {
  const builder = await NestFactory.createApplicationContext(GraphQLSchemaBuilderModule, { logger: false });
  const schema = guardSchema(await builder.get(GraphQLSchemaFactory).create([...resolvers], schemaOptions));
  await builder.close();
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
