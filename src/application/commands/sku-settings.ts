import { z } from 'zod';
import { RUNWAY_DAYS_MAX } from '../../domain/demand/forecast';
import { PRE_WARM_SHARE, type PreWarmRule } from '../../domain/demand/pre-warm';
import { AMOUNT_MINOR_MAX, type Money } from '../../domain/kernel/money';
import type { ReservePolicy, Source } from '../../domain/order/events';
import type { MarginRule } from '../../domain/order/margin';
import { skuThresholds } from './incident-thresholds';
import { catalogId, id, money, NAMES_MAX, text, WITHIN_SECONDS_MAX } from './input';

const PER_ORDER_MAX = 1_000;
export const SOURCES_MAX = 20;
const within = z.int().min(1).max(WITHIN_SECONDS_MAX);
const PRODUCT = /^[^\p{Cc}\p{Cs}]{1,128}$/u;

/** How a channel stands among the sources of a SKU; the file that describes a shop and the API name it alike. */
export const channelOffer = { product: z.string().regex(PRODUCT), maxUnitCost: money };

const source = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('POOL') }),
  z.strictObject({ kind: z.literal('CHANNEL'), channelId: catalogId, ...channelOffer }),
]);

/** What each card bought from a channel must leave of its price; `{}` and 0: whatever it leaves, even where the shop has a default. */
const minMargin = z.strictObject({
  amountMinor: z.int().min(0).max(AMOUNT_MINOR_MAX).exactOptional(),
  percent: z
    .number()
    .min(0)
    .max(100)
    .refine((percent) => Number.isInteger(Math.round(percent * 1e6) / 1e4), 'at most two decimals')
    .exactOptional(),
});

const UNITS_MAX = 1_000_000;

/** Below which stock of the pool people are told: so many cards, or so many days of what it is expected to sell. */
const lowStock = z
  .strictObject({ units: z.int().min(1).max(UNITS_MAX).exactOptional(), days: z.number().min(0.1).max(RUNWAY_DAYS_MAX).exactOptional() })
  .refine(({ units, days }) => units !== undefined || days !== undefined, 'needs units, days, or both');

const SHELF_LIFE_HOURS_MAX = 720;

/** What is bought into the pool ahead of a peak: such a share of it, for so much a day, and no more than is expected to be sold within the shelf life. */
const preWarm = z.strictObject({
  share: z.number().gt(0).max(1).default(PRE_WARM_SHARE),
  budget: money,
  shelfLifeHours: z.int().min(1).max(SHELF_LIFE_HOURS_MAX).default(24),
});

/** Everything that a SKU is, with the defaults of the design. Orders that are there keep the terms they were made under. */
export const skuShape = {
  name: z.strictObject({ 'zh-CN': text, en: text }),
  price: money,
  delivery: z.enum(['auto', 'manual']).default('auto'),
  reserve: z.enum(['AT_SUBMIT', 'AT_PAYMENT']).default('AT_PAYMENT'),
  partial: z.enum(['WAIT', 'SPLIT']).default('WAIT'),
  compensation: z.enum(['REFUND', 'REISSUE', 'REVIEW']).default('REFUND'),
  onDoubt: z.enum(['WAIT', 'REROUTE']).default('WAIT'),
  /** Left out: the pool, or nothing where people deliver by hand. */
  sources: z.array(source).max(SOURCES_MAX).optional(),
  payWithinSeconds: within.default(900),
  deliverWithinSeconds: within.default(1_800),
  maxPerOrder: z.int().min(1).max(PER_ORDER_MAX).default(10),
  oversell: z.boolean().default(false),
  reusable: z.boolean().default(false),
  oneOpenOrderPerBuyer: z.boolean().default(false),
  fields: z
    .array(id)
    .max(NAMES_MAX)
    .refine((names) => new Set(names).size === names.length, 'a name stands twice')
    .default([]),
  minMargin: minMargin.exactOptional(),
  lowStock: lowStock.exactOptional(),
  incidents: skuThresholds.exactOptional(),
  preWarm: preWarm.exactOptional(),
};

interface Sourcing {
  readonly delivery: 'auto' | 'manual';
  readonly reserve: ReservePolicy;
  readonly sources?: readonly Source[] | undefined;
  readonly price: Money;
  readonly minMargin?: MarginRule;
  readonly fields: readonly string[];
  readonly preWarm?: PreWarmRule;
}

/** What no field can say alone. Each problem says what to change. */
function judgeSourcing({ delivery, reserve, price, minMargin, sources = sourcesFor(delivery) }: Sourcing, context: z.RefinementCtx): void {
  const problem = (path: readonly (string | number)[], message: string): void => context.addIssue({ code: 'custom', path: [...path], message });
  if (delivery === 'manual' && sources.length > 0) problem(['sources'], 'delivery: manual takes nothing from a source: leave sources out');
  if (delivery === 'auto' && sources.length === 0) problem(['sources'], 'delivery: auto needs at least one source');
  if (reserve === 'AT_SUBMIT' && !sources.some(({ kind }) => kind === 'POOL'))
    problem(['reserve'], 'only cards of the pool can be reserved at submit: add { pool: true } or take AT_PAYMENT');
  sources.forEach((one, at) => {
    if (sources.findIndex((other) => nameOf(other) === nameOf(one)) < at) problem(['sources', at], 'this source stands twice');
    if (minMargin !== undefined && one.kind === 'CHANNEL' && one.maxUnitCost.currency !== price.currency)
      problem(['sources', at, 'maxUnitCost'], 'no margin can be told between two currencies: leave minMargin out, or give both in one');
  });
  if ((minMargin?.amountMinor ?? 0) > price.amountMinor) problem(['minMargin', 'amountMinor'], 'is more than the price');
}

/** Only codes can lie in a pool, and only those that a channel sells can be bought ahead. */
function judgePreWarm({ preWarm: rule, fields, delivery, sources = sourcesFor(delivery) }: Sourcing, context: z.RefinementCtx): void {
  if (rule === undefined) return;
  const problem = (message: string): void => context.addIssue({ code: 'custom', path: ['preWarm'], message });
  const channels = sources.flatMap((one) => (one.kind === 'CHANNEL' ? [one] : []));
  if (!sources.some(({ kind }) => kind === 'POOL') || channels.length === 0)
    problem('needs the pool and a channel among the sources: what is bought at the one lies in the other');
  if (fields.length > 0) problem('a top-up cannot be bought ahead: leave fields or preWarm out');
  if (channels.length > 0 && !channels.some(({ maxUnitCost }) => maxUnitCost.currency === rule.budget.currency))
    problem(`no channel sells in ${rule.budget.currency}: give the budget in the currency of maxUnitCost`);
}

const nameOf = (one: Source): string => (one.kind === 'POOL' ? 'pool' : `${one.channelId} ${one.product}`);
const sourcesFor = (delivery: 'auto' | 'manual'): readonly Source[] => (delivery === 'manual' ? [] : [{ kind: 'POOL' }]);

/** Checks a SKU as a whole and fills in where it takes its cards from. For the shape above, whatever else stands beside it. */
export const wholeSku = <T extends Sourcing>(schema: z.ZodType<T>) =>
  schema
    .superRefine(judgeSourcing)
    .superRefine(judgePreWarm)
    .transform(({ sources, ...settings }) => ({ ...settings, sources: sources ?? sourcesFor(settings.delivery) }));

export const skuSettings = wholeSku(z.strictObject(skuShape));
