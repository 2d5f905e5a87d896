import type { SecretRef } from './secret-ref';

/** A service that is paid on a page of its own and rings by a signed webhook, as settings. These names and shapes are stored for ever. */

/** Where the parts of a payment stand in a JSON text, as names with dots between them. Only these parts are read. */
export interface PaymentFields {
  /** The payment in a notice; absent: the notice is the payment. */
  readonly inNotice?: string;
  /** The payment in an answer to a question; absent: the answer is the payment. */
  readonly inAnswer?: string;
  readonly reference: string;
  readonly status: string;
  readonly amount: string;
  /** Absent: it is the currency of the account. */
  readonly currency?: string;
  /** Absent: nothing there says whose payment it is. */
  readonly merchantId?: string;
  readonly transactionId?: string;
  /** What went back so far; absent: it is not told. */
  readonly refunded?: string;
}

/** Words of the service by what they mean. A word that stands nowhere says nothing. */
export interface StatusWords {
  readonly PAID: readonly string[];
  readonly OPEN?: readonly string[];
  readonly DECLINED?: readonly string[];
  readonly CLOSED?: readonly string[];
}

export interface SignedWebhookAccount {
  readonly adapter: 'signed-webhook';
  readonly baseUrl: string;
  readonly merchantId: string;
  /** Path and query of the page, with names in braces for what differs between payments. */
  readonly payPage: string;
  /** Links are signed with it; absent: they are not. */
  readonly linkSecret?: SecretRef;
  /** Several while a secret is being changed. */
  readonly webhookSecrets: readonly SecretRef[];
  /** Absent: it cannot be asked. */
  readonly statusPath?: string;
  /** Absent: money is given back by hand. */
  readonly refundsPath?: string;
  readonly apiKey?: SecretRef;
  /** The only one that it takes. */
  readonly currency: string;
  readonly amounts: 'MINOR' | 'DECIMAL';
  readonly fields: PaymentFields;
  readonly words: StatusWords;
  /** No payment may be more; there wherever it cannot be asked. */
  readonly amountMaxMinor?: number;
  readonly flags: readonly 'lookup'[];
  readonly notFoundFinalAfterSeconds: number;
  readonly kinds: readonly 'REDIRECT'[];
}
