import { Background } from '../../src/application/background';
import { ChannelOffers } from '../../src/application/processes/order/channel-offers';
import { HttpV1Channel } from '../../src/infrastructure/channels/http-v1';
import { SystemRuntime } from '../../src/infrastructure/runtime/system-runtime';
import { startTestChannel, type TestChannel } from '../support/sandbox-channel';

/** Pauses last until the test ends them, so that it knows when a channel is asked. */
class PausedRuntime extends SystemRuntime {
  readonly pauses: { readonly ms: number; readonly end: () => void }[] = [];

  override random(): number {
    return 0.5;
  }

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.pauses.push({ ms, end: resolve });
      signal?.addEventListener('abort', () => resolve());
    });
  }
}

const ASK_AGAIN_MS = 1_000;
const SILENT = [{ fault: 'error' }] as const;

describe('what a channel has on offer, as far as an engine knows', () => {
  let upstream: TestChannel;
  let channel: HttpV1Channel;
  let runtime: PausedRuntime;
  let background: Background;
  let news: string[];
  let offers: ChannelOffers;

  beforeEach(async () => {
    upstream = await startTestChannel();
    channel = new HttpV1Channel({ ...upstream.settings, adapter: 'http-v1' });
    runtime = new PausedRuntime();
    background = new Background();
    news = [];
    const channels = { find: (id: string) => (id === 'upstream-a' ? channel : undefined) };
    offers = new ChannelOffers({ channels, runtime, onNews: (id) => news.push(id), background, askAgainMs: ASK_AGAIN_MS });
  });
  afterEach(async () => {
    await background.end();
    await channel.release();
    await upstream.close();
  });

  const look = (product = 'STEAM50') => offers.offer('upstream-a', product);

  /** Until every answer is in and the watcher pauses; then how long. */
  async function pausing(): Promise<{ readonly ms: number; readonly end: () => void }> {
    for (;;) {
      const pause = runtime.pauses.shift();
      if (pause !== undefined) return pause;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  const askAgain = async (): Promise<number> => {
    (await pausing()).end();
    const next = await pausing();
    runtime.pauses.unshift(next);
    return next.ms;
  };
  const asked = async (): Promise<void> => void runtime.pauses.unshift(await pausing());

  it('is unknown until the first answer, then what it said; only a change is news', async () => {
    expect(look()).toEqual({ kind: 'UNKNOWN' });
    await asked();
    expect(look()).toEqual({ kind: 'SOME', available: 1_000, unitCost: { amountMinor: 4_500, currency: 'CNY' } });
    await askAgain();
    expect(news).toEqual(['upstream-a']);
    await upstream.setStock('STEAM50', { unitCostMinor: 4_700 });
    await askAgain();
    expect(look()).toMatchObject({ unitCost: { amountMinor: 4_700 } });
    expect(news).toHaveLength(2);
  });

  it('what nobody looks at is asked for more and more seldom, unless nothing is there', async () => {
    look();
    await asked();
    const pauses = [await askAgain(), await askAgain()];
    expect(pauses).toEqual([4 * ASK_AGAIN_MS, 8 * ASK_AGAIN_MS]);
    look();
    expect(await askAgain()).toBe(ASK_AGAIN_MS);
    await upstream.setStock('STEAM50', { available: 0 });
    expect([await askAgain(), await askAgain()]).toEqual([ASK_AGAIN_MS, ASK_AGAIN_MS]);
  });

  it('one answer that got lost says little, two make it away, and one that comes brings it back', async () => {
    look();
    await asked();
    await upstream.faults(SILENT);
    await askAgain();
    expect(look().kind).toBe('SOME');
    await askAgain();
    expect(look().kind).toBe('AWAY');
    await upstream.faults([]);
    await askAgain();
    expect(look().kind).toBe('SOME');
    expect(news).toHaveLength(3);
  });

  it('a purchase that did not arrive makes it away at once, and it is asked at once', async () => {
    look();
    await asked();
    offers.unreachable('upstream-a');
    expect(look().kind).toBe('AWAY');
    runtime.pauses.shift();
    await asked();
    expect(look().kind).toBe('SOME');
  });

  it('what it does not tell stays unknown, which forbids nothing; a channel that is not there too', async () => {
    look('NO-SUCH-PRODUCT');
    await asked();
    expect(look('NO-SUCH-PRODUCT')).toEqual({ kind: 'UNKNOWN' });
    expect(offers.offer('nobody', 'STEAM50')).toEqual({ kind: 'UNKNOWN' });
    expect(news).toEqual([]);
  });
});
