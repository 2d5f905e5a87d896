import { SHED_RETRY_MS } from '../../application/shedding/shedding';
import { orderNumberFor } from '../../domain/kernel/ids';
import type { Sheddable } from '../../domain/shedding/events';
import type { ApiOptions } from '../api-options';
import { ApiError } from '../errors/api-error';
import type { ApiContext } from '../request/api-context';

const WORDS = {
  'zh-CN': { busy: '系统繁忙，此功能暂停。请稍后再试。', order: '订单号 {number}，可在 {lookAt} 查看。' },
  en: { busy: 'The system is busy and does without this for now. Try again later.', order: 'The order number is {number}; look at {lookAt}.' },
} as const;

/** Turns away what the shop does without for now, with the number of the order it is about: the order itself can still be read. */
export function refuseIfShed(
  { turnsAway }: Pick<ApiOptions, 'turnsAway'>,
  what: Exclude<Sheddable, 'NEW_ORDERS'>,
  { caller }: Pick<ApiContext, 'caller'>,
  orderId?: string,
): void {
  if (!turnsAway(what)) return;
  const { busy, order } = WORDS[caller.locale];
  const more = { retryAfterMs: SHED_RETRY_MS, reason: 'SYSTEM_BUSY' } as const;
  if (orderId === undefined || !ORDER_ID.test(orderId)) throw new ApiError('SERVICE_UNAVAILABLE', busy, more);
  const orderNumber = orderNumberFor(orderId);
  const lookAt = `/buy/${encodeURIComponent(orderNumber)}`;
  const where = order.replace('{number}', orderNumber).replace('{lookAt}', lookAt);
  throw new ApiError('SERVICE_UNAVAILABLE', `${busy} ${where}`, { ...more, orderNumber, lookAt });
}

const ORDER_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
