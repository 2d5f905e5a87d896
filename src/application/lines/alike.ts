import type { Likeness } from '../../domain/buyer/limits';
import type { OrderSubmitted } from '../../domain/order/events';

/** What an order may have in common with others, each as a key that names nobody. */
export function likenessesOf({
  clientId,
  buyer,
  client,
}: Pick<OrderSubmitted, 'clientId' | 'client'> & { readonly buyer: Pick<OrderSubmitted['buyer'], 'ref' | 'contactKeys'> }): readonly (readonly [
  Likeness,
  string,
])[] {
  return [
    ['BUYER', JSON.stringify([clientId, buyer.ref])],
    ...(buyer.contactKeys ?? []).map((key) => ['CONTACT', key] as const),
    ...(client?.addressKey === undefined ? [] : [['ADDRESS', client.addressKey] as const]),
    ...(client?.deviceKey === undefined ? [] : [['DEVICE', client.deviceKey] as const]),
  ];
}
