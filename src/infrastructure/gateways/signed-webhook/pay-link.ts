import { createHmac } from 'node:crypto';
import type { PaymentRequest } from '../../../application/ports/gateway';
import type { WebhookKey } from '../../../protocols/webhook-signing';
import { amountText } from './amounts';
import type { SignedWebhookSettings } from './settings';

/** Puts values in the place of names in braces; what it is not given becomes nothing. */
export const filled = (template: string, values: Readonly<Record<string, string | undefined>>): string =>
  template.replace(/\{([A-Za-z]+)\}/g, (_name, name: string) => encodeURIComponent(values[name] ?? ''));

/**
 * The page of one payment. With a key the link ends in `signature`: base64url of HMAC-SHA-256 over path and query as they stand before it, so a
 * buyer who changes the amount is told so by the page and not by us.
 */
export function payLink(settings: SignedWebhookSettings, key: WebhookKey | undefined, payment: PaymentRequest): string {
  const { reference, merchantId, currency, notifyUrl, returnUrl, expiresAt, instrument, amountMinor } = payment;
  const amount = amountText(settings, amountMinor);
  const page = filled(settings.payPage, { reference, merchantId, amount, currency, notifyUrl, returnUrl, expiresAt, instrument });
  const { origin, pathname } = new URL(settings.baseUrl);
  const place = pathname.replace(/\/+$/, '') + page;
  if (key === undefined) return origin + place;
  const signature = createHmac('sha256', key).update(place).digest('base64url');
  return `${origin}${place}${place.includes('?') ? '&' : '?'}signature=${signature}`;
}
