import { expireCards, runCardExpiry } from '../../src/application/run-card-expiry';
import { HOUR_MS, toIso } from '../../src/domain/kernel/time';
import type { SkuStockRow } from '../../src/projections/sku-stock';
import { openEngineShop, type EngineShop } from './engine-shop';

let shop: EngineShop;
beforeEach(async () => {
  shop = await openEngineShop();
});
afterEach(() => shop.close());

const inMs = (ms: number): string => toIso(shop.commands.clock.now() + ms);
const holders = async (...cardIds: readonly string[]): Promise<readonly string[]> =>
  Promise.all(cardIds.map(async (id) => (await shop.store.read(`card-${id}`)).map(({ type }) => type).join(' ')));
async function caughtUp(): Promise<void> {
  const head = (await shop.store.head()) ?? '';
  for (const model of ['cards', 'sku-stock']) while (((await shop.readModels.checkpoint(model)) ?? '') < head) await shop.runtime.sleep(5);
}

describe('cards that expire', () => {
  it('are sold soonest first, before those that last; one whose time is over is never proposed', async () => {
    const [over = ''] = await shop.stock('game', 1, inMs(-1));
    const [lasting = ''] = await shop.stock('game', 1);
    const [later = ''] = await shop.stock('game', 1, inMs(2 * HOUR_MS));
    const [soon = ''] = await shop.stock('game', 1, inMs(HOUR_MS));
    await caughtUp();
    shop.startEngine();
    for (const next of [soon, later, lasting]) {
      await shop.until(await shop.submit('game'), 'DELIVERED');
      expect(await holders(next)).toEqual(['CardStocked CardClaimed']);
    }
    expect(await holders(over)).toEqual(['CardStocked']);
    expect((await shop.verify()).violations).toEqual([]);
  });

  it('are written down as expired once, counted as such, and the next buyer is told that the shop is out of stock', async () => {
    const [over = ''] = await shop.stock('game', 1, inMs(-1));
    await caughtUp();
    const failures: unknown[] = [];
    const kit = { ...shop, onFailed: (error: unknown) => void failures.push(error) };
    expect(await expireCards(kit)).toBe(1);
    expect(await expireCards(kit)).toBe(0);
    await caughtUp();
    expect(await expireCards(kit)).toBe(0);
    expect(await holders(over)).toEqual(['CardStocked CardExpired']);
    expect((await shop.readModels.get<SkuStockRow>('sku-stock', 'game'))?.value).toMatchObject({ available: 0, expired: 1 });
    shop.startEngine();
    await shop.until(await shop.submit('game'), 'CANCELLED');
    expect(failures).toEqual([]);
  });

  it('are looked for again and again until the shop stops, also while a model cannot be read', async () => {
    const stopping = new AbortController();
    let looks = 0;
    const readModels = {
      find: async () => {
        if (++looks === 2) stopping.abort();
        throw new Error('away');
      },
    };
    const failures: unknown[] = [];
    const runtime = { ...shop.runtime, sleep: async () => undefined, random: () => 0, newId: () => 'sweep', monotonicMs: () => 0, now: () => 0 };
    await runCardExpiry(
      { commands: shop.commands, readModels, runtime: runtime as never, onFailed: (error) => void failures.push(error) },
      stopping.signal,
    );
    expect({ looks, failures: failures.length }).toEqual({ looks: 2, failures: 2 });
  });
});
