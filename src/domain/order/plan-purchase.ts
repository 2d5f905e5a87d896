import { purchaseRequestId } from '../kernel/ids';
import { isHopeless } from '../routing/health';
import { BUILT_IN } from '../routing/policy';
import { timeoutFor } from '../routing/timeouts';
import { noRecord } from '../routing/track-record';
import type { ChannelSource } from './events';
import { failedInRound, unwantedSince } from './goods';
import { moved } from './plan-retry';
import { candidateAt, chooseChannel, MOMENTARY, passedOver, whyNoGoods } from './plan-source';
import { decideStep, grantFrom, isDue, type Pass, type Step } from './plan-steps';
import type { Purchase } from './purchase';
import type { PolicyUsed } from './purchase-events';
import { purchaseRetry, RETRY_BUDGET } from './retries';
import { cardsMissing, unitsOwed } from './state';
import { issueTimeoutBounds } from './timing';

/** Cards that are brought to their own streams in one go; then their order hears of it. */
const STOCKED_AT_ONCE_MAX = 50;

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

/** Some channel of the terms could sell it, as far as anybody knows. One that has just fallen ill may well be up again when the buyer has paid. */
export const canBuy = (pass: Pass): boolean =>
  channelSources(pass).some((source) => {
    const channel = pass.world.channel(source.channelId);
    if (channel === undefined || whyNoGoods(pass, source, channel, pass.state.submitted.quantity) !== null) return false;
    return !isHopeless(channel.health, pass.now, pass.world.healthPolicy);
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

/** No new purchase is made in this round: so many came to nothing. */
export const attemptsSpent = ({ state, world }: Pass): boolean =>
  failedInRound(state).filter(({ neverSent }) => neverSent === undefined).length >= world.timing.attemptsMax;

/** What is stored of the policy a purchase followed: nothing while there is only the one that is built in. */
function policyUsed({ world }: Pass): PolicyUsed | undefined {
  const { policy, trial } = world.policy ?? {};
  if (policy === undefined || (policy.version === BUILT_IN.version && trial === undefined)) return undefined;
  return { version: policy.version, ...(trial === undefined ? {} : { trial }) };
}

/** Row 10 for channels that stand side by side in the terms: what is missing is bought at the best of them, at most at the price of the terms. */
export function buy(pass: Pass, sources: readonly ChannelSource[]): Step | null {
  const { state, world, now } = pass;
  if (attemptsSpent(pass)) return null;
  const attempt = state.purchases.length + 1;
  const { choice, looks } = chooseChannel(pass, sources);
  const [best] = choice;
  if (best === undefined) {
    const held = looks.find(({ look }) => look.kind === 'NOT' && look.why === RETRY_BUDGET);
    return held === undefined ? null : moved(pass, purchaseRetry(state, held.source.channelId));
  }
  const { channelId, product } = best;
  const { callbackUrl, record = noRecord } = world.channel(channelId) ?? {};
  const requestId = purchaseRequestId(state.orderId, attempt);
  const policy = policyUsed(pass);
  const others = passedOver(pass, looks);
  const timeout = timeoutFor(record, issueTimeoutBounds(world.timing), world.timing.timeoutRule, requestId);
  return decideStep(
    {
      type: 'RequestPurchase',
      channelId,
      product,
      ...(callbackUrl === undefined ? {} : { callbackUrl }),
      ...(choice.length < 2 ? {} : { choice }),
      ...(others.length === 0 ? {} : { passedOver: others }),
      ...(policy === undefined ? {} : { policy }),
      ...grantFrom(pass, timeout.ms),
    },
    { kind: 'request-purchase', requestId, first: true, nextCheckAt: now + world.timing.purchaseAskMs },
  );
}

/**
 * No channel is left, and it is the price that rules one out: that the order waits for it is a fact, said once until something is bought.
 * It is looked at again whenever there is news of the channel.
 */
export function holdForMargin(pass: Pass): Step | null {
  const { state } = pass;
  if (state.submitted.terms.minMargin === undefined || state.margin !== undefined || attemptsSpent(pass)) return null;
  // They were looked at a moment ago: what they wait for is noted.
  const { looks } = chooseChannel({ ...pass, wakes: [], waitsFor: [] }, channelSources(pass));
  const channels = passedOver(pass, looks);
  const isLost = channels.some(({ why }) => why === 'MARGIN_TOO_LOW') && !channels.some(({ why }) => MOMENTARY.has(why));
  return isLost ? decideStep({ type: 'HoldPurchase', channels }) : null;
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
