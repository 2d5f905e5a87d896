import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { API_OPTIONS, type ApiObserver, type ApiOptions } from '../api-options';
import { ApiError, type ApiErrorCode, HTTP_STATUS } from '../errors/api-error';
import { describeError } from '../errors/describe-error';

/** Last stop of every error outside a GraphQL execution: same codes, same shape, a request id, never a stack. */
@Catch()
export class HttpErrors implements ExceptionFilter {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  catch(error: unknown, host: ArgumentsHost): unknown {
    // Inside an execution, GraphQL collects errors itself and the answer plugin words them.
    if (host.getType<string>() !== 'http') return error;
    const http = host.switchToHttp();
    return sendError(http.getResponse<FastifyReply>(), http.getRequest<FastifyRequest>(), error, this.options.observer);
  }
}

export function sendError(reply: FastifyReply, request: FastifyRequest, error: unknown, observer: ApiObserver): FastifyReply {
  const described = describeError(error) ?? fromStatus(error);
  if (described === null) observer.failed(request.id, error);
  const { code, message, extensions, retryAfterMs } =
    described ?? new ApiError('INTERNAL', 'Something went wrong on our side. Tell us the request id.');
  if (retryAfterMs !== undefined) void reply.header('retry-after', String(Math.ceil(retryAfterMs / 1_000)));
  return reply.status(HTTP_STATUS[code]).send({ errors: [{ message, extensions: { ...extensions, requestId: request.id } }] });
}

const CODE_BY_STATUS: Readonly<Record<number, ApiErrorCode>> = {
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  503: 'SERVICE_UNAVAILABLE',
};

/** Errors of the HTTP library carry a status; below 500 they are the client's. */
function fromStatus(error: unknown): ApiError | null {
  if (!(error instanceof Error)) return null;
  const { statusCode, status } = error as { statusCode?: unknown; status?: unknown };
  const found = typeof statusCode === 'number' ? statusCode : status;
  if (typeof found !== 'number' || found < 400 || (found >= 500 && found !== 503)) return null;
  return new ApiError(CODE_BY_STATUS[found] ?? 'BAD_USER_INPUT', found === 404 ? 'There is nothing here.' : error.message);
}
