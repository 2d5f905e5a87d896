import { randomUUID } from 'node:crypto';
import { requireYes, Refused, WrongUse } from '../exit';
import { answer, table } from '../output';
import { localeOf } from '../locale';
import type { CliCode, Facts } from '../refusals';
import { ShopApi } from '../shop-api';

const ORDER = 'order { id number status phase nextStep inReview refunded { amountMinor currency } } replayed userErrors { code message }';

interface Changed {
  readonly order: { readonly id: string; readonly number: string; readonly status: string; readonly phase: string } | null;
  readonly replayed: boolean;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

export interface ChangeOptions {
  readonly yes?: true;
  readonly reason?: string;
  readonly key?: string;
  readonly locale?: string;
  readonly json?: true;
}

/** Who changes something says that they mean it, and why. */
export function sure({ yes, reason }: ChangeOptions, what: CliCode, facts?: Facts): string {
  requireYes(yes, what, facts);
  if (reason === undefined || reason.trim() === '') throw new WrongUse('REASON_MISSING');
  return reason;
}

/** The id, also of what people call by number or reference. Throws Refused when there is no such order. */
export async function orderIdOf(api: ShopApi, asked: string): Promise<string> {
  const { searchOrders } = await api.ask<{ readonly searchOrders: { readonly nodes: readonly { readonly id: string }[] } }>(
    'query ($text: String!) { searchOrders(text: $text, first: 2) { nodes { id } } }',
    { text: asked },
  );
  const [found, another] = searchOrders.nodes;
  if (found === undefined) throw new Refused('ORDER_NOT_FOUND');
  if (another !== undefined) throw new Refused('ORDER_AMBIGUOUS');
  return found.id;
}

async function change(name: string, asked: string, options: ChangeOptions, more: object): Promise<void> {
  const reason = sure(options, 'CHANGES_ORDER', { change: name });
  const api = ShopApi.fromEnvironment(localeOf(options.locale));
  const orderId = await orderIdOf(api, asked);
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const input = { idempotencyKey: options.key ?? randomUUID(), orderId, reason, ...more };
  const { order, replayed } = await api.change<Changed>(`mutation ($input: ${type}!) { result: ${name}(input: $input) { ${ORDER} } }`, input);
  await answer(options.json, { order, replayed }, () =>
    order === null ? 'done' : `${order.number}  ${order.status} (${order.phase})${replayed ? ', as before' : ''}`,
  );
}

export const retryOrder = (order: string, options: ChangeOptions): Promise<void> => change('retryOrder', order, options, {});

export interface RefundOptions extends ChangeOptions {
  /** Minor units. */
  readonly amount?: number;
  readonly payment?: string;
  readonly card?: readonly string[];
}

export const refundOrder = (order: string, options: RefundOptions): Promise<void> =>
  change('refundOrder', order, options, {
    ...(options.amount === undefined ? {} : { amountMinor: options.amount }),
    ...(options.payment === undefined ? {} : { reference: options.payment }),
    ...(options.card === undefined ? {} : { cardIds: options.card }),
  });

export interface ResolveOptions extends ChangeOptions {
  readonly choice?: string;
  readonly evidence?: string;
  readonly amount?: number;
  readonly transaction?: string;
}

export const resolveReview = (order: string, subject: string, options: ResolveOptions): Promise<void> =>
  change('resolveReview', order, options, {
    subject,
    ...(options.choice === undefined ? {} : { choice: options.choice }),
    ...(options.evidence === undefined ? {} : { evidence: options.evidence }),
    ...(options.amount === undefined ? {} : { amountMinor: options.amount }),
    ...(options.transaction === undefined ? {} : { transactionId: options.transaction }),
  });

interface ListedReview {
  readonly order: { readonly id: string; readonly number: string; readonly status: string };
  readonly review: {
    readonly subject: string;
    readonly kind: string;
    readonly cause: string;
    readonly openedAt: string;
    readonly dueAt: string;
    readonly overdue: boolean;
    readonly ageMs: string;
    readonly choices: readonly string[];
  };
}

const REVIEWS = `query ($filter: ReviewFilter, $first: Int!) { reviews(filter: $filter, first: $first) { nodes {
  order { id number status } review { subject kind cause openedAt dueAt overdue ageMs choices } } } }`;

export interface ListReviewsOptions {
  readonly kind?: readonly string[];
  readonly overdue?: true;
  readonly limit: number;
  readonly locale?: string;
  readonly json?: true;
}

/** What waits for a person, the most overdue first. */
export async function listReviews({ kind, overdue, limit, locale, json }: ListReviewsOptions): Promise<void> {
  const filter = { ...(kind === undefined ? {} : { kinds: kind }), ...(overdue === undefined ? {} : { overdue }) };
  const { reviews } = await ShopApi.fromEnvironment(localeOf(locale)).ask<{
    readonly reviews: { readonly nodes: readonly ListedReview[] };
  }>(REVIEWS, { filter, first: limit });
  await answer(json, reviews.nodes, () =>
    table(
      ['NUMBER', 'STATUS', 'SUBJECT', 'CAUSE', 'AGE', 'DUE', 'CHOICES'],
      reviews.nodes.map(({ order, review }) => [
        order.number,
        order.status,
        review.subject,
        review.cause,
        `${Math.floor(Number(review.ageMs) / 60_000)} min`,
        review.overdue ? `OVERDUE ${review.dueAt}` : review.dueAt,
        review.choices.join(' '),
      ]),
    ),
  );
}
