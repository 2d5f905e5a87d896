import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ExecutionResult, type GraphQLError, subscribe } from 'graphql';
import { API_OPTIONS, type ApiOptions } from '../api-options';
import { ApiError } from '../errors/api-error';
import { presentErrors } from '../errors/present-errors';
import { sendError } from '../http/http-errors';
import { GraphqlRequests } from '../graphql/graphql-requests';
import { SubscriptionDesk, type SubscriptionRequest } from './subscription-desk';

type Results = AsyncGenerator<ExecutionResult, void, void>;

/** Proxies close what is silent for longer. */
const KEEP_ALIVE_EVERY_MS = 12_000;

/** Subscriptions as server-sent events: the "distinct connections" mode of the GraphQL over SSE protocol, POST only, so that nothing secret stands in a URL. */
@Injectable()
export class EventStreams {
  private readonly open = new Map<AbortController, Promise<void>>();
  private isClosed = false;

  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    private readonly requests: GraphqlRequests,
    private readonly desk: SubscriptionDesk,
  ) {}

  /** Answers with a refusal at once, or with a stream that lasts until either side ends it. */
  async serve(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const context = await this.requests.contextOf(request);
    const prepared = this.desk.prepare(context, bodyOf(request.body));
    const results = 'schema' in prepared ? await subscribe(prepared) : { errors: prepared };
    if (!(Symbol.asyncIterator in results)) return this.refuse(request, reply, results.errors ?? []);
    const stop = new AbortController();
    reply.raw.once('close', () => stop.abort());
    // Whoever hung up while we asked for the order does not do so again, and who is going down serves nobody.
    if (reply.raw.destroyed || this.isClosed) stop.abort();
    reply.hijack();
    const streaming = this.stream(reply.raw, results, request.id, stop);
    this.open.set(stop, streaming);
    await streaming;
    this.open.delete(stop);
  }

  /** Ends them all: this process goes down. Resolves when none is open. */
  async close(): Promise<void> {
    this.isClosed = true;
    for (const stop of this.open.keys()) stop.abort();
    await Promise.all(this.open.values());
  }

  /** Until either side ends it. Never rejects. */
  private async stream(raw: ServerResponse, results: Results, requestId: string, stop: AbortController): Promise<void> {
    const { signal } = stop;
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-request-id': requestId,
    });
    const alive = this.keepAlive(raw, signal);
    const left = this.leave(results, requestId, signal);
    try {
      for await (const result of results) await this.send(raw, 'next', this.present(result, requestId), signal);
      await this.send(raw, 'complete', '', signal);
    } catch (error) {
      if (!signal.aborted) this.options.observer.failed(requestId, error);
    }
    stop.abort();
    raw.end();
    await Promise.all([alive, left]);
  }

  /** Once nobody reads it any more: also while the next result is waited for. */
  private async leave(results: Results, requestId: string, signal: AbortSignal): Promise<void> {
    if (!signal.aborted) await once(signal, 'abort');
    try {
      await results.return(undefined);
    } catch (error) {
      this.options.observer.failed(requestId, error);
    }
  }

  private refuse(request: FastifyRequest, reply: FastifyReply, errors: readonly GraphQLError[]): void {
    const { observer } = this.options;
    const [first] = presentErrors(errors, request.id, (error) => observer.failed(request.id, error)).errors;
    const original = errors[0]?.originalError ?? errors[0];
    void sendError(
      reply,
      request,
      original instanceof ApiError ? original : new ApiError('BAD_USER_INPUT', first?.message ?? 'The subscription was refused.'),
      observer,
    );
  }

  private present(result: ExecutionResult, requestId: string): ExecutionResult | object {
    if (result.errors === undefined) return result;
    return { ...result, errors: presentErrors(result.errors, requestId, (error) => this.options.observer.failed(requestId, error)).errors };
  }

  /** Resolves when the client can take more, so that a slow reader slows its own feed and fills nothing. */
  private async send(raw: ServerResponse, event: string, data: object | '', signal: AbortSignal): Promise<void> {
    if (raw.writableEnded || signal.aborted) return;
    const taken = raw.write(`event: ${event}\ndata: ${data === '' ? '' : JSON.stringify(data)}\n\n`);
    if (!taken) await once(raw, 'drain', { signal });
  }

  private async keepAlive(raw: ServerResponse, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.options.runtime.sleep(KEEP_ALIVE_EVERY_MS, signal);
      if (!signal.aborted && !raw.writableEnded && !raw.writableNeedDrain) raw.write(':\n\n');
    }
  }
}

function bodyOf(body: unknown): SubscriptionRequest {
  const { query, variables, operationName } = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  if (typeof query !== 'string' || query === '') throw new ApiError('BAD_USER_INPUT', 'The body has no `query`.');
  if (variables != null && (typeof variables !== 'object' || Array.isArray(variables)))
    throw new ApiError('BAD_USER_INPUT', '`variables` must be an object.');
  if (operationName != null && typeof operationName !== 'string') throw new ApiError('BAD_USER_INPUT', '`operationName` must be a text.');
  return { query, variables: variables as SubscriptionRequest['variables'], operationName: operationName };
}
