import { Background } from '../../src/application/background';
import { type CardPage, CardPool } from '../../src/application/processes/order/pool';

const turn = (): Promise<void> => new Promise(setImmediate);

/** A pool whose model tells these pages one after the other, then the last again; what it waited in between, and when it told of cards. */
function poolOver(pages: readonly CardPage[]) {
  const waits: number[] = [];
  const filled: number[] = [];
  let reads = 0;
  const background = new Background();
  const pool = new CardPool(
    async () => pages[Math.min(reads++, pages.length - 1)] ?? { expiring: [], lasting: [], upTo: null },
    { sleep: async (ms) => void waits.push(ms) },
    background,
    (_skuId, cards) => filled.push(cards),
    () => undefined,
    () => null,
    () => 0,
  );
  pool.begin('5');
  const settled = async (): Promise<void> => {
    while (background.size > 0) await turn();
  };
  return { pool, waits, filled, settled };
}

const behind: CardPage = { expiring: [], lasting: [], upTo: '3' };

describe('a pool whose read model is behind', () => {
  it('tells nobody until there is something to propose, and asks more and more rarely', async () => {
    const { pool, waits, filled, settled } = poolOver([...Array.from({ length: 7 }, () => behind), { ...behind, lasting: ['a'] }]);
    expect(pool.candidates('sku', 1)).toEqual({ kind: 'LOADING' });
    expect(pool.candidates('sku', 1)).toEqual({ kind: 'LOADING' });
    await settled();
    expect(waits).toEqual([50, 100, 200, 400, 800, 1_000, 1_000]);
    expect(filled).toEqual([1]);
    expect(pool.candidates('sku', 1)).toEqual({ kind: 'SOME', cardIds: ['a'] });
  });

  it('knows that there is nothing when it has caught up', async () => {
    const { pool, filled, settled } = poolOver([behind, { ...behind, upTo: '5' }]);
    expect(pool.candidates('sku', 1)).toEqual({ kind: 'LOADING' });
    await settled();
    expect(filled).toEqual([0]);
    expect(pool.candidates('sku', 1)).toEqual({ kind: 'NONE' });
  });
});
