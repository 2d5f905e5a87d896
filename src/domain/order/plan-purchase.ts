import { purchaseRequestId } from '../kernel/ids';
import { SECOND_MS, type Instant } from '../kernel/time';
import type { ChannelSource } from './events';
import { failedInRound, isTopUp, purchaseSubject, unwantedSince } from './goods';
import {
  ask,
  callAPerson,
  deadlinePassed,
  decideStep,
  grantFrom,
  isDue,
  type Call,
  type ChannelView,
  type Pass,
  type PlanRow,
  type Step,
} from './plan-steps';
import { firstOf, mayResolve, notFoundIsFinal, SILENT } from './resolve';
import { isPurchaseOpen, type Purchase } from './purchase';
import type { CancelCause } from './purchase-events';
import { cardsMissing, unitsOwed } from './state';
import { nextStage, retryDelayMs } from './timing';

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

/** Some channel of the terms could sell it, as far as anybody knows. */
export const canBuy = (pass: Pass): boolean =>
  channelSources(pass).some((source) => offersGoods(pass, source, pass.state.submitted.quantity) !== null);

/** When this order may try the channel again after it came to nothing there; undefined when it never did. */
function tryAgainAt({ state, world }: Pass, channelId: string): Instant | undefined {
  const failed = failedInRound(state).filter((purchase) => purchase.channelId === channelId);
  const last = failed.at(-1);
  if (last === undefined) return undefined;
  return last.retryAt ?? last.requestedAt + world.timing.issueTimeoutMs + retryDelayMs(world.timing, state.orderId, 'purchase', failed.length);
}

/** A channel at which money may already be lost gets no second chance in this round. */
const gaveItUp = ({ state }: Pass, channelId: string): boolean =>
  state.purchases.some((p) => p.channelId === channelId && p.round === state.sourceRound && p.status === 'WRITTEN_OFF');

/** A dead channel must not take up every engine: beyond its limits nothing is sent to it for a moment. */
function comesBackIfBusy(pass: Pass, { busy }: ChannelView): boolean {
  if (busy) pass.wakes.push(pass.now + BUSY_MS);
  return busy;
}

/** Buying there is worth a try at this moment. If not, the order is woken by news of the channel, or when it is time. */
function mayBuyAt(pass: Pass, source: ChannelSource): ChannelView | null {
  pass.waitsFor.push(`channel:${source.channelId}`);
  const channel = gaveItUp(pass, source.channelId) ? null : offersGoods(pass, source, cardsMissing(pass.state));
  if (channel === null) return null;
  const again = tryAgainAt(pass, source.channelId);
  if (again !== undefined && !isDue(pass, again)) return null;
  return comesBackIfBusy(pass, channel) ? null : channel;
}

/** No new purchase is made in this round: so many came to nothing. */
export const attemptsSpent = ({ state, world }: Pass): boolean => failedInRound(state).length >= world.timing.attemptsMax;

/** Row 10 for one channel: everything that is missing is bought there, at most at the price of the terms. */
export function buy(pass: Pass, source: ChannelSource): Step | null {
  const { state, world, now } = pass;
  if (attemptsSpent(pass)) return null;
  const channel = mayBuyAt(pass, source);
  if (channel === null) return null;
  const { channelId, product } = source;
  const requestId = purchaseRequestId(state.orderId, state.purchases.length + 1);
  return decideStep(
    {
      type: 'RequestPurchase',
      channelId,
      product,
      ...(channel.callbackUrl === undefined ? {} : { callbackUrl: channel.callbackUrl }),
      ...grantFrom(pass, world.timing.issueTimeoutMs),
    },
    { kind: 'request-purchase', requestId, first: true, nextCheckAt: now + world.timing.purchaseAskMs },
  );
}

/** Something else could fill the order at this moment. Only then is it worth to give a purchase up. */
function hasAnotherSource(pass: Pass, purchase: Purchase): boolean {
  const { state, world } = pass;
  const { skuId, terms } = state.submitted;
  const missing = cardsMissing(state);
  return terms.sources.some((source) => {
    if (source.kind === 'CHANNEL') return source.channelId !== purchase.channelId && !attemptsSpent(pass) && mayBuyAt(pass, source) !== null;
    pass.waitsFor.push(`stock:${skuId}`);
    const candidates = world.candidates(skuId, missing);
    return candidates.kind === 'SOME' && candidates.cardIds.length >= missing;
  });
}

const question = (pass: Pass, channel: ChannelView, call: Call): Step | null => (comesBackIfBusy(pass, channel) ? null : ask(pass, call));

function cancel(pass: Pass, purchase: Purchase, channel: ChannelView, cause: CancelCause, nextCheckAt: Instant | undefined): Step | null {
  const { requestId } = purchase;
  if (purchase.cancelRequestedAt === undefined) return decideStep({ type: 'RequestPurchaseCancel', requestId, cause });
  return question(pass, channel, { kind: 'cancel-purchase', requestId, ...(nextCheckAt === undefined ? {} : { nextCheckAt }) });
}

interface Gone {
  readonly since: Instant;
  readonly cause: CancelCause;
}

/** Since when nobody waits for this purchase, and why; null while somebody does. */
function goneSince(pass: Pass, purchase: Purchase): Gone | null {
  const { state } = pass;
  if (purchase.cancelRequestedAt !== undefined) return { since: purchase.cancelRequestedAt, cause: 'IN_DOUBT' };
  const unwanted = unwantedSince(state);
  if (unwanted !== undefined) return { since: unwanted, cause: 'UNWANTED' };
  return cardsMissing(state) <= 0 ? { since: pass.now, cause: 'UNWANTED' } : null;
}

/** The frozen terms would rather buy elsewhere than wait: the channel is told to forget it, or what it may have cost is booked. */
function reroute(pass: Pass, purchase: Purchase, channel: ChannelView | undefined): Step | null {
  const { state, world } = pass;
  if (state.submitted.terms.onDoubt !== 'REROUTE' || purchase.status !== 'IN_DOUBT' || unwantedSince(state) !== undefined) return null;
  const { replay, lookup, cancel: cancels } = channel?.flags ?? { replay: false, lookup: false, cancel: false };
  const { issueTimeoutMs, rerouteAfterMs } = world.timing;
  const askable = replay || lookup || cancels;
  const from = purchase.cancelRequestedAt === undefined ? purchase.requestedAt : purchase.cancelRequestedAt + issueTimeoutMs;
  if (askable && !isDue(pass, Math.max(from, purchase.requestedAt + rerouteAfterMs))) return null;
  if (!hasAnotherSource(pass, purchase)) return null;
  if (cancels && channel !== undefined && purchase.cancelRequestedAt === undefined) return cancel(pass, purchase, channel, 'REROUTE', undefined);
  return decideStep({ type: 'WriteOffPurchase', requestId: purchase.requestId, cause: 'TERMS' });
}

/** Still wanted: look it up, repeat it, then cancel it. Past the deadline a cancel is asked for: only what is definite can be compensated. */
function resolveWanted(pass: Pass, purchase: Purchase, channel: ChannelView): Step | null {
  const { state, now, world } = pass;
  const { lookup, replay, cancel: cancels } = channel.flags;
  const { requestId } = purchase;
  const nextCheckAt = now + world.timing.purchaseAskMs;
  if (cancels && state.deliverBy !== undefined && deadlinePassed(pass, state.deliverBy))
    return cancel(pass, purchase, channel, 'OVERDUE', nextCheckAt);
  const waits = purchase.nextCheckAt !== undefined && !purchase.noticePending && !isDue(pass, purchase.nextCheckAt);
  if (waits) return null;
  const neverHeardOf = purchase.notFoundAt !== undefined && !purchase.noticePending && purchase.status !== 'PENDING';
  if (replay && (neverHeardOf || !lookup)) {
    const again = question(pass, channel, { kind: 'request-purchase', requestId, first: false, nextCheckAt });
    if (again !== null || !lookup) return again;
  }
  if (cancels && (neverHeardOf || !lookup)) return cancel(pass, purchase, channel, 'IN_DOUBT', nextCheckAt);
  if (!lookup) return callAPerson(pass, purchaseSubject(requestId), 'CANNOT_BE_ASKED');
  const final = !cancels && !replay && notFoundIsFinal(pass, channel, requestId, purchase.requestedAt);
  return question(pass, channel, { kind: 'query-purchase', requestId, nextCheckAt, notFoundIsFinal: final });
}

/** Nobody wants it any more: cancel it first of all. To repeat it might buy it, which is right only where it is the one way to learn. */
function resolveUnwanted(pass: Pass, purchase: Purchase, channel: ChannelView, gone: Gone): Step | null {
  const { now, world } = pass;
  const { lookup, replay, cancel: cancels } = channel.flags;
  const { requestId } = purchase;
  const nextCheckAt = now + world.timing.purchaseAskMs;
  if (cancels) return cancel(pass, purchase, channel, gone.cause, nextCheckAt);
  if (purchase.nextCheckAt !== undefined && !purchase.noticePending && !isDue(pass, purchase.nextCheckAt)) return null;
  if (lookup) {
    const lastSentAt = replay ? Math.max(purchase.requestedAt, gone.since) : purchase.requestedAt;
    const final = notFoundIsFinal(pass, channel, `${requestId}|${lastSentAt}`, lastSentAt);
    return question(pass, channel, { kind: 'query-purchase', requestId, nextCheckAt, notFoundIsFinal: final });
  }
  if (replay && !isTopUp(pass.state)) return question(pass, channel, { kind: 'request-purchase', requestId, first: false, nextCheckAt });
  return callAPerson(pass, purchaseSubject(requestId), 'CANNOT_BE_ASKED');
}

/** From here on a person should see it; it is asked all the same. */
function showAt({ state, world }: Pass, purchase: Purchase): Instant {
  const wanted = unwantedSince(state) === undefined && state.deliverBy !== undefined;
  return wanted ? Math.max(state.deliverBy ?? 0, purchase.requestedAt) : purchase.requestedAt + world.timing.doubtReviewAfterMs;
}

function resolve(pass: Pass, purchase: Purchase): Step | null {
  const { now, world } = pass;
  const { requestId } = purchase;
  if (!mayResolve(pass, purchase.intent)) return null;
  if (purchase.status === 'REQUESTED') return decideStep({ type: 'RecordPurchaseAnswer', requestId, answer: SILENT, first: false, at: now });
  const channel = world.channel(purchase.channelId);
  const elsewhere = reroute(pass, purchase, channel);
  if (elsewhere !== null) return elsewhere;
  const subject = purchaseSubject(requestId);
  const shown = isDue(pass, showAt(pass, purchase)) ? callAPerson(pass, subject, 'IN_DOUBT') : null;
  if (shown !== null) return shown;
  if (channel === undefined) return callAPerson(pass, subject, 'CHANNEL_UNKNOWN');
  const gone = goneSince(pass, purchase);
  return gone === null ? resolveWanted(pass, purchase, channel) : resolveUnwanted(pass, purchase, channel, gone);
}

/** When to look after a purchase that was written off, on the stages of after-care; undefined when that is over. */
function careAt({ world }: Pass, purchase: Purchase, since: Instant, cancels: boolean): Instant | undefined {
  if (purchase.nextCheckAt !== undefined) return purchase.nextCheckAt;
  if (purchase.checkedAt !== undefined && purchase.checkedAt >= since) return undefined;
  return cancels ? since : nextStage(world.timing.afterCareStagesMs, since, since);
}

/** What was written off may have been sold all the same; and of any purchase a notice may say something new. */
function watch(pass: Pass, purchase: Purchase): Step | null {
  const { world, now } = pass;
  const channel = world.channel(purchase.channelId);
  if (channel === undefined || isPurchaseOpen(purchase)) return null;
  const { lookup, cancel: cancels } = channel.flags;
  const since = purchase.writtenOffAt ?? now;
  const careDue = purchase.status === 'WRITTEN_OFF' ? careAt(pass, purchase, since, cancels) : undefined;
  if (!purchase.noticePending && (careDue === undefined || !isDue(pass, careDue))) return null;
  const { requestId } = purchase;
  const next = nextStage(world.timing.afterCareStagesMs, since, now);
  const check = purchase.status !== 'WRITTEN_OFF' || next === undefined ? {} : { nextCheckAt: next };
  if (lookup && (purchase.noticePending || !cancels))
    return question(pass, channel, { kind: 'query-purchase', requestId, notFoundIsFinal: false, ...check });
  if (!cancels) return null;
  return purchase.status === 'WRITTEN_OFF'
    ? cancel(pass, purchase, channel, 'WRITTEN_OFF', next)
    : question(pass, channel, { kind: 'cancel-purchase', requestId, ...check });
}

export const purchaseRows: { readonly doubt: readonly PlanRow[]; readonly watch: readonly PlanRow[] } = {
  doubt: [
    {
      row: '3 purchase in doubt',
      about: 'still wanted: look it up, repeat it, cancel it; no longer wanted: cancel it first; nobody can tell: written off by terms or a person',
      step: (pass) => firstOf(pass.state.purchases.filter(isPurchaseOpen), (purchase) => resolve(pass, purchase)),
    },
  ],
  watch: [
    {
      row: '13 watch purchases',
      about: 'a purchase that was written off, or of which a notice says something new: goods may still come of it',
      step: (pass) => firstOf(pass.state.purchases, (purchase) => watch(pass, purchase)),
    },
  ],
};
