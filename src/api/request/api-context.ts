import type { Caller, Locale } from '../../application/caller';

/** Who is asking, for the whole of one request or one socket. */
export interface ApiContext {
  readonly caller: Caller;
  /** An API key, or a token of the identity provider. False when neither came along: the caller is then at most the buyer of the order that a token opens. */
  readonly hasKey: boolean;
  /** Browser origins that the key may be used from; undefined where it names none. */
  readonly origins?: readonly string[];
  /** Of the client, as limits count it; of a socket a name of its own. */
  readonly address: string;
  /** From the header `X-Order-Token` or the socket's payload. */
  readonly orderToken: string | undefined;
  /** False as soon as the API key or the token it came with is revoked or has expired. */
  readonly isStillValid: () => boolean;
  /** Stands in `extensions.meta` of the answer. */
  meta?: { readonly lagging: boolean };
}

/** The same caller who wants to be spoken to in another language. */
export const inLocale = (caller: Caller, locale: Locale | null | undefined): Caller => (locale == null ? caller : { ...caller, locale });
