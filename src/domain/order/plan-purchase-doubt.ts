import type { Instant } from '../kernel/time';
import { ask } from './ask';
import { isTopUp, purchaseSubject, unwantedSince } from './goods';
import { hasAnotherSource } from './plan-purchase';
import { callAPerson, deadlinePassed, decideStep, isDue, type ChannelView, type Pass, type PlanRow, type Step } from './plan-steps';
import { isPurchaseOpen, type Purchase } from './purchase';
import type { CancelCause } from './purchase-events';
import { firstOf, mayResolve, notFoundIsFinal, SILENT } from './resolve';
import { cardsMissing } from './state';
import { nextStage } from './timing';

function cancel(pass: Pass, purchase: Purchase, channel: ChannelView, cause: CancelCause, nextCheckAt: Instant | undefined): Step | null {
  const { requestId } = purchase;
  if (purchase.cancelRequestedAt === undefined) return decideStep({ type: 'RequestPurchaseCancel', requestId, cause });
  return ask(pass, channel, { kind: 'cancel-purchase', requestId, ...(nextCheckAt === undefined ? {} : { nextCheckAt }) });
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
    const again = ask(pass, channel, { kind: 'request-purchase', requestId, first: false, nextCheckAt });
    if (again !== null || !lookup) return again;
  }
  if (cancels && (neverHeardOf || !lookup)) return cancel(pass, purchase, channel, 'IN_DOUBT', nextCheckAt);
  if (!lookup) return callAPerson(pass, purchaseSubject(requestId), 'CANNOT_BE_ASKED');
  const final = !cancels && !replay && notFoundIsFinal(pass, channel, requestId, purchase.requestedAt);
  return ask(pass, channel, { kind: 'query-purchase', requestId, nextCheckAt, notFoundIsFinal: final });
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
    return ask(pass, channel, { kind: 'query-purchase', requestId, nextCheckAt, notFoundIsFinal: final });
  }
  if (replay && !isTopUp(pass.state)) return ask(pass, channel, { kind: 'request-purchase', requestId, first: false, nextCheckAt });
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
    return ask(pass, channel, { kind: 'query-purchase', requestId, notFoundIsFinal: false, ...check });
  if (!cancels) return null;
  return purchase.status === 'WRITTEN_OFF'
    ? cancel(pass, purchase, channel, 'WRITTEN_OFF', next)
    : ask(pass, channel, { kind: 'cancel-purchase', requestId, ...check });
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
