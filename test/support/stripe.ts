import type { StripeSettings } from '../../src/infrastructure/gateways/stripe/settings';
import type { StripeAccountOptions } from '../../src/sandbox/stripe/stripe-calls';

export const STRIPE_KEY = 'sk_test_onlyUsedInTests0123456789';
export const STRIPE_WEBHOOK_SECRET = 'whsec_onlyUsedInTests0123456789';

export const stripeSandboxAccount: StripeAccountOptions = { secretKey: STRIPE_KEY, webhookSecret: STRIPE_WEBHOOK_SECRET };

export const stripeSettings = (baseUrl: string, changes: Partial<StripeSettings> = {}): StripeSettings & { readonly id: string } => ({
  id: 'stripe',
  adapter: 'stripe',
  baseUrl,
  merchantId: 'shop-1',
  secretKey: STRIPE_KEY,
  webhookSecrets: [STRIPE_WEBHOOK_SECRET],
  productName: 'Digital code',
  returnUrl: 'https://shop.test/thanks',
  flags: { replay: true, lookup: true, cancel: true },
  notFoundFinalAfterSeconds: 60,
  ...changes,
});

/** Tells the sandbox where its events go, as a merchant tells Stripe. */
export async function listenAt(sandboxUrl: string, url: string): Promise<void> {
  const answer = await fetch(`${sandboxUrl}/v1/webhook_endpoints`, {
    method: 'POST',
    headers: { authorization: `Bearer ${STRIPE_KEY}` },
    body: new URLSearchParams({ url }),
  });
  if (!answer.ok) throw new Error(`the sandbox answered ${answer.status}`);
}
