import type { Instant } from '../kernel/time';
import type { Ranked } from '../routing/choice';
import type { PolicyInForce } from '../routing/policy';
import { sideBySide } from './plan-cards';
import { attemptsSpent } from './plan-purchase';
import { chooseChannel } from './plan-source';
import { policyOf, type Pass, type World } from './plan-steps';
import type { WhyNot } from './purchase-events';
import { cardsMissing, type SubmittedOrder } from './state';

/** Why a source is out of the question: NO_STOCK: the pool cannot fill the whole need · ATTEMPTS_SPENT: too many purchases came to nothing. */
export type WhyNotSource = WhyNot | 'NO_STOCK' | 'ATTEMPTS_SPENT';

/** One source of the terms, in their order. */
export interface SourceExplained {
  readonly kind: 'POOL' | 'CHANNEL';
  readonly channelId?: string;
  readonly product?: string;
  /** Absent: goods could be had there at this moment. */
  readonly why?: WhyNotSource;
  /** Its score and what it is made of, where it was weighed. */
  readonly score?: Ranked;
}

export interface RouteExplained {
  readonly policyVersion: string;
  readonly trial?: NonNullable<PolicyInForce['trial']>;
  /** Cards that are to be found. */
  readonly wanted: number;
  readonly sources: readonly SourceExplained[];
  /** What the plan would take now; absent: it would wait. */
  readonly chosen?: SourceExplained;
}

/**
 * What the plan would do about an order's goods if it were paid and looked now, and why. Pure, and made of the very functions that
 * the plan is made of; nothing is taken, asked or noted.
 */
export function explainRoute(state: SubmittedOrder, now: Instant, world: World): RouteExplained {
  const pass: Pass = { state, now, world, wakes: [], waitsFor: [] };
  const wanted = Math.max(0, cardsMissing(state));
  const sources: SourceExplained[] = [];
  let chosen: SourceExplained | undefined;
  for (const group of sideBySide(state.submitted.terms.sources)) {
    const explained = group === 'POOL' ? [explainPool(pass, wanted)] : explainChannels(pass, group);
    sources.push(...explained);
    if (wanted > 0) chosen ??= bestOf(explained);
  }
  const { trial } = world.policy ?? {};
  return {
    policyVersion: policyOf(pass).version,
    ...(trial === undefined ? {} : { trial }),
    wanted,
    sources,
    ...(chosen === undefined ? {} : { chosen }),
  };
}

function explainPool({ state, world }: Pass, wanted: number): SourceExplained {
  const candidates = world.candidates(state.submitted.skuId, wanted);
  const enough = candidates.kind === 'SOME' && candidates.cardIds.length >= wanted;
  return enough ? { kind: 'POOL' } : { kind: 'POOL', why: 'NO_STOCK' };
}

function explainChannels(pass: Pass, group: Exclude<ReturnType<typeof sideBySide>[number], 'POOL'>): readonly SourceExplained[] {
  const spent = attemptsSpent(pass);
  const { looks, choice } = chooseChannel(pass, group);
  const explained = looks.map(({ source: { channelId, product }, look }): SourceExplained & { readonly place: number } => {
    const place = choice.findIndex((one) => one.channelId === channelId && one.product === product);
    const why = look.kind === 'NOT' ? look.why : spent ? ('ATTEMPTS_SPENT' as const) : undefined;
    const score = choice[place];
    const about = { kind: 'CHANNEL' as const, channelId, product };
    return { ...about, ...(why === undefined ? {} : { why }), ...(score === undefined ? {} : { score }), place: place < 0 ? choice.length : place };
  });
  return [...explained].sort((a, b) => a.place - b.place).map(({ place: _place, ...one }) => one);
}

const bestOf = (explained: readonly SourceExplained[]): SourceExplained | undefined => explained.find(({ why }) => why === undefined);
