import type Stripe from 'stripe';
import type { PaymentRequest } from '../../../application/ports/gateway';
import type { StripeSettings } from './settings';
import { stripeAmount } from './units';

/** What a payment was asked for with. It is kept at Stripe, so that it can be asked about by our reference alone. */
export interface PaymentTerms {
  readonly reference: string;
  readonly merchantId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly returnUrl: string;
}

/** Ours are `<uuid>.<n>`; ids at Stripe are letters, digits, dashes and underscores. */
const REFERENCE = /^[A-Za-z0-9-]{1,48}\.[1-9][0-9]{0,3}$/;
/** A value of Stripe's metadata holds so many characters. */
const VALUE_CHARACTERS_MAX = 500;

/** The id of the product that stands for one payment: it is ours to choose, so a payment is found by its reference at once. */
export const anchorId = (reference: string): string | undefined =>
  REFERENCE.test(reference) ? `cardrail_${reference.replace('.', '_')}` : undefined;

/** A word where the payment cannot be taken at Stripe. */
export function termsOf(payment: PaymentRequest, settings: StripeSettings): PaymentTerms | string {
  const { reference, merchantId, amountMinor, currency, kind, returnUrl = settings.returnUrl } = payment;
  if (kind !== 'redirect') return 'KIND_NOT_SUPPORTED';
  if (merchantId !== settings.merchantId) return 'UNKNOWN_MERCHANT';
  if (anchorId(reference) === undefined) return 'INVALID_REFERENCE';
  if (stripeAmount(amountMinor, currency) === null) return 'AMOUNT_NOT_SUPPORTED';
  if (returnUrl.length > VALUE_CHARACTERS_MAX) return 'RETURN_URL_TOO_LONG';
  return { reference, merchantId, amountMinor, currency, returnUrl };
}

export const metadataOf = ({ reference, merchantId, amountMinor, currency, returnUrl }: PaymentTerms): Stripe.MetadataParam => ({
  reference,
  merchantId,
  amountMinor: String(amountMinor),
  currency,
  returnUrl,
});

/** Undefined for a product that holds no payment: one that was closed before it was asked for, or none of ours. */
export function termsIn({ metadata }: Stripe.Product): PaymentTerms | undefined {
  const { reference = '', merchantId = '', amountMinor = '', currency = '', returnUrl = '' } = metadata;
  if (!/^[1-9][0-9]{0,15}$/.test(amountMinor) || currency === '') return undefined;
  return { reference, merchantId, amountMinor: Number(amountMinor), currency, returnUrl };
}

/** Made from the terms alone: whoever asks again sends the same bytes under the same key, and gets the same session. */
export function sessionParams(terms: PaymentTerms): Stripe.Checkout.SessionCreateParams {
  const { reference, merchantId, amountMinor, currency, returnUrl } = terms;
  const metadata = { reference, merchantId };
  const price = { currency: currency.toLowerCase(), unit_amount: stripeAmount(amountMinor, currency) ?? 0, product: anchorId(reference) ?? '' };
  return {
    mode: 'payment',
    client_reference_id: reference,
    line_items: [{ quantity: 1, price_data: price }],
    metadata,
    payment_intent_data: { metadata },
    success_url: returnUrl,
    cancel_url: returnUrl,
  };
}
