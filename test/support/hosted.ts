import type { SignedWebhookSettings } from '../../src/infrastructure/gateways/signed-webhook/settings';
import type { HostedAccountOptions } from '../../src/sandbox/hosted/hosted-calls';

const secret = (text: string): string => `whsec_${Buffer.from(text).toString('base64')}`;

export const hostedSandboxAccount: HostedAccountOptions = {
  apiKey: 'an-api-key-of-a-hosted-page-0123456789-only-in-tests',
  linkSecret: secret('a link key of at least 24 bytes'),
  webhookSecret: secret('a key of notices, for the tests'),
};

const PAY_PAGE = '/hosted/pay?order={reference}&shop={merchantId}&amount={amount}&currency={currency}&back={returnUrl}&notify={notifyUrl}';

/** What a shop says of the service that the sandbox plays. */
const described = {
  payPage: PAY_PAGE,
  statusPath: '/hosted/payments/{reference}',
  refundsPath: '/hosted/payments/{reference}/refunds',
  currency: 'CNY',
  fields: {
    inNotice: 'data',
    inAnswer: 'payment',
    reference: 'order',
    status: 'state',
    amount: 'total',
    currency: 'currency',
    merchantId: 'shop',
    transactionId: 'id',
    refunded: 'returned',
  },
};

const words = { paid: ['succeeded'], open: ['waiting'], declined: ['failed'], closed: ['expired'] };

export const hostedSettings = (baseUrl: string, changes: Partial<SignedWebhookSettings> = {}): SignedWebhookSettings & { readonly id: string } => ({
  ...described,
  id: 'hosted',
  adapter: 'signed-webhook',
  baseUrl,
  merchantId: 'm1',
  apiKey: hostedSandboxAccount.apiKey,
  linkSecret: hostedSandboxAccount.linkSecret,
  webhookSecrets: [hostedSandboxAccount.webhookSecret],
  amounts: 'DECIMAL',
  words: { PAID: words.paid, OPEN: words.open, DECLINED: words.declined, CLOSED: words.closed },
  flags: { replay: false, lookup: true, cancel: false },
  notFoundFinalAfterSeconds: 60,
  ...changes,
});

/** The same in the words of a shop file. */
export const hostedEntry = (id: string, baseUrl: string, changes: object = {}): object => ({
  ...described,
  id,
  adapter: 'signed-webhook',
  baseUrl,
  merchantId: 'm1',
  apiKey: { env: 'HOSTED_KEY' },
  linkSecret: { env: 'HOSTED_LINK' },
  webhookSecret: { env: 'HOSTED_WEBHOOK' },
  amounts: 'decimal',
  words,
  notFoundFinalAfterSeconds: 1,
  ...changes,
});

/** A service that can only ring, and be told to give money back. */
export function blindSettings(baseUrl: string): SignedWebhookSettings & { readonly id: string } {
  const { statusPath: _nowhere, ...settings } = hostedSettings(baseUrl, { flags: { replay: false, lookup: false, cancel: false } });
  return { ...settings, amountMaxMinor: 10_000 };
}

/** The same in the words of a shop file. */
export const blindEntry = (id: string, baseUrl: string): object => ({
  ...hostedEntry(id, baseUrl),
  statusPath: undefined,
  amountMaxMinor: 10_000,
});
