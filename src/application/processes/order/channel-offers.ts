import type { Background } from '../../background';
import type { Money } from '../../../domain/kernel/money';
import type { Channels } from '../../ports/channel';
import type { Runtime } from '../../ports/runtime';

/** What a channel last said of one product. AWAY: it did not answer the last times it was asked. UNKNOWN: never asked, or it does not tell. */
export type ChannelOffer =
  { readonly kind: 'SOME'; readonly available: number; readonly unitCost: Money } | { readonly kind: 'UNKNOWN' } | { readonly kind: 'AWAY' };

export interface ChannelOffersKit {
  readonly channels: Channels;
  readonly runtime: Runtime;
  /** Something else is on offer there than before: orders that wait for this channel should look again. Must not throw. */
  readonly onNews: (channelId: string) => void;
  /** Where channels are asked; the owner ends it. */
  readonly background: Background;
  /** An offer that is looked at is asked for again after this. Milliseconds. */
  readonly askAgainMs: number;
}

const ASK_TIMEOUT_MS = 3_000;
/** What is there and nobody looks at is asked for more and more seldom; what is not there is waited for. */
const ASK_AGAIN_MAX_MS = 60_000;
/** One answer that got lost says little; from so many in a row on the channel counts as away. */
const SILENCES_MAX = 2;
/** Products watched at once; what is beyond stays UNKNOWN, which forbids nothing. */
const WATCHED_MAX = 1_000;

interface Watched {
  readonly channelId: string;
  readonly product: string;
  offer: ChannelOffer;
  silences: number;
  lookedAt: boolean;
  askNow: () => void;
}

/**
 * Stock and prices at channels, as far as this engine knows: asked for when the plan first needs them, and watched from then on, so that
 * orders which wait for a channel are taken up when it has goods again. In memory and a hint only: the channel decides at the purchase.
 */
export class ChannelOffers {
  private readonly watched = new Map<string, Watched>();

  constructor(private readonly kit: ChannelOffersKit) {}

  offer(channelId: string, product: string): ChannelOffer {
    const key = `${channelId}\u001f${product}`;
    const there = this.watched.get(key);
    if (there !== undefined) {
      there.lookedAt = true;
      return there.offer;
    }
    if (this.watched.size >= WATCHED_MAX) return { kind: 'UNKNOWN' };
    const made: Watched = { channelId, product, offer: { kind: 'UNKNOWN' }, silences: 0, lookedAt: false, askNow: () => undefined };
    this.watched.set(key, made);
    this.kit.background.run((signal) => this.watch(made, signal));
    return made.offer;
  }

  /** A purchase did not even arrive there: away until it answers a question, which is put at once. */
  unreachable(channelId: string): void {
    for (const one of this.watched.values()) {
      if (one.channelId !== channelId || one.offer.kind === 'AWAY') continue;
      one.offer = { kind: 'AWAY' };
      one.silences = SILENCES_MAX;
      one.lookedAt = true;
      one.askNow();
    }
  }

  /** Never rejects: the ports it waits for do not. */
  private async watch(one: Watched, signal: AbortSignal): Promise<void> {
    const { runtime, askAgainMs } = this.kit;
    for (let pauseMs = askAgainMs; ;) {
      await this.ask(one, signal);
      if (signal.aborted) return;
      pauseMs = one.lookedAt || !hasGoods(one.offer) ? askAgainMs : Math.min(pauseMs * 2, ASK_AGAIN_MAX_MS);
      one.lookedAt = false;
      const pause = new AbortController();
      one.askNow = () => pause.abort();
      // By hand: each `AbortSignal.any` would leave a few bytes with the signal of the process, for as long as that lives.
      signal.addEventListener('abort', one.askNow, { once: true });
      // Many products first needed at one moment are not asked for at one moment for ever.
      await runtime.sleep(pauseMs * (0.75 + runtime.random() / 2), pause.signal);
      signal.removeEventListener('abort', one.askNow);
    }
  }

  private async ask(one: Watched, signal: AbortSignal): Promise<void> {
    const { channels, onNews } = this.kit;
    const answer = await channels.find(one.channelId)?.stock(one.product, { timeoutMs: ASK_TIMEOUT_MS, signal });
    if (answer === undefined || signal.aborted) return;
    one.silences = answer.outcome === 'unknown' || answer.outcome === 'notDone' ? one.silences + 1 : 0;
    const next = offerAfter(one, answer.outcome === 'answered' ? answer.facts : null);
    const isNews = !isSame(one.offer, next);
    one.offer = next;
    if (isNews) onNews(one.channelId);
  }
}

const hasGoods = (offer: ChannelOffer): boolean => offer.kind === 'UNKNOWN' || (offer.kind === 'SOME' && offer.available > 0);

type Facts = { readonly available: number; readonly unitCostMinor: number; readonly currency: string };

function offerAfter({ offer, silences }: Watched, facts: Facts | null): ChannelOffer {
  if (facts !== null) return { kind: 'SOME', available: facts.available, unitCost: { amountMinor: facts.unitCostMinor, currency: facts.currency } };
  if (silences === 0) return { kind: 'UNKNOWN' };
  return silences >= SILENCES_MAX ? { kind: 'AWAY' } : offer;
}

function isSame(a: ChannelOffer, b: ChannelOffer): boolean {
  if (a.kind !== 'SOME' || b.kind !== 'SOME') return a.kind === b.kind;
  return a.available === b.available && a.unitCost.amountMinor === b.unitCost.amountMinor && a.unitCost.currency === b.unitCost.currency;
}
