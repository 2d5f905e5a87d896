import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import type { ApolloDriverConfig } from '@nestjs/apollo';
import type { FastifyRequest } from 'fastify';
import type { ApiOptions } from '../api-options';
import { answerPlugin } from './answer-plugin';
import { noteRefusal } from '../request/refusals';
import { guardSchema } from './rights/guard-schema';
import { schemaOptions } from './schema-options';

/**
 * Apollo does what GraphQL is, and nothing besides: documents are cached once they are valid, its own pages, reports and
 * cache hints stay off, and statuses and errors are worded by our own plugin.
 */
export function apolloConfig(options: ApiOptions): Omit<ApolloDriverConfig, 'driver'> {
  return {
    path: '/graphql',
    autoSchemaFile: true,
    sortSchema: true,
    buildSchemaOptions: schemaOptions,
    transformSchema: (schema) => guardSchema(schema, (caller, field) => noteRefusal(options, caller, field, 'FORBIDDEN')),
    introspection: options.console,
    hideSchemaDetailsFromClientErrors: !options.console,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    playground: false,
    graphiql: false,
    autoTransformHttpErrors: false,
    preserveHttpStatusForExecutionErrors: false,
    plugins: [answerPlugin(options), ApolloServerPluginCacheControlDisabled()],
    context: (request: FastifyRequest) => request.apiContext,
  };
}
