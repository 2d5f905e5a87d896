import type { Likeness } from '../../domain/buyer/limits';
import type { OrderSubmitted } from '../../domain/order/events';

/** What an order may have in common with others, each as a key that names nobody. */
export type Likenesses = readonly (readonly [Likeness, string])[];

type AlikeBy = Pick<OrderSubmitted, 'clientId' | 'client'> & { readonly buyer: Pick<OrderSubmitted['buyer'], 'ref' | 'contactKeys'> };

/** One buyer of one client. */
export const buyerKeyOf = (clientId: string, ref: string): string => JSON.stringify([clientId, ref]);

export function likenessesOf({ clientId, buyer, client }: AlikeBy): Likenesses {
  return [
    ['BUYER', buyerKeyOf(clientId, buyer.ref)],
    ...(buyer.contactKeys ?? []).map((key) => ['CONTACT', key] as const),
    ...(client?.addressKey === undefined ? [] : [['ADDRESS', client.addressKey] as const]),
    ...(client?.deviceKey === undefined ? [] : [['DEVICE', client.deviceKey] as const]),
  ];
}
