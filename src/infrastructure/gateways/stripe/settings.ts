import type { GatewayFlags } from '../../../application/ports/gateway';

/** What one Stripe account needs. Secrets are values here; they are resolved by whoever reads the settings. */
export interface StripeSettings {
  readonly adapter: 'stripe';
  /** `https://api.stripe.com`, or a server that speaks like it. */
  readonly baseUrl: string;
  /** Written into everything that is made there: a notice that does not carry it is about somebody else's payment. */
  readonly merchantId: string;
  /** `sk_…`, or a restricted key. */
  readonly secretKey: string;
  /** `whsec_…`; several while one is being changed. */
  readonly webhookSecrets: readonly string[];
  /** Shown on the page. */
  readonly productName: string;
  /** Where buyers land whose order names no page. */
  readonly returnUrl: string;
  readonly flags: GatewayFlags;
  readonly notFoundFinalAfterSeconds: number;
}
