import type { Query as NestQuery, QueryResult } from '@nestjs/cqrs';

/** A query as Nest's bus takes it, without Nest: see `Command`. */
export type Query<Result> = NestQuery<Result>;
export const Query = class {} as unknown as abstract new <Result>() => Query<Result>;

/** Answers the queries of one class. The wiring page tells the bus. */
export interface QueryHandler<Q extends Query<unknown>> {
  readonly query: abstract new (...args: never[]) => Q;
  execute(query: Q): Promise<QueryResult<Q>>;
}
