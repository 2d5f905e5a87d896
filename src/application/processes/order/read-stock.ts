import { NEVER } from '../../../domain/card/state';
import type { CardRow } from '../../../projections/cards';
import type { SkuStockRow } from '../../../projections/sku-stock';
import { type ReadModels, ReadModelsUnavailable } from '../../ports/read-models';
import type { LogStock } from './log-stock';
import type { Instant } from '../../../domain/kernel/time';
import type { CardPage, ReadAvailable } from './pool';
import type { ReadStock } from './stock-hint';

/** Read models that are away keep nobody from selling: what they would say stands in the log. */
async function orFromLog<T>(ask: () => Promise<T>, fromLog: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ReadModelsUnavailable)) throw error;
    return fromLog();
  }
}

/**
 * Candidate cards from the `cards` model: those that expire soonest, and a page of those that never do. The checkpoint is read
 * first, so the pages are at least as new as it says.
 */
export function readAvailableFrom(readModels: ReadModels, log: LogStock): ReadAvailable {
  const ask = async (skuId: string, afterCardId: string | null, now: Instant, limit: number): Promise<CardPage> => {
    const upTo = await readModels.checkpoint('cards');
    const forSale = { skuId: { eq: skuId }, status: { eq: 'AVAILABLE' } };
    const expiring = await readModels.find<CardRow>('cards', {
      filter: { ...forSale, expiresAt: { gt: now, lt: NEVER } },
      sort: { field: 'expiresAt', direction: 'asc' },
      limit,
    });
    const lasting = await readModels.find<CardRow>('cards', {
      filter: { ...forSale, expiresAt: { eq: NEVER } },
      ...(afterCardId === null ? {} : { after: { value: null, key: afterCardId } }),
      limit,
    });
    return {
      expiring: expiring.map(({ key, value }) => ({ cardId: key, expiresAt: value.expiresAt })),
      lasting: lasting.map(({ key }) => key),
      upTo,
    };
  };
  return (skuId, afterCardId, now, limit, signal) =>
    orFromLog(
      () => ask(skuId, afterCardId, now, limit),
      () => log.available(skuId, afterCardId, now, limit, signal),
    );
}

/** The numbers of one SKU; the row may be newer than the checkpoint that was read before it. */
export function readStockFrom(readModels: ReadModels, log: LogStock): ReadStock {
  const ask = async (skuId: string): ReturnType<ReadStock> => {
    const checkpoint = await readModels.checkpoint('sku-stock');
    const row = await readModels.get<SkuStockRow>('sku-stock', skuId);
    const upTo = row !== null && (checkpoint === null || row.position > checkpoint) ? row.position : checkpoint;
    return { row: row?.value ?? null, upTo };
  };
  return (skuId, signal) =>
    orFromLog(
      () => ask(skuId),
      () => log.stock(skuId, signal),
    );
}
