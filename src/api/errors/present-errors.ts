import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ApiError, type ApiErrorCode, HTTP_STATUS, isApiErrorCode } from './api-error';
import { describeError } from './describe-error';

const INTERNAL_MESSAGE = 'Something went wrong on our side. Tell us the request id.';

/** Libraries quote what they choke on, which may be all that somebody sent. */
const MESSAGE_CHARACTERS_MAX = 500;
export const shortened = (message: string): string =>
  message.length <= MESSAGE_CHARACTERS_MAX ? message : `${message.slice(0, MESSAGE_CHARACTERS_MAX).replace(/[\uD800-\uDBFF]$/, '')}…`;

export interface PresentedErrors {
  readonly errors: readonly GraphQLFormattedError[];
  readonly status: number;
  readonly retryAfterMs: number | undefined;
}

/** The public form of every error of one answer, whatever threw it: a code, the request id, never a stack. `onDefect` hears of our own mistakes. */
export function presentErrors(errors: readonly GraphQLError[], requestId: string, onDefect: (error: unknown) => void): PresentedErrors {
  const known = errors.map((error) => ({ error, api: apiErrorOf(error, onDefect) }));
  return {
    errors: known.map(({ error, api }) => ({
      message: shortened(api.message),
      ...(error.locations === undefined ? {} : { locations: error.locations }),
      ...(error.path === undefined ? {} : { path: error.path }),
      extensions: { ...api.extensions, requestId },
    })),
    status: Math.max(...known.map(({ api }) => HTTP_STATUS[api.code])),
    retryAfterMs: known.find(({ api }) => api.retryAfterMs !== undefined)?.api.retryAfterMs,
  };
}

function apiErrorOf(error: GraphQLError, onDefect: (error: unknown) => void): ApiError {
  const described = describeError(error);
  if (described !== null) return described;
  const code = codeOf(error);
  if (code !== 'INTERNAL') return new ApiError(code, error.message);
  onDefect(error.originalError ?? error);
  return new ApiError('INTERNAL', INTERNAL_MESSAGE);
}

/** GraphQL's own errors (syntax, validation, coercion) have no cause of ours behind them: they are the client's. */
function codeOf(error: GraphQLError): ApiErrorCode {
  const { code } = error.extensions;
  if (isApiErrorCode(code)) return code;
  if (error.originalError != null && !(error.originalError instanceof GraphQLError)) return 'INTERNAL';
  return code === 'INTERNAL_SERVER_ERROR' || (code === undefined && error.path !== undefined && !isCoercion(error)) ? 'INTERNAL' : 'BAD_USER_INPUT';
}

const isCoercion = (error: GraphQLError): boolean => /^(?:Argument|Variable) /.test(error.message);
