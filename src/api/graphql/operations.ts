import type { ApolloServer } from '@apollo/server';
import type { ApolloDriver } from '@nestjs/apollo';
import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiContext } from '../request/api-context';
import type { GraphqlBody } from './graphql-requests';

const JSON_TYPE = 'application/json; charset=utf-8';
/** What is answered with that type, whatever else there is to choose from. */
const TAKES_JSON: ReadonlySet<string | undefined> = new Set([undefined, '', '*/*', 'application/json', 'application/json, text/plain, */*']);

/**
 * Hands operations that were admitted to Apollo without its HTTP half, which makes a map of all headers and a URL of each request, and chooses a type
 * for the answer, to come to the same: a body that got here is JSON, so that no form of a foreign page can have sent it, and was judged by
 * `GraphqlRequests`. Whoever asks for something else is left to the whole of Apollo.
 */
@Injectable()
export class Operations {
  private apollo: ApolloServer<ApiContext> | undefined;

  constructor(private readonly modules: ModuleRef) {}

  /** There once the module has started, which is before the first request. */
  private get server(): ApolloServer<ApiContext> {
    this.apollo ??= this.modules.get<GraphQLModule<ApolloDriver>>(GraphQLModule, { strict: false }).graphQlAdapter
      .instance as unknown as ApolloServer<ApiContext>;
    return this.apollo;
  }

  /** Sends the answer; undefined when that is left to Apollo's route. */
  async answer({ headers, body: asked }: FastifyRequest, reply: FastifyReply, contextValue: ApiContext): Promise<FastifyReply | undefined> {
    const { query, variables, operationName, extensions: asking } = asked as GraphqlBody;
    if (asking !== undefined || !TAKES_JSON.has(headers.accept)) return undefined;
    const request = { query, ...(variables == null ? {} : { variables }), ...(operationName == null ? {} : { operationName }) };
    const { body, http } = await this.server.executeOperation(request, { contextValue });
    if (body.kind !== 'single') throw new TypeError('an answer in parts, to an operation that asks for none');
    for (const [name, value] of http.headers) void reply.header(name, value);
    const { errors, data, extensions } = body.singleResult;
    return reply
      .status(http.status ?? 200)
      .header('content-type', JSON_TYPE)
      .send(`${JSON.stringify({ errors, data, extensions })}\n`);
  }
}
