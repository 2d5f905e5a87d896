import type { SkuSettings } from '../../../domain/catalog/events';
import type { Setting } from '../../../domain/catalog/setting';
import { canonicalJson } from '../../../domain/kernel/hash';
import { orderNumberFor } from '../../../domain/kernel/ids';
import { AMOUNT_MINOR_MAX, times } from '../../../domain/kernel/money';
import type { OrderSubmitted, OrderTerms } from '../../../domain/order/events';
import { minMarginOf, type MarginRule } from '../../../domain/order/margin';
import { addressKeyOf, deviceKeyOf } from '../../blocks/block-keys';
import type { Caller, UserRefusal } from '../../caller';
import { FIRST_TOKEN_EPOCH, newestTokenKey } from '../../order-token';
import type { Keyring } from '../../ports/keyring';
import { refuse } from '../../refusals';
import { contactKeysOf, type OrderOwner, type OrderSecrets, type SealForOrder, sealedMethod } from '../../order-secrets';
import type { SubmitOrderInput } from './submit-order-input';

type FieldList = SubmitOrderInput['fields'];
const recordOf = (fields: FieldList): Readonly<Record<string, string>> => Object.fromEntries((fields ?? []).map(({ name, value }) => [name, value]));

/** Digest of what makes two submits the same. Keyed, so that nobody learns the fields from it. */
export function requestFingerprint(keyring: Keyring, input: SubmitOrderInput): string {
  const { skuId, quantity, buyer, fields, payment, checkoutId, allowAnother } = input;
  const same = { skuId, quantity, buyerRef: buyer.ref, fields: recordOf(fields), payment, checkoutId, allowAnother: allowAnother ?? false };
  return keyring.fingerprint(canonicalJson(same), 'submit-order');
}

/** What a SKU says against this order, apart from its stock. Null when it may be ordered. */
export function refusalOfForm({ settings, active }: Setting<SkuSettings>, input: SubmitOrderInput): UserRefusal | null {
  if (settings === undefined) return refuse('SKU_NOT_FOUND', { field: ['skuId'] });
  if (!active) return refuse('SKU_PAUSED', { field: ['skuId'] });
  const maxPerOrder = Math.min(settings.maxPerOrder, Math.floor(AMOUNT_MINOR_MAX / Math.max(settings.price.amountMinor, 1)));
  if (!Number.isInteger(input.quantity) || input.quantity < 1 || input.quantity > maxPerOrder) {
    return refuse('QUANTITY_OUT_OF_RANGE', { field: ['quantity'], details: { maxPerOrder } });
  }
  return refusalOfFields(settings.fields, input.fields);
}

function refusalOfFields(wanted: readonly string[], given: FieldList): UserRefusal | null {
  const names = (given ?? []).filter(({ value }) => value.trim() !== '').map(({ name }) => name);
  const missing = wanted.filter((name) => !names.includes(name));
  if (missing.length > 0) return refuse('FIELDS_MISSING', { field: ['fields'], details: { names: missing.join(', ') } });
  const unknown = names.filter((name) => !wanted.includes(name));
  return unknown.length > 0 ? refuse('FIELDS_UNKNOWN', { field: ['fields'], details: { names: unknown.join(', ') } }) : null;
}

/** What the SKU promises today, and to this order for ever. `shopMargin` counts where the SKU says nothing of it. */
export function termsOf(
  { price, payWithinSeconds, deliverWithinSeconds, reserve, partial, compensation, onDoubt, oversell, sources, delivery, minMargin }: SkuSettings,
  shopMargin: MarginRule | undefined,
): OrderTerms {
  const terms = { unitPrice: price, payWithinSeconds, deliverWithinSeconds, reserve, partial, compensation, onDoubt, oversell, sources };
  if (delivery === 'manual') return { ...terms, delivery };
  const rule = minMargin ?? shopMargin;
  return rule === undefined ? terms : { ...terms, minMargin: minMarginOf(price, rule) };
}

/** Sealed to be written to, and as a digest to be found by. */
function contactOf(keyring: Keyring, seal: SealForOrder, contact: SubmitOrderInput['buyer']['contact']) {
  if (contact === undefined) return {};
  return { contact: seal(JSON.stringify(contact)), contactKeys: contactKeysOf(keyring, contact) };
}

/** Where it was ordered from, as digests that others can be compared with. */
function clientOf(keyring: Keyring, client: SubmitOrderInput['client']): Pick<OrderSubmitted, 'client'> {
  const { address, device } = client ?? {};
  if (address === undefined && device === undefined) return {};
  return {
    client: {
      ...(address === undefined ? {} : { addressKey: addressKeyOf(keyring, address) }),
      ...(device === undefined ? {} : { deviceKey: deviceKeyOf(keyring, device) }),
    },
  };
}

const NOTHING_TO_SEAL: SealForOrder = () => {
  throw new TypeError('this order was to hold nothing of its buyer');
};

/** What seals for an order; most hold nothing of their buyer, and nobody needs a key for them. */
export const sealerOf = async (secrets: OrderSecrets, owner: OrderOwner, { buyer, fields, payment }: SubmitOrderInput): Promise<SealForOrder> =>
  buyer.contact === undefined && (fields ?? []).length === 0 && payment.instrument === undefined ? NOTHING_TO_SEAL : secrets.sealerFor(owner);

/** The order as it is stored, but for its admission: terms frozen, secrets sealed under its id, and a VIP only where the shop itself says so. */
export function orderOf(
  keyring: Keyring,
  seal: SealForOrder,
  caller: Caller,
  orderId: string,
  input: SubmitOrderInput,
  settings: SkuSettings,
  shopMargin: MarginRule | undefined,
  fingerprint: string,
): Omit<OrderSubmitted, 'admission' | 'enterAt' | 'risk'> {
  const { skuId, quantity, buyer, fields, payment, checkoutId } = input;
  const tier = caller.role === 'STOREFRONT' ? (buyer.tier ?? 'STANDARD') : 'STANDARD';
  return {
    orderNumber: orderNumberFor(orderId),
    clientId: caller.clientId,
    skuId,
    quantity,
    amount: times(settings.price, quantity),
    terms: termsOf(settings, shopMargin),
    buyer: { ref: buyer.ref, tier, ...contactOf(keyring, seal, buyer.contact) },
    ...(fields === undefined || fields.length === 0 ? {} : { fields: seal(JSON.stringify(recordOf(fields))) }),
    ...clientOf(keyring, input.client),
    payment: sealedMethod(seal, payment),
    ...(checkoutId === undefined ? {} : { checkoutId }),
    requestFingerprint: fingerprint,
    accessToken: { keyVersion: newestTokenKey(keyring), epoch: FIRST_TOKEN_EPOCH },
    locale: input.locale ?? caller.locale,
  };
}
