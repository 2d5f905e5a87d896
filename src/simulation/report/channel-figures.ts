import type { OrderState } from '../../domain/order/state';
import type { SimulatedChannel } from '../ports/simulated-channel';

/** What one upstream did for the shop. Amounts in minor units of its currency. */
export interface ChannelFigures {
  readonly purchases: number;
  /** Purchases that gave goods. */
  readonly filled: number;
  readonly refused: number;
  /** Purchases of which nobody knew for a while what had become. */
  readonly inDoubt: number;
  readonly givenUp: number;
  /** From its own books: units that were paid for, and what they cost. */
  readonly units: number;
  readonly costMinor: number;
  /** Claimed back: too dear, no code, a code that was sold before. */
  readonly disputedMinor: number;
  /** What was given up may have cost that much. */
  readonly atRiskMinor: number;
  /** Cards that came too late for their order and are stock now. */
  readonly surplusCards: number;
}

export const noChannelFigures: ChannelFigures = {
  purchases: 0,
  filled: 0,
  refused: 0,
  inDoubt: 0,
  givenUp: 0,
  units: 0,
  costMinor: 0,
  disputedMinor: 0,
  atRiskMinor: 0,
  surplusCards: 0,
};

export type ByChannel = Readonly<Record<string, ChannelFigures>>;

/** What happened at one order, by channel. */
export interface Bought {
  readonly state: OrderState;
  readonly events: readonly { readonly type: string; readonly data: unknown }[];
}

export function channelFigures(channels: ReadonlyMap<string, SimulatedChannel>, orders: Iterable<Bought>): ByChannel {
  const figures: Record<string, ChannelFigures> = {};
  for (const [id, { book }] of channels) {
    const sold = [...book.purchases.values(), ...book.doubles];
    const units = sold.reduce((sum, one) => sum + one.units, 0);
    const costMinor = sold.reduce((sum, one) => sum + one.units * one.unitCostMinor, 0);
    figures[id] = { ...noChannelFigures, units, costMinor };
  }
  const add = (id: string | undefined, more: Partial<ChannelFigures>): void => {
    if (id !== undefined) figures[id] = sumOf(figures[id] ?? noChannelFigures, { ...noChannelFigures, ...more });
  };
  for (const { state, events } of orders) {
    for (const { channelId, units, status, costAtRisk } of state.purchases)
      add(channelId, {
        purchases: 1,
        filled: units > 0 ? 1 : 0,
        refused: status === 'REFUSED' ? 1 : 0,
        givenUp: status === 'WRITTEN_OFF' ? 1 : 0,
        atRiskMinor: costAtRisk?.amountMinor ?? 0,
      });
    for (const { type, data } of events) addEvent(add, type, data);
  }
  return figures;
}

type About = { readonly channelId?: string; readonly amount?: { readonly amountMinor: number }; readonly cardIds?: readonly string[] };

function addEvent(add: (id: string | undefined, more: Partial<ChannelFigures>) => void, type: string, data: unknown): void {
  const { channelId, amount, cardIds } = data as About;
  if (type === 'PurchaseTimedOut') add(channelId, { inDoubt: 1 });
  if (type === 'PurchaseDisputed') add(channelId, { disputedMinor: amount?.amountMinor ?? 0 });
  if (type === 'SurplusStocked') add(channelId, { surplusCards: cardIds?.length ?? 0 });
}

const sumOf = (a: ChannelFigures, b: ChannelFigures): ChannelFigures => ({
  purchases: a.purchases + b.purchases,
  filled: a.filled + b.filled,
  refused: a.refused + b.refused,
  inDoubt: a.inDoubt + b.inDoubt,
  givenUp: a.givenUp + b.givenUp,
  units: a.units + b.units,
  costMinor: a.costMinor + b.costMinor,
  disputedMinor: a.disputedMinor + b.disputedMinor,
  atRiskMinor: a.atRiskMinor + b.atRiskMinor,
  surplusCards: a.surplusCards + b.surplusCards,
});

export function addChannels(a: ByChannel, b: ByChannel): ByChannel {
  const both: Record<string, ChannelFigures> = { ...a };
  for (const [id, figures] of Object.entries(b)) both[id] = sumOf(both[id] ?? noChannelFigures, figures);
  return both;
}

const money = (minor: number): string => (minor / 100).toFixed(2);

/** What an owner wants to know of the upstreams; nothing where nothing was bought. */
export function channelLines(channels: ByChannel): readonly string[] {
  const used = Object.entries(channels).filter(([, { purchases }]) => purchases > 0);
  if (used.length === 0) return [];
  const all = used.reduce((sum, [, figures]) => sumOf(sum, figures), noChannelFigures);
  const lines = used.map(([id, { purchases, filled, refused, inDoubt, givenUp, costMinor }]) => {
    const share = ((100 * filled) / purchases).toFixed(1);
    return `  ${id}: ${filled} of ${purchases} purchases gave goods (${share} %), ${refused} refused, ${inDoubt} in doubt for a while, ${givenUp} given up; ${money(costMinor)} paid`;
  });
  return [
    `Cost          ${money(all.costMinor)} paid to upstreams for ${all.units} units, ${money(all.disputedMinor)} of it claimed back, ${money(all.atRiskMinor)} at risk; ${all.surplusCards} cards came too late and are stock`,
    ...lines,
  ];
}
