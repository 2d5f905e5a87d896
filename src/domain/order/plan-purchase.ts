import { purchaseRequestId } from '../kernel/ids';
import { SECOND_MS, type Instant } from '../kernel/time';
import { ranked, type Candidate } from '../routing/choice';
import { isHopeless } from '../routing/health';
import { timeoutFor } from '../routing/timeouts';
import { noRecord } from '../routing/track-record';
import type { ChannelSource } from './events';
import { failedInRound, unwantedSince } from './goods';
import { decideStep, grantFrom, isDue, opennessOf, type ChannelView, type Pass, type Step } from './plan-steps';
import type { Purchase } from './purchase';
import { cardsMissing, unitsOwed } from './state';
import { issueTimeoutBounds, retryDelayMs } from './timing';

/** Cards that are brought to their own streams in one go; then their order hears of it. */
const STOCKED_AT_ONCE_MAX = 50;
/** Before a channel that is busy with us is looked at again, should nobody ring. */
const BUSY_MS = SECOND_MS;

const channelSources = ({ state }: Pass): readonly ChannelSource[] =>
  state.submitted.terms.sources.filter((source): source is ChannelSource => source.kind === 'CHANNEL');

/** Row 4: what was answered goes to its own streams first of all; what nobody wants any more goes to the pool. */
export function stockGoods({ state }: Pass): Step | null {
  const [next] = state.arriving;
  if (next === undefined) return null;
  const wanted = unwantedSince(state) === undefined ? unitsOwed(state) : 0;
  const { reservation } = next;
  const cards = state.arriving
    .filter((card) => card.reservation === reservation)
    .slice(0, STOCKED_AT_ONCE_MAX)
    .map(({ cardId }, index) => ({ cardId, claim: index < wanted }));
  return { kind: 'ask', call: { kind: 'stock-cards', reservation, cards } };
}

/** Whether the terms, its settings and its stock let this order buy there. */
function offersGoods({ state, world }: Pass, { channelId, product, maxUnitCost }: ChannelSource, quantity: number): ChannelView | null {
  const channel = world.channel(channelId);
  if (channel === undefined || channel.paused) return null;
  if (channel.drainingSince !== undefined && state.submittedAt > channel.drainingSince) return null;
  const offer = world.offer(channelId, product);
  if (offer.kind === 'AWAY') return null;
  if (offer.kind === 'UNKNOWN') return channel;
  const enough = offer.available >= (channel.flags.partialFill ? 1 : quantity);
  const tooDear = offer.unitCost.currency !== maxUnitCost.currency || offer.unitCost.amountMinor > maxUnitCost.amountMinor;
  return enough && !tooDear ? channel : null;
}

/** Some channel of the terms could sell it, as far as anybody knows. One that has just fallen ill may well be up again when the buyer has paid. */
export const canBuy = (pass: Pass): boolean =>
  channelSources(pass).some((source) => {
    const channel = offersGoods(pass, source, pass.state.submitted.quantity);
    return channel !== null && !isHopeless(channel.health, pass.now, pass.world.healthPolicy);
  });

/**
 * A channel that does not answer is not sold out: a moment later it may be there again, and a buyer who was told "sold out" is gone.
 * So an order that nobody has paid waits for its word as long as a retry may wait, and no longer.
 */
export function waitsForSilentChannel(pass: Pass): boolean {
  const { state, world } = pass;
  const silent = channelSources(pass).filter(({ channelId, product }) => {
    const channel = world.channel(channelId);
    return channel !== undefined && !channel.paused && channel.drainingSince === undefined && world.offer(channelId, product).kind === 'AWAY';
  });
  if (silent.length === 0 || isDue(pass, state.submittedAt + world.timing.retryCapMs)) return false;
  for (const { channelId } of silent) pass.waitsFor.push(`channel:${channelId}`);
  return true;
}

/** When this order may try the channel again after it came to nothing there; undefined when it never did. */
function tryAgainAt({ state, world }: Pass, channelId: string): Instant | undefined {
  const failed = failedInRound(state).filter((purchase) => purchase.channelId === channelId);
  const last = failed.at(-1);
  if (last === undefined) return undefined;
  return last.retryAt ?? last.requestedAt + world.timing.issueTimeoutMs + retryDelayMs(world.timing, state.orderId, 'purchase', failed.length);
}

/** Given up without any word of the channel, it gets no second chance in this round. "Never heard of it", late enough, is such a word. */
const gaveItUp = ({ state }: Pass, channelId: string): boolean =>
  state.purchases.some(
    (p) => p.channelId === channelId && p.round === state.sourceRound && p.status === 'WRITTEN_OFF' && p.writtenOffFor !== 'NEVER_SEEN',
  );

/** A dead channel must not take up every engine: beyond its limits nothing is sent to it for a moment. */
export function comesBackIfBusy(pass: Pass, { busy }: ChannelView): boolean {
  if (busy) pass.wakes.push(pass.now + BUSY_MS);
  return busy;
}

/** Buying there is worth a try at this moment. If not, the order is woken by news of the channel, or when it is time. */
function candidateAt(pass: Pass, source: ChannelSource): Candidate | null {
  const { channelId, product, maxUnitCost } = source;
  pass.waitsFor.push(`channel:${channelId}`);
  const channel = gaveItUp(pass, channelId) ? null : offersGoods(pass, source, cardsMissing(pass.state));
  if (channel === null) return null;
  const again = tryAgainAt(pass, channelId);
  if (again !== undefined && !isDue(pass, again)) return null;
  const openness = opennessOf(pass, `channel:${channelId}`, channel.health);
  if (openness.kind === 'CLOSED' || comesBackIfBusy(pass, channel)) return null;
  const { priority, weight, record } = channel;
  const offer = pass.world.offer(channelId, product);
  return { channelId, product, priority, weight, openness, record, maxUnitCost, ...(offer.kind === 'SOME' ? { unitCost: offer.unitCost } : {}) };
}

/** No new purchase is made in this round: so many came to nothing. */
export const attemptsSpent = ({ state, world }: Pass): boolean =>
  failedInRound(state).filter(({ neverSent }) => neverSent === undefined).length >= world.timing.attemptsMax;

/** Row 10 for channels that stand side by side in the terms: what is missing is bought at the best of them, at most at the price of the terms. */
export function buy(pass: Pass, sources: readonly ChannelSource[]): Step | null {
  const { state, world, now } = pass;
  if (attemptsSpent(pass)) return null;
  const attempt = state.purchases.length + 1;
  const candidates = sources.map((source) => candidateAt(pass, source)).filter((candidate) => candidate !== null);
  const choice = ranked(candidates, state.orderId, attempt);
  const [best] = choice;
  if (best === undefined) return null;
  const { channelId, product } = best;
  const { callbackUrl, record = noRecord } = world.channel(channelId) ?? {};
  const requestId = purchaseRequestId(state.orderId, attempt);
  const timeout = timeoutFor(record, issueTimeoutBounds(world.timing), world.timing.timeoutRule, requestId);
  return decideStep(
    {
      type: 'RequestPurchase',
      channelId,
      product,
      ...(callbackUrl === undefined ? {} : { callbackUrl }),
      ...(choice.length < 2 ? {} : { choice }),
      ...grantFrom(pass, timeout.ms),
    },
    { kind: 'request-purchase', requestId, first: true, nextCheckAt: now + world.timing.purchaseAskMs },
  );
}

/** Something else could fill the order at this moment. Only then is it worth to give a purchase up. */
export function hasAnotherSource(pass: Pass, purchase: Purchase): boolean {
  const { state, world } = pass;
  const { skuId, terms } = state.submitted;
  const missing = cardsMissing(state);
  return terms.sources.some((source) => {
    if (source.kind === 'CHANNEL') return source.channelId !== purchase.channelId && !attemptsSpent(pass) && candidateAt(pass, source) !== null;
    pass.waitsFor.push(`stock:${skuId}`);
    const candidates = world.candidates(skuId, missing);
    return candidates.kind === 'SOME' && candidates.cardIds.length >= missing;
  });
}
