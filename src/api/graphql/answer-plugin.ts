import { type ApolloServerPlugin, type GraphQLRequestContextWillSendResponse } from '@apollo/server';
import type { ApiObserver } from '../api-options';
import { presentErrors } from '../errors/present-errors';
import type { ApiContext } from '../request/api-context';

/** Gives every answer its public errors, its status, and what is said beside the data. The only Apollo plugin there is. */
export function answerPlugin(observer: ApiObserver): ApolloServerPlugin<ApiContext> {
  const hooks = { willSendResponse: async (answer: GraphQLRequestContextWillSendResponse<ApiContext>) => present(answer, observer) };
  return { requestDidStart: async () => hooks };
}

function present({ response, contextValue, errors }: GraphQLRequestContextWillSendResponse<ApiContext>, observer: ApiObserver): void {
  const { body, http } = response;
  if (body.kind !== 'single') return;
  const { requestId } = contextValue.caller;
  if (contextValue.meta !== undefined) body.singleResult.extensions = { ...body.singleResult.extensions, meta: contextValue.meta };
  if (errors === undefined || errors.length === 0) return;
  const presented = presentErrors(errors, requestId, (error) => observer.failed(requestId, error));
  body.singleResult.errors = presented.errors;
  http.status = presented.status;
  if (presented.retryAfterMs !== undefined) http.headers.set('retry-after', String(Math.ceil(presented.retryAfterMs / 1_000)));
}
