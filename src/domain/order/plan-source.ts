import type { Instant } from '../kernel/time';
import { ranked, type Candidate, type Ranked } from '../routing/choice';
import { isIll, type Openness } from '../routing/health';
import { standingOf } from '../routing/policy';
import type { ChannelSource, OrderTerms } from './events';
import { failedInRound } from './goods';
import { costLimit } from './margin';
import { heldForMs, isEarly } from './plan-retry';
import { opennessOf, policyOf, waitsForTurn, type ChannelView, type Offer, type Pass } from './plan-steps';
import type { PassedOver, WhyNot } from './purchase-events';
import { purchaseRetry, RETRY_BUDGET } from './retries';
import { cardsMissing } from './state';
import { retryDelayMs } from './timing';

/** What is against buying at least so many of what is offered; null when nothing, also when nobody knows. */
export function whyNotOffered(offer: Offer, terms: OrderTerms, source: ChannelSource, atLeast: number): WhyNot | null {
  const { maxUnitCost } = source;
  if (offer.kind === 'AWAY') return 'AWAY';
  if (offer.kind === 'UNKNOWN') return null;
  if (offer.available < atLeast) return 'SOLD_OUT';
  if (offer.unitCost.currency !== maxUnitCost.currency) return 'OTHER_CURRENCY';
  if (offer.unitCost.amountMinor > maxUnitCost.amountMinor) return 'TOO_DEAR';
  return offer.unitCost.amountMinor > costLimit(terms, source).amountMinor ? 'MARGIN_TOO_LOW' : null;
}

/** What the terms, its settings and its stock have against buying there; null when nothing. */
export function whyNoGoods({ state, world }: Pass, source: ChannelSource, channel: ChannelView, quantity: number): WhyNot | null {
  if (channel.paused) return 'PAUSED';
  if (channel.drainingSince !== undefined && state.submittedAt > channel.drainingSince) return 'DRAINING';
  const offer = world.offer(source.channelId, source.product);
  return whyNotOffered(offer, state.submitted.terms, source, channel.flags.partialFill ? 1 : quantity);
}

/**
 * When this order may try the channel again after it came to nothing there; undefined when it never did, or when the channel has answered since that it
 * never heard of it: then it is there, and the order has waited long enough.
 */
function tryAgainAt({ state, world }: Pass, channelId: string): Instant | undefined {
  const failed = failedInRound(state).filter((purchase) => purchase.channelId === channelId);
  const last = failed.at(-1);
  if (last === undefined || last.writtenOffFor === 'NEVER_SEEN') return undefined;
  return last.retryAt ?? last.requestedAt + world.timing.issueTimeoutMs + retryDelayMs(world.timing, state.orderId, 'purchase', failed.length);
}

/**
 * Given up without any word of the channel, it gets no second chance in this round. "Never heard of it", late enough, is such a word. Nor does
 * one that a person took the order away from, whatever it says then.
 */
const gaveItUp = ({ state }: Pass, channelId: string): boolean =>
  state.purchases.some(
    (p) =>
      p.channelId === channelId &&
      p.round === state.sourceRound &&
      (p.takenElsewhere === true || (p.status === 'WRITTEN_OFF' && p.writtenOffFor !== 'NEVER_SEEN')),
  );

export type Look = { readonly kind: 'CANDIDATE'; readonly candidate: Candidate } | { readonly kind: 'NOT'; readonly why: WhyNot };

const not = (why: WhyNot): Look => ({ kind: 'NOT', why });

/** What health says, and whether there is room: to whoever could go elsewhere by lot, to the others by how long they have waited. */
function opennessNow(pass: Pass, channelId: string, channel: ChannelView, hasElsewhere: boolean): Openness | WhyNot {
  const { enabled } = policyOf(pass).diversion;
  const account = `channel:${channelId}` as const;
  const isOnRamp = enabled && !hasElsewhere;
  const openness: Openness = enabled && !(isOnRamp && isIll(channel.health)) ? opennessOf(pass, account, channel.health) : { kind: 'OPEN' };
  if (openness.kind === 'CLOSED') return channel.health?.word === 'PROBING' ? 'PROBED_BY_OTHERS' : 'ISOLATED';
  return waitsForTurn(pass, account, channel, isOnRamp) ?? openness;
}

/** Whether buying there is worth a try at this moment. If not, the order is woken by news of the channel, by its turn there, or when it is time. */
function lookAt(pass: Pass, source: ChannelSource, hasElsewhere = true): Look {
  const account = `channel:${source.channelId}` as const;
  const look = lookInto(pass, source, hasElsewhere);
  // Whoever stands in line is called when it is his turn, and not with all the others by each news.
  if (!pass.waitsFor.some((topic) => topic === account || topic === `turn:${account}`)) pass.waitsFor.push(account);
  return look;
}

function lookInto(pass: Pass, source: ChannelSource, hasElsewhere: boolean): Look {
  const { channelId, product } = source;
  const channel = pass.world.channel(channelId);
  if (channel === undefined) return not('UNKNOWN_CHANNEL');
  if (gaveItUp(pass, channelId)) return not('GIVEN_UP');
  const why = whyNoGoods(pass, source, channel, cardsMissing(pass.state));
  if (why !== null) return not(why);
  const again = tryAgainAt(pass, channelId);
  const retry = purchaseRetry(pass.state, channelId);
  if (again !== undefined && isEarly(pass, retry, again)) return not('NOT_YET');
  const openness = opennessNow(pass, channelId, channel, hasElsewhere);
  if (typeof openness === 'string') return not(openness);
  if (heldForMs(pass, retry) > 0) return not(RETRY_BUDGET);
  const offer = pass.world.offer(channelId, product);
  const candidate = {
    ...{ channelId, product, maxUnitCost: costLimit(pass.state.submitted.terms, source), openness, record: channel.record },
    ...standingOf(policyOf(pass), channelId, channel),
    ...(offer.kind === 'SOME' ? { unitCost: offer.unitCost } : {}),
  };
  return { kind: 'CANDIDATE', candidate };
}

/** Buying there is worth a try at this moment. */
export function candidateAt(pass: Pass, source: ChannelSource): Candidate | null {
  const look = lookAt(pass, source);
  return look.kind === 'CANDIDATE' ? look.candidate : null;
}

/** Channels that stand side by side in the terms: what is to be said of each, and those that can be asked, best first. */
export interface ChannelChoice {
  readonly looks: readonly { readonly source: ChannelSource; readonly look: Look }[];
  readonly choice: readonly Ranked[];
}

/** Those of the looks that came to nothing. */
export function passedOver({ world }: Pass, looks: ChannelChoice['looks']): readonly PassedOver[] {
  return looks.flatMap(({ source: { channelId, product }, look }): readonly PassedOver[] => {
    if (look.kind === 'CANDIDATE') return [];
    const offer = world.offer(channelId, product);
    return [{ channelId, product, why: look.why, ...(offer.kind === 'SOME' ? { unitCost: offer.unitCost } : {}) }];
  });
}

/** Reasons that are over in a moment: while one of them stands, nothing is lost yet. */
export const MOMENTARY: ReadonlySet<WhyNot> = new Set(['BUSY', 'NOT_YET', 'RETRY_BUDGET']);

/** It sells, or will in a moment. */
const isWithinReach = (look: Look): boolean => look.kind === 'CANDIDATE' || MOMENTARY.has(look.why);

/** The one place in which a channel is chosen: for the plan, and for whoever asks what it would do. Those that are ill are looked at last: what they have to say depends on the others. */
export function chooseChannel(pass: Pass, sources: readonly ChannelSource[]): ChannelChoice {
  const { state, world } = pass;
  const ill = new Set(sources.filter(({ channelId }) => isIll(world.channel(channelId)?.health)));
  const sound = new Map(sources.filter((source) => !ill.has(source)).map((source) => [source, lookAt(pass, source)]));
  const hasElsewhere = [...sound.values()].some(isWithinReach);
  const looks = sources.map((source) => ({ source, look: sound.get(source) ?? lookAt(pass, source, hasElsewhere) }));
  const candidates = looks.flatMap(({ look }) => (look.kind === 'CANDIDATE' ? [look.candidate] : []));
  return { looks, choice: ranked(candidates, state.orderId, state.purchases.length + 1, policyOf(pass).weights) };
}
