import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { API_OPTIONS, type ApiOptions } from '../api-options';
import { ApiError } from '../errors/api-error';
import { GraphqlRequests } from '../graphql/graphql-requests';
import { Operations } from '../graphql/operations';
import { consoleShell } from '../pages/page-files';
import type { Span } from '../../application/ports/spans';
import { NOBODY, TRACEPARENT } from '../request/authentication';
import type { ApiContext } from '../request/api-context';
import { AUTHENTICATE, noteRefusal } from '../request/refusals';
import { RateLimit } from '../request/rate-limit';
import { EventStreams } from '../subscriptions/event-streams';
import { SocketServer } from '../subscriptions/socket-server';
import { sendShell } from './pages.controller';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set for POST /graphql before its body is read. */
    apiContext: ApiContext | null;
    /** Open while the request is. */
    span: Span | null;
  }
}

/** Routes that machines of the shop or of gateways call; limits per address are not for them. */
const UNLIMITED = /^\/(?:callbacks\/|livez|readyz|metrics)/;
const PREFLIGHT_AGE_SECONDS = '600';

/** Everything that happens around the routes: who asks, how often, from which origin, and what is told to the observer. */
@Injectable()
export class Edge implements OnModuleInit {
  private readonly perAddress: RateLimit;

  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    private readonly adapterHost: HttpAdapterHost,
    private readonly requests: GraphqlRequests,
    private readonly operations: Operations,
    private readonly sockets: SocketServer,
    private readonly streams: EventStreams,
  ) {
    this.perAddress = new RateLimit(options.rateLimits.perAddressPerSecond, options.runtime);
  }

  onModuleInit(): void {
    const fastify = this.adapterHost.httpAdapter.getInstance<FastifyInstance>();
    fastify.decorateRequest('apiContext', null);
    fastify.decorateRequest('span', null);
    fastify.addHook('onRequest', async (request, reply) => this.enter(request, reply));
    fastify.addHook('preHandler', async (request, reply) => {
      if (request.apiContext === null) return undefined;
      this.requests.admit(request, request.apiContext);
      return this.operations.answer(request, reply, request.apiContext);
    });
    fastify.addHook('onResponse', (request, reply, done) => {
      this.told(request, reply);
      done();
    });
    fastify.addHook('preClose', async () => {
      await Promise.all([this.sockets.close(), this.streams.close()]);
      await this.options.feed.close();
    });
    this.sockets.attach(fastify.server);
  }

  private async enter(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
    void reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff').header('cache-control', 'no-store');
    this.trace(request);
    this.allowOrigin(request, reply);
    if (request.method === 'OPTIONS') return reply.status(204).send();
    this.limit(request);
    if (request.routeOptions.url !== '/graphql') return undefined;
    if (request.method === 'GET') return this.console(reply);
    request.apiContext = await this.requests.contextOf(request);
    this.requireOrigin(request, reply, request.apiContext);
    return undefined;
  }

  /** Whatever this request leads to belongs to its span, which belongs to the caller's trace. */
  private trace(request: FastifyRequest): void {
    const { traceparent } = request.headers;
    const parent = typeof traceparent === 'string' && TRACEPARENT.test(traceparent) ? traceparent : undefined;
    request.span = this.options.spans.begin(`${request.method} ${request.routeOptions.url ?? 'none'}`, 'server', parent);
    request.headers['traceparent'] = request.span.traceparent;
  }

  private limit(request: FastifyRequest): void {
    if (UNLIMITED.test(request.url)) return;
    const retryAfterMs = this.perAddress.take(request.ip);
    if (retryAfterMs === null) return;
    // Without the address: it is personal data, and the log is for ever. Who stands in front of us knows it by the request id.
    noteRefusal(this.options, { actor: NOBODY, requestId: request.id }, AUTHENTICATE, 'RATE_LIMITED');
    throw new ApiError('RATE_LIMITED', 'Too many requests from this address.', { retryAfterMs });
  }

  private allowOrigin({ headers: { origin } }: FastifyRequest, reply: FastifyReply): void {
    if (origin === undefined || !(this.options.corsOrigins.includes(origin) || this.options.isOriginOfSomeKey(origin))) return;
    void reply.headers({
      'access-control-allow-origin': origin,
      vary: 'origin',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'authorization, content-type, idempotency-key, x-order-token, accept-language',
      'access-control-expose-headers': 'retry-after, x-request-id',
      'access-control-max-age': PREFLIGHT_AGE_SECONDS,
    });
  }

  /** A key that names its origins is of no use to a page from elsewhere, and the origins of one key are of no use to another. */
  private requireOrigin({ headers: { origin, host } }: FastifyRequest, reply: FastifyReply, { caller, hasKey, origins }: ApiContext): void {
    if (origin === undefined || !hasKey || origin.replace(/^https?:\/\//, '') === host) return;
    if (origins !== undefined && !origins.includes(origin)) {
      noteRefusal(this.options, caller, AUTHENTICATE, 'FORBIDDEN');
      throw new ApiError('FORBIDDEN', 'This API key may not be used from this origin.');
    }
    if (origins === undefined && !this.options.corsOrigins.includes(origin)) reply.removeHeader('access-control-allow-origin');
  }

  /** GET never runs an operation: it shows the console, where that is switched on. */
  private console(reply: FastifyReply): FastifyReply {
    if (!this.options.console) throw new ApiError('METHOD_NOT_ALLOWED', 'GraphQL is POST /graphql.');
    return sendShell(reply, consoleShell());
  }

  private told(request: FastifyRequest, reply: FastifyReply): void {
    const { method, id, routeOptions } = request;
    request.span?.end({ 'http.request.method': method, 'http.response.status_code': reply.statusCode }, reply.statusCode >= 500);
    this.options.observer.answered({
      requestId: id,
      method,
      route: routeOptions.url ?? 'none',
      status: reply.statusCode,
      durationMs: reply.elapsedTime,
    });
  }
}
