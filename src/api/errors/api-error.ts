import { GraphQLError } from 'graphql';

/** Top-level errors, and what HTTP says with them. Refusals that a shop must expect are `userErrors` instead. */
export const HTTP_STATUS = {
  BAD_USER_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  SERVICE_UNAVAILABLE: 503,
} as const;

export type ApiErrorCode = keyof typeof HTTP_STATUS;

export const isApiErrorCode = (code: unknown): code is ApiErrorCode => typeof code === 'string' && Object.hasOwn(HTTP_STATUS, code);

interface ErrorFacts {
  readonly retryAfterMs?: number;
  readonly field?: readonly string[];
  /** SYSTEM_BUSY: done without for now. */
  readonly reason?: 'SYSTEM_BUSY';
  /** The order that it is about, and where to see it meanwhile. */
  readonly orderNumber?: string;
  readonly lookAt?: string;
}

/** Something the caller hears of as a whole, not as a `userError`. The message is for people and holds no secret. */
export class ApiError extends GraphQLError {
  readonly code: ApiErrorCode;
  readonly retryAfterMs: number | undefined;

  constructor(code: ApiErrorCode, message: string, more: ErrorFacts = {}) {
    super(message, { extensions: { code, ...more } });
    this.code = code;
    this.retryAfterMs = more.retryAfterMs;
  }
}
