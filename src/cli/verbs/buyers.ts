import { answer } from '../output';
import { localeOf } from '../locale';
import { ShopApi } from '../shop-api';
import { type ChangeOptions, sure } from './desk';

interface Erasure {
  readonly subject: string;
  readonly status: string;
  readonly orderedAt: string;
  readonly erasedAt: string | null;
}

interface Answered {
  readonly erasure: Erasure | null;
  readonly replayed: boolean;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

const ERASURE = 'subject status orderedAt erasedAt';
const textOf = (erasure: Erasure | null): string =>
  erasure === null ? 'nobody ordered it' : `${erasure.subject}: ${erasure.status}, ordered ${erasure.orderedAt}`;

/** Orders the erasure of a buyer. The first call leaves a request for another person; the same call, with the same --idempotency, goes through then. */
export async function erase(buyerRef: string, options: ChangeOptions & { readonly client: string }): Promise<void> {
  const reason = sure(options, 'BUYER_ERASED_FOR_GOOD');
  const { erasure } = await ShopApi.fromEnvironment(localeOf(options.locale)).change<Answered>(
    `mutation ($input: EraseBuyerInput!) { result: eraseBuyer(input: $input) { erasure { ${ERASURE} } replayed userErrors { code message } } }`,
    { idempotencyKey: options.key ?? `erase-${options.client}-${buyerRef}`, reason, clientId: options.client, buyerRef },
  );
  await answer(options.json, erasure, () => textOf(erasure));
}

/** How far it is. */
export async function erasure(buyerRef: string, options: { readonly client: string; readonly locale?: string; readonly json?: true }): Promise<void> {
  const { buyerErasure } = await ShopApi.fromEnvironment(localeOf(options.locale)).ask<{ readonly buyerErasure: Erasure | null }>(
    `query ($clientId: ID!, $buyerRef: ID!) { buyerErasure(clientId: $clientId, buyerRef: $buyerRef) { ${ERASURE} } }`,
    { clientId: options.client, buyerRef },
  );
  await answer(options.json, buyerErasure, () => textOf(buyerErasure));
}
