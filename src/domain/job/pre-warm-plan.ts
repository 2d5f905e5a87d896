import { fromIso, type Instant } from '../kernel/time';
import { purchaseSubject } from '../order/goods';
import { attemptsSpent, buy, stockGoods } from '../order/plan-purchase';
import { purchaseRows } from '../order/plan-purchase-doubt';
import { deadlinePassed, type Call, type Pass, type Step, type World } from '../order/plan-steps';
import { isPurchaseOpen } from '../order/purchase';
import { unitsBought, unitsNext, wanting, type PreWarm, type PreWarmCommand } from './pre-warm';
import type { PreWarmEndCause } from './pre-warm-events';

export type PreWarmStep =
  | { readonly kind: 'decide'; readonly command: PreWarmCommand; readonly call?: Call }
  | { readonly kind: 'ask'; readonly call: Call }
  | { readonly kind: 'wait'; readonly waitUntil?: Instant };

/** One look at it, as at an order. Nobody reviews it: who runs the shop sees what is in doubt on the job itself, so that is as good as shown. */
function passOf(preWarm: PreWarm, quantity: number, now: Instant, world: World): Pass {
  const order = wanting(preWarm, quantity);
  const reviews = order.purchases.map(({ requestId, requestedAt }) => ({
    subject: purchaseSubject(requestId),
    cause: 'IN_DOUBT',
    openedAt: requestedAt,
  }));
  return { state: { ...order, reviews }, now, world, wakes: [], waitsFor: [] };
}

/** Of what an order would do, all that a purchase for the pool does too. */
function ownStep(step: Step | null): PreWarmStep | null {
  if (step === null || step.kind === 'wait') return null;
  if (step.kind === 'ask') return step;
  const { command, call } = step;
  switch (command.type) {
    case 'RequestPurchase':
    case 'RecordPurchaseAnswer':
    case 'RequestPurchaseCancel':
    case 'WriteOffPurchase':
      return { kind: 'decide', command, ...(call === undefined ? {} : { call }) };
    default:
      return null;
  }
}

const rest = (...wakes: readonly Instant[]): PreWarmStep => (wakes.length === 0 ? { kind: 'wait' } : { kind: 'wait', waitUntil: Math.min(...wakes) });

/**
 * What happens next: cards that came are put away first of all, a purchase in doubt is resolved before another is made, and what was
 * written off is looked after as long as that of an order. It ends when all that is over and nothing more is to be bought.
 */
export function planPreWarm(preWarm: PreWarm, now: Instant, world: World): PreWarmStep {
  if (preWarm.end !== undefined) return rest();
  const open = preWarm.order.purchases.find(isPurchaseOpen);
  const pass = passOf(preWarm, open?.request.quantity ?? 1, now, world);
  const rows = [stockGoods, ...purchaseRows.doubt.map(({ step }) => step)];
  for (const row of rows) {
    const step = ownStep(row(pass));
    if (step !== null) return step;
  }
  if (open !== undefined) return rest(...pass.wakes);
  for (const { step: row } of purchaseRows.watch) {
    const step = ownStep(row(pass));
    if (step !== null) return step;
  }
  const cause = overFor(preWarm, pass);
  if (cause !== null) return pass.wakes.length > 0 ? rest(...pass.wakes) : { kind: 'decide', command: { type: 'EndPreWarm', cause } };
  return buyMore(preWarm, now, world);
}

/** Why nothing more is bought; null while something is. */
function overFor(preWarm: PreWarm, pass: Pass): PreWarmEndCause | null {
  const { ordered, stopRequestedAt } = preWarm;
  if (stopRequestedAt !== undefined) return 'STOPPED';
  if (unitsBought(preWarm) >= ordered.units) return 'FILLED';
  if (!ordered.sources.some(({ maxUnitCost }) => unitsNext(preWarm, maxUnitCost) > 0)) return 'BUDGET';
  if (attemptsSpent(pass)) return 'NO_CHANNEL';
  return deadlinePassed({ ...pass, wakes: [] }, fromIso(ordered.buyBy)) ? 'TOO_LATE' : null;
}

/** Only channels that can be asked what became of a purchase: no buyer waits, so no doubt that nobody can answer is worth it. */
function buyMore(preWarm: PreWarm, now: Instant, world: World): PreWarmStep {
  const { sources, buyBy } = preWarm.ordered;
  const eligible = sources.filter(({ channelId, maxUnitCost }) => {
    const flags = world.channel(channelId)?.flags;
    return unitsNext(preWarm, maxUnitCost) > 0 && flags !== undefined && (flags.lookup || flags.replay);
  });
  const units = Math.max(...eligible.map(({ maxUnitCost }) => unitsNext(preWarm, maxUnitCost)), 1);
  const pass = passOf(preWarm, units, now, world);
  return ownStep(buy(pass, eligible)) ?? rest(...pass.wakes, fromIso(buyBy));
}
