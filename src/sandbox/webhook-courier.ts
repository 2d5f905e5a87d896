import { signedHeaders, webhookKey } from '../protocols/webhook-signing';
import type { WebhookKey } from '../protocols/webhook-signing';
import type { Courier } from './notices';

/**
 * Notices of gateway and channel v1: the facts as JSON, signed as a Standard Webhook; any 2xx takes it. Throws when the secret is none.
 * `written`: what the body says of the facts, where that is not the facts themselves.
 */
export function webhookCourier<Facts extends object>(secret: string, written: (facts: Facts) => object = (facts) => facts): Courier<Facts> {
  const key = webhookKey(secret);
  const wrongKey = key.map((byte) => byte ^ 0xff) as WebhookKey;
  return {
    carries: () => true,
    letter({ id, url, facts, forged }, atMs) {
      const body = JSON.stringify(written(facts));
      const headers = { 'content-type': 'application/json', ...signedHeaders([forged ? wrongKey : key], id, atMs, body) };
      return { method: 'POST', url, headers, body };
    },
    isTaken: (status) => status >= 200 && status < 300,
  };
}
