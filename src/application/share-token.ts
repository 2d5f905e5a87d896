import { timingSafeEqual } from 'node:crypto';
import type { OrderState } from '../domain/order/state';
import type { Keyring } from './ports/keyring';

const TOKEN_CHARACTERS_MAX = 128;
/** The id of a link, and the proof that it was given to whoever holds it. */
const TOKEN = /^([0-9a-f-]{36})\.([\w-]{43})$/;

type Shared = Pick<OrderState, 'orderId' | 'submitted'>;

/** No order token is made of such a text: behind the order id it goes on with digits. */
const textOf = (orderId: string, shareId: string): string => `${orderId}.share.${shareId}`;

/**
 * What a link to an order carries behind its `#`: `<link>.` and the MAC over order id and link, under the key that the order's own tokens are
 * made with. It is stored nowhere, not even as a digest: it is made again whenever it is asked for. Throws KeyMissing.
 */
export function shareTokenOf(keyring: Keyring, { orderId, submitted }: Shared, shareId: string): string {
  return `${shareId}.${keyring.tokenMac(textOf(orderId, shareId), submitted?.accessToken.keyVersion).mac}`;
}

/** Of which link the token is; null when it is of none of this order. Takes equally long for every token of the right shape. Throws KeyMissing. */
export function shareIdOfToken(keyring: Keyring, order: Shared, token: string): string | null {
  const shareId = token.length > TOKEN_CHARACTERS_MAX ? undefined : TOKEN.exec(token)?.[1];
  const [expected, given] = [Buffer.from(shareTokenOf(keyring, order, shareId ?? ''), 'utf8'), Buffer.from(token, 'utf8')];
  const same = expected.length === given.length && timingSafeEqual(expected, given);
  return same && shareId !== undefined && order.submitted !== undefined ? shareId : null;
}
