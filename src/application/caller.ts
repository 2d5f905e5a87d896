import type { Actor } from '../domain/kernel/event';

/** BUYER is whoever holds an order's token: it opens that one order. The others are roles of API keys; those of staff also come with tokens of an identity provider. */
export type Role = 'STOREFRONT' | 'BUYER' | 'SUPPORT' | 'FINANCE' | 'OPS' | 'ADMIN';
export type Locale = 'zh-CN' | 'en';

/** Who stands at the door, as authentication found it. */
export interface Caller {
  readonly role: Role;
  /** The shop or team that the API key belongs to, or the person whom a token names; idempotency keys are scoped to it. */
  readonly clientId: string;
  readonly actor: Actor;
  /** The only operations that the key may be used for; absent: all that its role may. An order token is not confined. */
  readonly scopes?: readonly string[];
  readonly requestId: string;
  readonly locale: Locale;
  readonly traceparent?: string;
}

/** Which roles may run a use case. Whose orders they reach is ownership, decided in `authorise.ts`. */
export interface Rights {
  readonly roles: readonly Role[];
}

/** A refusal as the outside hears it: a stable code, whether and when to try again, and facts for the words. */
export interface UserRefusal {
  readonly code: string;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  readonly field?: readonly string[];
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}
