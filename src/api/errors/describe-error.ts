import { GraphQLError } from 'graphql';
import { Forbidden } from '../../application/authorise';
import { TooContended } from '../../application/errors';
import { KeyMissing } from '../../application/ports/keyring';
import { StoreUnavailable } from '../../application/ports/event-store';
import { SubjectKeysUnavailable } from '../../application/ports/subject-keys';
import { ReadModelsUnavailable } from '../../application/ports/read-models';
import { BadInput } from '../../application/queries/page';
import { ApiError } from './api-error';

/** How soon somebody who met a store that is away may knock again. */
const UNAVAILABLE_RETRY_MS = 1_000;

/** What waiting mends. */
const AWAY = [StoreUnavailable, ReadModelsUnavailable, SubjectKeysUnavailable, TooContended, KeyMissing];

/** What the outside hears of an error from inside: null for a defect of ours, of which it hears nothing but INTERNAL. */
export function describeError(error: unknown): ApiError | null {
  const cause = error instanceof GraphQLError && error.originalError ? error.originalError : error;
  if (cause instanceof ApiError) return cause;
  if (cause instanceof Forbidden) return new ApiError('FORBIDDEN', cause.message);
  if (cause instanceof BadInput) return new ApiError('BAD_USER_INPUT', cause.message, { field: [cause.field] });
  if (AWAY.some((kind) => cause instanceof kind)) {
    return new ApiError('SERVICE_UNAVAILABLE', 'The service cannot answer right now. Try again with the same idempotency key.', {
      retryAfterMs: UNAVAILABLE_RETRY_MS,
    });
  }
  return null;
}
