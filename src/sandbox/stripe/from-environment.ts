import type { StripeAccountOptions } from './stripe-calls';

/** The Stripe account that the environment describes; undefined without one. Throws when only a part of it is there. */
export function stripeFrom({
  GATEWAY_STRIPE_KEY: secretKey,
  GATEWAY_STRIPE_WEBHOOK: webhookSecret,
}: NodeJS.ProcessEnv): StripeAccountOptions | undefined {
  if (!secretKey && !webhookSecret) return undefined;
  if (!secretKey || !webhookSecret) throw new Error('GATEWAY_STRIPE_KEY and GATEWAY_STRIPE_WEBHOOK have to be set both, or neither');
  return { secretKey, webhookSecret };
}
