import type { GatewayFlags } from '../../../application/ports/gateway';
import type { PaymentFields, StatusWords } from '../../../domain/catalog/signed-webhook-account';

/** What one account at a service that rings by Standard Webhooks needs. Secrets are values here; they are resolved by whoever reads the settings. */
export interface SignedWebhookSettings {
  readonly adapter: 'signed-webhook';
  readonly baseUrl: string;
  readonly merchantId: string;
  /** Path and query of the page, with names in braces. */
  readonly payPage: string;
  /** `whsec_` + base64; links are signed with it. */
  readonly linkSecret?: string;
  /** `whsec_` + base64; several while a secret is being changed. */
  readonly webhookSecrets: readonly string[];
  /** Where one payment is asked about, with `{reference}`. */
  readonly statusPath?: string;
  /** Where the refunds of one payment stand, in the words of gateway v1, with `{reference}`. */
  readonly refundsPath?: string;
  readonly apiKey?: string;
  readonly currency: string;
  readonly amounts: 'MINOR' | 'DECIMAL';
  readonly fields: PaymentFields;
  readonly words: StatusWords;
  readonly amountMaxMinor?: number;
  readonly flags: GatewayFlags;
  readonly notFoundFinalAfterSeconds: number;
}
