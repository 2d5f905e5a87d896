import { type ApolloServerPlugin, type GraphQLRequestContextWillSendResponse } from '@apollo/server';
import type { ApiOptions } from '../api-options';
import { presentErrors } from '../errors/present-errors';
import type { ApiContext } from '../request/api-context';

type AnswerOptions = Pick<ApiOptions, 'observer' | 'freshness'>;

/** Gives every answer its public errors, its status, and what is said beside the data. The only Apollo plugin there is. */
export function answerPlugin(options: AnswerOptions): ApolloServerPlugin<ApiContext> {
  const hooks = { willSendResponse: async (answer: GraphQLRequestContextWillSendResponse<ApiContext>) => present(answer, options) };
  return { requestDidStart: async () => hooks };
}

async function present(
  { response, contextValue, errors, operation }: GraphQLRequestContextWillSendResponse<ApiContext>,
  { observer, freshness }: AnswerOptions,
): Promise<void> {
  const { body, http } = response;
  if (body.kind !== 'single') return;
  const { requestId } = contextValue.caller;
  const meta = String(operation?.operation) === 'query' ? await metaOf(contextValue, freshness) : undefined;
  if (meta !== undefined) body.singleResult.extensions = { ...body.singleResult.extensions, meta };
  if (errors === undefined || errors.length === 0) return;
  const presented = presentErrors(errors, requestId, (error) => observer.failed(requestId, error));
  body.singleResult.errors = presented.errors;
  http.status = presented.status;
  if (presented.retryAfterMs !== undefined) http.headers.set('retry-after', String(Math.ceil(presented.retryAfterMs / 1_000)));
}

/** How fresh the lists of an answer are. What the query itself found out counts more; how long the log is, is the shop's own business. */
async function metaOf({ meta, hasKey }: ApiContext, freshness: AnswerOptions['freshness']): Promise<object | undefined> {
  const fresh = await freshness();
  if (fresh === null) return meta;
  const { position, lagMs, lagging } = fresh;
  return { ...(hasKey ? { position } : {}), lagMs, lagging: lagging || meta?.lagging === true };
}
