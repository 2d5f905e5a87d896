import { Inject, Injectable } from '@nestjs/common';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { type DocumentNode, type ExecutionArgs, GraphQLError, NoSchemaIntrospectionCustomRule, specifiedRules, validate } from 'graphql';
import { LRUCache } from 'lru-cache';
import { API_OPTIONS, type ApiOptions } from '../api-options';
import { ApiError } from '../errors/api-error';
import { GraphqlRequests } from '../graphql/graphql-requests';
import type { ApiContext } from '../request/api-context';

const VALIDATED_MAX = 256;

/** What a client sends to subscribe, over either transport. */
export interface SubscriptionRequest {
  readonly query: string;
  readonly variables?: Record<string, unknown> | null | undefined;
  readonly operationName?: string | null | undefined;
}

/** The checks of one subscription, the same over WebSocket and server-sent events as for any request. */
@Injectable()
export class SubscriptionDesk {
  private readonly validated = new LRUCache<DocumentNode, readonly GraphQLError[]>({ max: VALIDATED_MAX });

  constructor(
    private readonly schemaHost: GraphQLSchemaHost,
    private readonly requests: GraphqlRequests,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  /** What to run, or why not. */
  prepare(contextValue: ApiContext, { query, variables, operationName }: SubscriptionRequest): ExecutionArgs | readonly GraphQLError[] {
    try {
      const { document, subscribes, mutations } = this.requests.check(query, variables);
      if (!subscribes || mutations > 0)
        throw new ApiError('BAD_USER_INPUT', 'Only subscriptions go this way; queries and mutations go to POST /graphql.');
      this.requests.confine(contextValue, document);
      const problems = this.problemsOf(document);
      if (problems.length > 0) return problems;
      this.requests.count(contextValue);
      return { schema: this.schemaHost.schema, document, contextValue, variableValues: variables ?? {}, operationName: operationName ?? null };
    } catch (error) {
      if (error instanceof GraphQLError) return [error];
      throw error;
    }
  }

  private problemsOf(document: DocumentNode): readonly GraphQLError[] {
    const known = this.validated.get(document);
    if (known !== undefined) return known;
    const rules = this.options.console ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
    const problems = validate(this.schemaHost.schema, document, rules);
    this.validated.set(document, problems);
    return problems;
  }
}
