import type { FastifyRequest } from 'fastify';
import type { ApiOptions } from '../api-options';
import { ApiError } from '../errors/api-error';
import type { DocumentNode } from 'graphql';
import { isStaff } from '../../application/authorise';
import type { AdmittedDocument, DocumentGate } from './document-gate';
import { withIdempotencyHeader } from './idempotency-header';
import { PublicOperations } from './public-operations';
import { variableProblem } from './variable-problem';
import type { ApiContext } from '../request/api-context';
import type { Authentication } from '../request/authentication';
import { AUTHENTICATE, noteRefusal } from '../request/refusals';
import { RateLimit } from '../request/rate-limit';

const KEY_CHARACTERS_MAX = 128;
/** Parameters of one GraphQL request over HTTP; `extensions` are for Apollo to judge, and nothing else is looked at. */
export interface GraphqlBody {
  query: string;
  variables?: Record<string, unknown> | null;
  operationName?: string | null;
  extensions?: unknown;
}

/** What must hold of a request before anything of it is run, over whichever transport it came. */
export class GraphqlRequests {
  private readonly perKey: RateLimit;
  private readonly publicOperations: PublicOperations | null;

  constructor(
    private readonly options: ApiOptions,
    private readonly gate: DocumentGate,
    private readonly authentication: Authentication,
  ) {
    this.perKey = new RateLimit(options.rateLimits.perKeyPerSecond, options.runtime);
    this.publicOperations = options.publicOperations === undefined ? null : new PublicOperations(options.publicOperations);
  }

  /** Who asks. Throws UNAUTHENTICATED, FORBIDDEN, RATE_LIMITED or SERVICE_UNAVAILABLE. */
  async contextOf(request: FastifyRequest): Promise<ApiContext> {
    const context = await this.authentication.identify(request.headers, request.id, request.ip);
    this.count(context);
    return context;
  }

  count({ caller, hasKey }: ApiContext): void {
    if (!hasKey) return;
    const retryAfterMs = this.perKey.take(caller.actor.id);
    if (retryAfterMs === null) return;
    noteRefusal(this.options, caller, AUTHENTICATE, 'RATE_LIMITED');
    throw new ApiError('RATE_LIMITED', 'Too many operations with this key.', { retryAfterMs });
  }

  /** Checks the body of a POST, and puts the key of the header where it belongs. Throws BAD_USER_INPUT or FORBIDDEN. */
  admit(request: FastifyRequest, context: ApiContext): void {
    const { body } = request;
    if (!isRecord(body)) throw new ApiError('BAD_USER_INPUT', 'The body must be one JSON object: operations are not taken in batches.');
    const { query, variables, operationName } = body;
    if (typeof query !== 'string' || query === '') throw new ApiError('BAD_USER_INPUT', 'The body has no `query`.');
    if (operationName != null && typeof operationName !== 'string') throw new ApiError('BAD_USER_INPUT', '`operationName` must be a text.');
    if (variables != null && !isRecord(variables)) throw new ApiError('BAD_USER_INPUT', '`variables` must be an object.');
    const { document, subscribes } = this.check(query, variables);
    this.confine(context, document);
    if (subscribes) throw new ApiError('BAD_USER_INPUT', 'Subscriptions go over WebSocket, or over server-sent events at /graphql/stream.');
    const key = request.headers['idempotency-key'];
    if (key !== undefined) (body as unknown as GraphqlBody).variables = this.keyed(key, query, variables ?? {});
  }

  /** Where the shop has a list of operations, storefronts and buyers send these and no others. Throws FORBIDDEN. */
  confine({ caller }: ApiContext, document: DocumentNode): void {
    if (this.publicOperations === null || isStaff(caller.role) || this.publicOperations.allow(document)) return;
    noteRefusal(this.options, caller, AUTHENTICATE, 'FORBIDDEN');
    throw new ApiError(
      'FORBIDDEN',
      'This shop takes listed operations only, and this is none of them. Send one word for word, with values as variables.',
    );
  }

  /** Document and variables, for every transport. */
  check(query: string, variables: object | null | undefined): AdmittedDocument {
    const verdict = this.gate.admit(query);
    if ('refused' in verdict) throw new ApiError('BAD_USER_INPUT', verdict.refused);
    const problem = variables == null ? null : variableProblem(variables);
    if (problem !== null) throw new ApiError('BAD_USER_INPUT', problem);
    return verdict;
  }

  private keyed(key: string | readonly string[], query: string, variables: Record<string, unknown>): Record<string, unknown> {
    const verdict = this.gate.admit(query);
    if ('refused' in verdict || verdict.mutations === 0) return variables;
    if (typeof key !== 'string' || key === '' || key.length > KEY_CHARACTERS_MAX)
      throw new ApiError('BAD_USER_INPUT', 'The header Idempotency-Key must be one text of 1 to 128 characters.');
    if (verdict.onlyMutation === undefined)
      throw new ApiError('BAD_USER_INPUT', 'The header Idempotency-Key is for documents that hold exactly one mutation.');
    const input = verdict.onlyMutation.arguments?.find(({ name }) => name.value === 'input')?.value;
    return withIdempotencyHeader(key, input, variables);
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
