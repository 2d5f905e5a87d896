import { timingSafeEqual } from 'node:crypto';
import type { OrderState } from '../domain/order/state';
import type { Keyring } from './ports/keyring';

/** New orders begin with this epoch; each rotation raises it and makes every earlier token worthless. */
export const FIRST_TOKEN_EPOCH = 1;
const TOKEN_CHARACTERS_MAX = 128;

/** Order id ‖ epoch. All order ids are equally long, so no two pairs read the same. */
const textOf = (orderId: string, epoch: number): string => `${orderId}${epoch}`;

const newestKeys = new WeakMap<Keyring, number>();

/** The key that tokens of a new order are made with, from now on and for its whole life. A keyring does not change while it is open. */
export function newestTokenKey(keyring: Keyring): number {
  const known = newestKeys.get(keyring) ?? keyring.tokenMac('').version;
  newestKeys.set(keyring, known);
  return known;
}

/** The order's token as it is valid now: `v<key>.` and the MAC over order id and epoch. Throws KeyMissing. */
export function orderTokenOf(keyring: Keyring, order: Pick<OrderState, 'orderId' | 'submitted' | 'tokenEpoch'>): string {
  const { version, mac } = keyring.tokenMac(textOf(order.orderId, order.tokenEpoch), order.submitted?.accessToken.keyVersion);
  return `v${version}.${mac}`;
}

/**
 * True for the token that the order has now. Takes equally long for every wrong token, and for an order that does not exist:
 * its initial state gives a token that nobody was ever told, and is refused all the same. Throws KeyMissing.
 */
export function isOrderToken(keyring: Keyring, order: Pick<OrderState, 'orderId' | 'submitted' | 'tokenEpoch'>, token: string): boolean {
  if (token.length > TOKEN_CHARACTERS_MAX) return false;
  const [expected, given] = [Buffer.from(orderTokenOf(keyring, order), 'utf8'), Buffer.from(token, 'utf8')];
  const same = expected.length === given.length && timingSafeEqual(expected, given);
  return same && order.submitted !== undefined;
}
