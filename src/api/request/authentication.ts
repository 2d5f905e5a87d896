import type { Caller } from '../../application/caller';
import { openedBy } from '../../domain/catalog/api-key';
import type { Actor } from '../../domain/kernel/event';
import { sha256Hex } from '../../domain/kernel/hash';
import type { ApiOptions } from '../api-options';
import { ApiError } from '../errors/api-error';
import type { ApiContext } from './api-context';
import { localeOf } from './locale';
import { AUTHENTICATE, noteRefusal } from './refusals';

/** Where a caller's papers are: HTTP headers, or the payload of a socket's `connection_init`. Names are lower-case. */
export type Papers = Readonly<Record<string, string | readonly string[] | undefined>>;

const KEY_CHARACTERS_MAX = 512;
/** Tokens of identity providers carry lists of groups. */
const BEARER_CHARACTERS_MAX = 8_192;
/** Three parts in base64url, the first of which begins an object of JSON. */
const JWT = /^ey[\w-]+\.[\w-]+\.[\w-]+$/;
const KEYS_AWAY_RETRY_MS = 10_000;
const TOKEN_CHARACTERS_MAX = 128;
/** W3C trace context, version 00. */
export const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Whoever brings no key: at most the buyer of an order. */
export const NOBODY: Actor = { kind: 'BUYER', id: '' };

interface ValidKey {
  readonly id: string;
  readonly role: Exclude<Caller['role'], 'BUYER'>;
  readonly clientId: string;
  readonly origins?: readonly string[];
  readonly scopes?: readonly string[];
}

/** What papers prove, whichever they are. */
type Papered = Pick<ApiContext, 'isStillValid' | 'origins'> & { readonly caller: Omit<Caller, 'requestId' | 'locale' | 'traceparent'> };

/** What is open goes on only under the rights that it began with. */
const isSame = (now: ValidKey | null, then: ValidKey): boolean =>
  now !== null && now.role === then.role && String(now.scopes) === String(then.scopes);

/** Finds out who is asking. No papers at all is no mistake yet: an order token may stand in the arguments. A wrong key is. */
export class Authentication {
  constructor(private readonly options: Pick<ApiOptions, 'apiKeyByHash' | 'keyUsed' | 'refused' | 'runtime' | 'staffTokens'>) {}

  /** Throws UNAUTHENTICATED; of tokens also FORBIDDEN, and SERVICE_UNAVAILABLE when they cannot be judged now. */
  async identify(papers: Papers, requestId: string, address: string): Promise<ApiContext> {
    const { authorization, traceparent } = papers;
    const orderToken = tokenOf(papers['x-order-token']);
    const about = {
      requestId,
      locale: localeOf(single(papers['accept-language'])),
      ...(typeof traceparent === 'string' && TRACEPARENT.test(traceparent) ? { traceparent } : {}),
    };
    if (authorization === undefined) {
      const caller: Caller = { role: 'BUYER', clientId: '', actor: NOBODY, ...about };
      return { caller, hasKey: false, address, orderToken, isStillValid: () => true };
    }
    const bearer = bearerOf(authorization);
    const found = bearer === null ? null : (this.byKey(bearer) ?? (await this.byToken(bearer, requestId)));
    if (found === null) throw this.refuse(requestId, 'UNAUTHENTICATED', 'The API key is unknown, revoked or expired.');
    const { caller, ...rest } = found;
    // Not spread: a copy that gains members is slow (decision 97).
    return { caller: Object.assign({}, caller, about), hasKey: true, address, orderToken, ...rest };
  }

  private byKey(bearer: string): Papered | null {
    const hash = sha256Hex(bearer);
    const key = bearer.length > KEY_CHARACTERS_MAX ? null : this.validKey(hash);
    if (key === null) return null;
    const { id, role, clientId, origins, scopes } = key;
    return {
      caller: { role, clientId, actor: { kind: role, id }, ...(scopes === undefined ? {} : { scopes }) },
      ...(origins === undefined ? {} : { origins }),
      isStillValid: () => isSame(this.validKey(hash), key),
    };
  }

  /** Null for what is no token at all. A person is their own client: nobody else repeats what they did. */
  private async byToken(bearer: string, requestId: string): Promise<Papered | null> {
    const { staffTokens } = this.options;
    if (staffTokens === undefined || !JWT.test(bearer)) return null;
    const verdict = await staffTokens.judge(bearer);
    switch (verdict.outcome) {
      case 'genuine': {
        const { id, role, isStillValid } = verdict.member;
        return { caller: { role, clientId: id, actor: { kind: role, id } }, isStillValid };
      }
      case 'forged':
        throw this.refuse(
          requestId,
          'UNAUTHENTICATED',
          'The token has run out, is not for this shop, or is signed by nobody that it believes. Sign in again.',
        );
      case 'no-role':
        throw this.refuse(
          requestId,
          'FORBIDDEN',
          'The token is genuine, and its owner has no role in this shop. Whoever runs it maps groups to roles.',
        );
      case 'unavailable':
        throw new ApiError('SERVICE_UNAVAILABLE', "The identity provider's keys cannot be had right now, so nobody can tell whose token this is.", {
          retryAfterMs: KEYS_AWAY_RETRY_MS,
        });
    }
  }

  /** Noted without a name: who it is would be the claim of whoever was refused. */
  private refuse(requestId: string, code: 'FORBIDDEN' | 'UNAUTHENTICATED', message: string): ApiError {
    noteRefusal(this.options, { actor: NOBODY, requestId }, AUTHENTICATE, code);
    return new ApiError(code, message);
  }

  private validKey(hash: string): ValidKey | null {
    // Keys are 256-bit random, so nothing slower than SHA-256 is needed, and equal hashes need no constant-time comparison.
    const key = this.options.apiKeyByHash(hash);
    const now = this.options.runtime.wallMs();
    if (key?.settings === undefined || openedBy(key, hash, now) === null) return null;
    const { keyHash: _hash, expiresAt, ...settings } = key.settings;
    if (expiresAt !== undefined && Date.parse(expiresAt) <= now) return null;
    this.options.keyUsed(key, hash);
    return { id: key.id, ...settings };
  }
}

const single = (value: string | readonly string[] | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

/** What stands behind "Bearer", or null. */
function bearerOf(authorization: string | readonly string[]): string | null {
  if (typeof authorization !== 'string' || authorization.length > BEARER_CHARACTERS_MAX) return null;
  return /^Bearer ([\x21-\x7e]+)$/i.exec(authorization)?.[1] ?? null;
}

function tokenOf(value: string | readonly string[] | undefined): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string' || value.length > TOKEN_CHARACTERS_MAX) throw new ApiError('UNAUTHENTICATED', 'The order token is not one of ours.');
  return value;
}
