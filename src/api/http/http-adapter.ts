import type { IncomingMessage } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Runtime } from '../../application/ports/runtime';

/** JSON bodies of ours. */
export const BODY_BYTES_MAX = 100 * 1_024;
export const CALLBACK_BYTES_MAX = 64 * 1_024;
const CALLBACKS = '/callbacks/';
const HEADERS_TIMEOUT_MS = 30_000;
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * Fastify as the API needs it: give it to `NestFactory.create(AppModule, createHttpAdapter(runtime), { bodyParser: false })`. Callbacks keep
 * exactly the bytes that came; everything else takes JSON and nothing but JSON.
 */
export function createHttpAdapter(runtime: Pick<Runtime, 'newId'>, trustedProxies: readonly string[] = []): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_BYTES_MAX,
    // Whoever is not one of these cannot choose the address that limits are counted by.
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    requestTimeout: HEADERS_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 128 },
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    genReqId: (request: IncomingMessage) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : runtime.newId();
    },
  });
  const fastify = adapter.getInstance();
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<Buffer>('*', { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX }, (request, body, done) => {
    if (request.url.startsWith(CALLBACKS)) done(null, body);
    else if (isJson(request.headers['content-type'])) void parseJson(request, body.toString('utf8'), done);
    else done(Object.assign(new Error('The body must be application/json in UTF-8.'), { statusCode: 415 }), undefined);
  });
  return adapter;
}

const isJson = (contentType: string | undefined): boolean =>
  contentType !== undefined && /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(contentType);
