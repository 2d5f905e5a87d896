import type { Locale } from '../../application/caller';
import type { OrderFilter } from '../../application/queries/order-list';
import type { OrderView } from '../../application/queries/order-view';
import type { TimelineEntry, TimelineReader } from '../../application/queries/timeline';
import type { Config } from '../../config';
import { parseOrderNumber } from '../../domain/kernel/ids';
import type { Parts } from '../../parts';
import type { OrderRow } from '../../projections/orders';
import { Refused } from '../exit';
import { answer, moneyText, table } from '../output';
import { localeOf } from '../locale';
import { configOf, operator, withParts } from '../session';
import { timelineText } from '../timeline-text';
import { catchUp } from './catch-up';

export interface ListOptions {
  readonly status?: readonly string[];
  readonly phase?: readonly string[];
  readonly sku?: readonly string[];
  readonly inReview?: true;
  readonly inDoubt?: true;
  readonly limit: number;
  readonly json?: true;
}

/** The newest orders that fit. */
export async function listOrders({ status, phase, sku, inReview, inDoubt, limit, json }: ListOptions): Promise<void> {
  const { filterFor, viewOfRow } = await import('../../application/queries/order-list');
  const wish = { status, phase, skuIds: sku, inReview, inDoubt };
  const filter = Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined)) as OrderFilter;
  const orders = await withParts(configOf(), async (parts, signal) => {
    await catchUp(parts, ['orders'], signal);
    const sort = { field: 'submittedAt', direction: 'desc' } as const;
    const rows = await parts.readModels.find<OrderRow>('orders', { filter: filterFor(operator(parts), filter), sort, limit });
    return rows.map(viewOfRow);
  });
  await answer(json, orders, () =>
    table(
      ['NUMBER', 'STATUS', 'PHASE', '', 'SKU', 'AMOUNT', 'SUBMITTED', 'ID'],
      orders.map((order) => [
        order.number,
        order.status,
        order.phase,
        flagsOf(order),
        `${order.quantity} x ${order.skuId}`,
        moneyText(order.amount),
        order.submittedAt,
        order.id,
      ]),
    ),
  );
}

const flagsOf = ({ inReview, frozen }: OrderView): string => (frozen ? 'FROZEN' : inReview ? 'REVIEW' : '');

export interface ShownOrder {
  readonly order: OrderView;
  readonly timeline: readonly TimelineEntry[];
}

/** One order with its whole history. */
export async function showOrder(asked: string, { locale, json }: { readonly locale?: string; readonly json?: true }): Promise<void> {
  const spoken = localeOf(locale);
  const shown = await readShownOrder(configOf(), asked, { locale: spoken, inside: true });
  const next = await nextText(shown.order, spoken);
  await answer(json, { ...shown, next }, () => `${summaryText(shown.order, next)}\n\n${timelineText(shown.timeline)}`);
}

/** One order with its whole history, by id or number. Throws Refused when there is none. */
export function readShownOrder(config: Config, asked: string, reader: TimelineReader): Promise<ShownOrder> {
  return withParts(config, async (parts, signal) => {
    const id = await orderIdOf(parts, asked, signal);
    const found = id === null ? null : await readShown(parts, id, reader);
    if (found === null) throw new Refused('ORDER_NOT_FOUND');
    return found;
  });
}

/** A number is not the whole id, so it needs the read model. */
async function orderIdOf(parts: Parts, asked: string, signal: AbortSignal): Promise<string | null> {
  const orderNumber = parseOrderNumber(asked);
  if (orderNumber === null) return asked.toLowerCase();
  await catchUp(parts, ['orders'], signal);
  const { findByNumber } = await import('../../application/queries/get-order-by-number');
  return findByNumber(parts.readModels, orderNumber);
}

/** The history of one order, in the words of its terminal. */
export async function readTimeline(config: Config, id: string, locale: Locale = localeOf(undefined)): Promise<readonly TimelineEntry[]> {
  return (await withParts(config, (parts) => readShown(parts, id, { locale, inside: true })))?.timeline ?? [];
}

async function readShown({ commands, store, codec }: Parts, id: string, reader: TimelineReader): Promise<ShownOrder | null> {
  const [{ aggregates }, { isSubmitted }, { readStream }, { orderTimeline }, { orderView }] = await Promise.all([
    import('../../application/aggregates'),
    import('../../domain/order/state'),
    import('../../application/queries/get-order-history'),
    import('../../application/queries/timeline'),
    import('../../application/queries/order-view'),
  ]);
  const { state, revision } = await commands.load(aggregates.order, id, true);
  if (!isSubmitted(state)) return null;
  const timeline = orderTimeline(await readStream(store, codec, `order-${id}`), reader);
  return { order: orderView(state, revision), timeline };
}

async function nextText(order: OrderView, locale: Locale): Promise<string> {
  const [{ holdWords, nextStepWords }, { spoken }] = await Promise.all([
    import('../../application/queries/next-step-words'),
    import('../../application/queries/timeline'),
  ]);
  const held = holdWords(order);
  return [nextStepWords(order), ...(held === null ? [] : [held])].map((said) => spoken(said, { locale })).join(' ');
}

function summaryText(order: OrderView, next: string): string {
  const { number, id, status, phase, skuId, quantity, amount, paid, refunded } = order;
  const flags = flagsOf(order);
  return [
    `${number}  ${status} (${phase})${flags === '' ? '' : ` ${flags}`}`,
    `id ${id}`,
    `${quantity} x ${skuId}, ${moneyText(amount)}; paid ${moneyText(paid)}, refunded ${moneyText(refunded)}`,
    `next: ${next}`,
  ].join('\n');
}
