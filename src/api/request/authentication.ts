import { createHash } from 'node:crypto';
import type { Caller } from '../../application/caller';
import { openedBy } from '../../domain/catalog/api-key';
import type { Actor } from '../../domain/kernel/event';
import type { ApiOptions } from '../api-options';
import { ApiError } from '../errors/api-error';
import type { ApiContext } from './api-context';
import { localeOf } from './locale';
import { AUTHENTICATE, noteRefusal } from './refusals';

/** Where a caller's papers are: HTTP headers, or the payload of a socket's `connection_init`. Names are lower-case. */
export type Papers = Readonly<Record<string, string | readonly string[] | undefined>>;

const KEY_CHARACTERS_MAX = 512;
const TOKEN_CHARACTERS_MAX = 128;
/** W3C trace context, version 00. */
export const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Whoever brings no key: at most the buyer of an order. */
const NOBODY: Actor = { kind: 'BUYER', id: '' };

interface ValidKey {
  readonly id: string;
  readonly role: Exclude<Caller['role'], 'BUYER'>;
  readonly clientId: string;
  readonly origins?: readonly string[];
  readonly scopes?: readonly string[];
}

/** What is open goes on only under the rights that it began with. */
const isSame = (now: ValidKey | null, then: ValidKey): boolean =>
  now !== null && now.role === then.role && String(now.scopes) === String(then.scopes);

/** Finds out who is asking. No papers at all is no mistake yet: an order token may stand in the arguments. A wrong key is. */
export class Authentication {
  constructor(private readonly options: Pick<ApiOptions, 'apiKeyByHash' | 'keyUsed' | 'refused' | 'runtime'>) {}

  /** Throws UNAUTHENTICATED. */
  identify(papers: Papers, requestId: string): ApiContext {
    const { authorization, traceparent } = papers;
    const orderToken = tokenOf(papers['x-order-token']);
    const about = {
      requestId,
      locale: localeOf(single(papers['accept-language'])),
      ...(typeof traceparent === 'string' && TRACEPARENT.test(traceparent) ? { traceparent } : {}),
    };
    if (authorization === undefined) {
      const caller: Caller = { role: 'BUYER', clientId: '', actor: NOBODY, ...about };
      return { caller, hasKey: false, orderToken, isStillValid: () => true };
    }
    const hash = keyHashOf(authorization);
    const key = hash === null ? null : this.validKey(hash);
    if (hash === null || key === null) {
      noteRefusal(this.options, { actor: NOBODY, requestId }, AUTHENTICATE, 'UNAUTHENTICATED');
      throw new ApiError('UNAUTHENTICATED', 'The API key is unknown, revoked or expired.');
    }
    const { id, role, clientId, origins, scopes } = key;
    return {
      caller: { role, clientId, actor: { kind: role, id }, ...(scopes === undefined ? {} : { scopes }), ...about },
      hasKey: true,
      ...(origins === undefined ? {} : { origins }),
      orderToken,
      isStillValid: () => isSame(this.validKey(hash), key),
    };
  }

  private validKey(hash: string): ValidKey | null {
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

/** SHA-256 of the key: keys are 256-bit random, so nothing slower is needed, and equal hashes need no constant-time comparison. */
function keyHashOf(authorization: string | readonly string[]): string | null {
  if (typeof authorization !== 'string' || authorization.length > KEY_CHARACTERS_MAX) return null;
  const key = /^Bearer ([\x21-\x7e]+)$/i.exec(authorization)?.[1];
  return key === undefined ? null : createHash('sha256').update(key, 'utf8').digest('hex');
}

function tokenOf(value: string | readonly string[] | undefined): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string' || value.length > TOKEN_CHARACTERS_MAX) throw new ApiError('UNAUTHENTICATED', 'The order token is not one of ours.');
  return value;
}
