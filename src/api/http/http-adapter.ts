import type { IncomingMessage } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import fastify from 'fastify';
import type { Runtime } from '../../application/ports/runtime';

/** JSON bodies of ours. */
export const BODY_BYTES_MAX = 100 * 1_024;
export const CALLBACK_BYTES_MAX = 64 * 1_024;
const CALLBACKS = '/callbacks/';
const HEADERS_TIMEOUT_MS = 30_000;
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * Fastify as the API needs it: give it to `NestFactory.create(AppModule, createHttpAdapter(runtime), { bodyParser: false })`. Callbacks keep
 * exactly the bytes that came; everything else takes JSON and nothing but JSON. It is our own release of Fastify: the one that Nest brings
 * along is older, differs in a type or two, and made wrappers for every body that it read.
 */
export function createHttpAdapter(runtime: Pick<Runtime, 'newId'>, trustedProxies: readonly string[] = []): FastifyAdapter {
  const server = fastify({
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
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  // Named as well, the usual type is found at once: what only `*` takes is looked for through all parsers, at every request.
  server.addContentTypeParser<Buffer>([JSON_TYPE, '*'], { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX }, (request, body, done) => {
    if (request.url.startsWith(CALLBACKS)) done(null, body);
    else if (isJson(request.headers['content-type'])) void parseJson(request, body.toString('utf8'), done);
    else done(Object.assign(new Error('The body must be application/json in UTF-8.'), { statusCode: 415 }), undefined);
  });
  // There is no middleware, and so nothing to look for any at every request.
  server.decorate('skipMiddie', true);
  return new FastifyAdapter(server as never);
}

const JSON_TYPE = 'application/json';

const isJson = (contentType: string | undefined): boolean =>
  contentType !== undefined && /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(contentType);
