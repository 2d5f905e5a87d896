import type { PaymentFacts } from '../../../application/ports/gateway';
import { currency as currencySchema, reference as referenceSchema, words as textSchema } from '../../../protocols/wire';
import { minorOf } from './amounts';
import type { SignedWebhookSettings } from './settings';

const STATUSES = ['PAID', 'OPEN', 'DECLINED', 'CLOSED'] as const satisfies readonly PaymentFacts['status'][];

/** Reads payments out of the JSON of a service by what its owner said of it. */
export class PaymentReader {
  private readonly meanings: ReadonlyMap<string, PaymentFacts['status']>;
  readonly #settings: SignedWebhookSettings;

  constructor(settings: SignedWebhookSettings) {
    this.#settings = settings;
    this.meanings = new Map(STATUSES.flatMap((status) => (settings.words[status] ?? []).map((word) => [word, status] as const)));
  }

  /** Undefined for what is no payment: a part that is missing, an amount that is none, a status that nobody gave a meaning. */
  read(json: unknown, within: 'inNotice' | 'inAnswer'): PaymentFacts | undefined {
    const { fields, merchantId: ours, currency: only } = this.#settings;
    const payment = valueAt(json, fields[within]);
    const textAt = (path: string | undefined, without: string): string | undefined => (path === undefined ? without : wordOf(valueAt(payment, path)));
    const reference = referenceSchema.safeParse(wordOf(valueAt(payment, fields.reference))).data;
    const status = this.meanings.get(wordOf(valueAt(payment, fields.status)) ?? '');
    const amountMinor = minorOf(this.#settings, valueAt(payment, fields.amount));
    const currency = currencySchema.safeParse(textAt(fields.currency, only)?.toUpperCase()).data;
    const merchantId = textSchema.min(1).safeParse(textAt(fields.merchantId, ours)).data;
    // Before anything went back, many leave it out.
    const wentBack = fields.refunded === undefined ? 0 : (valueAt(payment, fields.refunded) ?? 0);
    const refundedMinor = minorOf(this.#settings, wentBack);
    if (reference === undefined || status === undefined || currency === undefined || merchantId === undefined) return undefined;
    if (amountMinor === undefined || refundedMinor === undefined) return undefined;
    const transactionId = fields.transactionId === undefined ? undefined : textSchema.safeParse(wordOf(valueAt(payment, fields.transactionId))).data;
    const capturedMinor = status === 'PAID' ? amountMinor : 0;
    const facts = { reference, merchantId, status, amountMinor, capturedMinor, refundedMinor, currency };
    return transactionId === undefined ? facts : { ...facts, transactionId };
  }
}

/** What stands at a path; own members only, so that no name reaches what JavaScript adds to every object. */
function valueAt(json: unknown, path: string | undefined): unknown {
  if (path === undefined) return json;
  return path
    .split('.')
    .reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined,
      json,
    );
}

const wordOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
