import { hourOf, Pattern } from '../../domain/demand/forecast';
import { unitsAhead } from '../../domain/demand/pre-warm';
import { PRE_WARM_UNITS_MAX } from '../../domain/job/pre-warm';
import type { PreWarmEvent, PreWarmOrdered } from '../../domain/job/pre-warm-events';
import { derivedId } from '../../domain/kernel/ids';
import type { Money } from '../../domain/kernel/money';
import { HOUR_MS, toIso } from '../../domain/kernel/time';
import type { ChannelSource } from '../../domain/order/events';
import { costLimit, minMarginOf, type MarginRule } from '../../domain/order/margin';
import type { DomainEvent } from '../../domain/kernel/event';
import type { SkuSettings } from '../../domain/catalog/events';
import type { JobRow } from '../../projections/jobs';
import type { SkuStockRow } from '../../projections/sku-stock';
import { aggregates } from '../aggregates';
import { readDemand } from '../demand/read-demand';
import { Advance, type AdvanceKit } from '../engine/advance';
import { LaneSlots } from '../engine/lane-slots';
import type { ReadModels } from '../ports/read-models';
import type { Spans } from '../ports/spans';
import { repeat } from '../repeat';
import type { Settings } from '../settings';
import { PreWarmProcess, type PreWarmProcessKit } from './pre-warm-process';

export interface PreWarmKit extends PreWarmProcessKit {
  readonly readModels: Pick<ReadModels, 'find' | 'get'>;
  readonly settings: Pick<Settings, 'allSkus'>;
  readonly spans: Pick<Spans, 'within'>;
  /** What each sold card must leave where its SKU says nothing. */
  readonly minMargin: MarginRule | undefined;
  /** How often it is looked whether a peak is coming. Milliseconds. */
  readonly lookEveryMs: number;
  /** Told of each event that this process stored. Must not throw. */
  readonly onStored: (event: PreWarmEvent) => void;
  /** A store is away; taken up again where it stood. Must not throw. */
  readonly onFailed: (error: unknown) => void;
}

/** How often open jobs are looked at. */
const WORK_EVERY_MS = 1_000;
const JOBS_PER_LOOK = 100;
/** Purchases under way at once; of one job, one. */
const CALLS_MAX = 4;

/** What a SKU has said of buying ahead, where it can be done: codes that a channel sells and the pool takes. */
function ruleOf(settings: SkuSettings | undefined, active: boolean): SkuSettings['preWarm'] {
  if (settings?.preWarm === undefined || !active || settings.delivery === 'manual' || settings.fields.length > 0) return undefined;
  return settings.sources.some(({ kind }) => kind === 'POOL') ? settings.preWarm : undefined;
}

/** The channels of a SKU, each with the most that a card may cost there, so that its margin is left. */
function sourcesOf({ sources, price, minMargin }: SkuSettings, margin: MarginRule | undefined, budget: Money): readonly ChannelSource[] {
  const rule = minMargin ?? margin;
  const terms = { unitPrice: price, ...(rule === undefined ? {} : { minMargin: minMarginOf(price, rule) }) };
  const capped = sources.flatMap((source) => (source.kind === 'CHANNEL' ? [{ ...source, maxUnitCost: costLimit(terms, source) }] : []));
  return capped.filter(({ maxUnitCost }) => maxUnitCost.currency === budget.currency && maxUnitCost.amountMinor >= 0);
}

/**
 * Buys cards ahead of peaks. One job for each SKU and day, so its budget holds for a day; whoever orders it second finds it there. Everything it needs stands
 * in the log: two of these do no harm, as two engines do none. Runs until the signal aborts; never rejects.
 */
export async function runPreWarm(kit: PreWarmKit, signal: AbortSignal): Promise<void> {
  const buying = new PreWarm(kit);
  await Promise.all([
    repeat(() => buying.look(signal), { ...kit, waitMs: () => kit.lookEveryMs }, signal),
    repeat(() => buying.work(signal), { ...kit, waitMs: () => WORK_EVERY_MS }, signal),
  ]);
  await kit.background.end();
}

export class PreWarm {
  private readonly process: PreWarmProcess;
  private readonly advanceKit: AdvanceKit;

  constructor(private readonly kit: PreWarmKit) {
    this.process = new PreWarmProcess(kit);
    const session = kit.runtime.newId();
    let counter = 0;
    this.advanceKit = {
      commands: kit.commands,
      slots: new LaneSlots(CALLS_MAX, () => ({ weight: 1, max: CALLS_MAX })),
      laneOf: () => 'default',
      session,
      nextBy: () => `${session}:${++counter}`,
      wakeCount: () => 0,
      spans: kit.spans,
      committed: (_id, events) => events.forEach((event) => this.tell(event)),
      lostRace: () => undefined,
    };
  }

  /** Orders what each SKU needs. Rejects while a store is away. */
  async look(signal: AbortSignal): Promise<void> {
    for (const { id, settings, active } of this.kit.settings.allSkus()) {
      if (signal.aborted) return;
      const rule = ruleOf(settings, active);
      if (settings !== undefined && rule !== undefined) await this.lookAt(id, settings, rule);
    }
  }

  private async lookAt(skuId: string, settings: SkuSettings, rule: NonNullable<SkuSettings['preWarm']>): Promise<void> {
    const { commands, readModels, minMargin } = this.kit;
    const now = commands.clock.now();
    const sources = sourcesOf(settings, minMargin, rule.budget);
    const [demand, stock] = [await readDemand(readModels, skuId, now), await readModels.get<SkuStockRow>('sku-stock', skuId)];
    const available = stock?.value.available ?? 0;
    const { units, peak } = unitsAhead(new Pattern(demand, hourOf(now)), rule, available);
    if (units === 0 || sources.length === 0) return;
    const hour = toIso(peak.hour * HOUR_MS);
    await this.order({
      ...{ skuId, sources, available, units: Math.min(units, PRE_WARM_UNITS_MAX), budget: rule.budget },
      ...{ buyBy: toIso((peak.hour + 1) * HOUR_MS), peak: { hour, units: peak.units } },
    });
  }

  private async order(ordered: PreWarmOrdered): Promise<void> {
    const { commands } = this.kit;
    const jobId = derivedId('pre-warm', ordered.skuId, ordered.peak.hour.slice(0, 10));
    const actor = { kind: 'ENGINE', id: 'pre-warm' } as const;
    const context = { commandId: derivedId('command', jobId, 'order'), correlationId: jobId, causationId: jobId, actor };
    const handled = await commands.handle(aggregates.job, jobId, { type: 'OrderPreWarm', ...ordered }, context);
    if (handled.outcome === 'done' && !handled.replayed) handled.events.forEach((event) => this.tell(event));
  }

  /** Takes every open job as far as it goes. Rejects while a store is away. */
  async work(signal: AbortSignal): Promise<void> {
    const sort = { field: 'orderedAt', direction: 'asc' } as const;
    const open = await this.kit.readModels.find<JobRow>('jobs', { filter: { open: { eq: 1 } }, sort, limit: JOBS_PER_LOOK });
    const own = open.filter(({ value }) => value.kind === 'PRE_WARM').map(({ key }) => key);
    if (signal.aborted) return;
    const ends = await Promise.allSettled(own.map((jobId) => Advance.run(this.process, this.advanceKit, jobId)));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  private tell(event: DomainEvent): void {
    this.kit.onStored(event as PreWarmEvent);
  }
}
