import { ApolloDriver } from '@nestjs/apollo';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { API_OPTIONS, type ApiOptions } from './api-options';

import { apolloConfig } from './graphql/apollo-config';
import { DocumentGate } from './graphql/document-gate';
import { Door } from './graphql/door';
import { LiveSeats } from './graphql/live';
import { GraphqlRequests } from './graphql/graphql-requests';
import { Operations } from './graphql/operations';
import { resolvers } from './graphql/resolvers';
import { CallbacksController } from './http/callbacks.controller';
import { Edge } from './http/edge';
import { HttpErrors } from './http/http-errors';
import { PagesController } from './http/pages.controller';
import { ProbesController } from './http/probes.controller';
import { Authentication } from './request/authentication';
import { EventStreams } from './subscriptions/event-streams';
import { SocketServer } from './subscriptions/socket-server';
import { StreamController } from './subscriptions/stream.controller';
import { SubscriptionDesk } from './subscriptions/subscription-desk';

const providers: Provider[] = [
  { provide: APP_FILTER, useClass: HttpErrors },
  { provide: Authentication, useFactory: (options: ApiOptions) => new Authentication(options), inject: [API_OPTIONS] },
  { provide: DocumentGate, useFactory: () => new DocumentGate() },
  {
    provide: GraphqlRequests,
    useFactory: (options: ApiOptions, gate: DocumentGate, authentication: Authentication) => new GraphqlRequests(options, gate, authentication),
    inject: [API_OPTIONS, DocumentGate, Authentication],
  },
  Operations,
  Door,
  LiveSeats,
  Edge,
  SubscriptionDesk,
  SocketServer,
  EventStreams,
  ...resolvers,
];

/** The outside of the server: GraphQL over HTTP, WebSocket and server-sent events, callbacks, probes and the two pages. */
@Module({})
export class ApiModule {
  /** The handlers of all commands and queries must be provided by the wiring page, which also imports CqrsModule.forRoot(). */
  static register(options: ApiOptions): DynamicModule {
    const given: Provider = { provide: API_OPTIONS, useValue: options };
    const edge: DynamicModule = { module: ApiOptionsModule, global: true, providers: [given], exports: [API_OPTIONS] };
    return {
      module: ApiModule,
      imports: [edge, GraphQLModule.forRootAsync({ driver: ApolloDriver, useFactory: apolloConfig, inject: [API_OPTIONS] })],
      controllers: [CallbacksController, ProbesController, StreamController, PagesController],
      providers,
    };
  }
}

@Module({})
class ApiOptionsModule {}
