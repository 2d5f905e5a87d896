import type { PreWarmOrdered } from '../../domain/job/pre-warm-events';
import type { StoredEvent } from '../../domain/kernel/event';
import { idOf } from '../../domain/kernel/ids';
import type { PurchaseEventOf } from '../../domain/order/purchase-events';
import { type BookedPurchase, hasSold } from '../ports/channel-book';
import type { PurchaseWorld } from './running-purchases';
import { VIEW_LAGS_MAX_MS } from './running-trials';

type Granted = PurchaseEventOf<'PurchaseRequested'>['data'];

interface Job {
  readonly ordered: PreWarmOrdered;
  readonly orderedAt: number;
  readonly granted: Granted[];
  /** Purchases of which nothing can come any more, by our events. */
  readonly over: Set<string>;
  readonly writtenOff: Set<string>;
  /** Cards for sale that came of it. */
  cards: number;
  /** Purchases whose goods have come and are on no stream of their own yet, and since when. */
  readonly toPutAway: Map<string, number>;
  ended: boolean;
}

/** Since when nobody may buy there. */
interface Closed {
  paused?: number | undefined;
  draining?: number | undefined;
  isolated?: number | undefined;
}

/** Goods that came are on streams of their own after so long, outages and restarts included. */
const PUT_AWAY_WITHIN_MS = 60 * 60_000;
const OVER: ReadonlySet<string> = new Set(
  ['Completed', 'PartlyCompleted', 'Refused', 'Cancelled', 'WrittenOff'].map((word) => `PreWarmPurchase${word}`),
);

/**
 * Buying ahead by the channels' own books: never above the budget, no more than was asked for, nothing where an operator or the health of the
 * channel forbids it, and nothing left open.
 */
export class AheadOracles {
  private readonly jobs = new Map<string, Job>();
  private readonly jobOfBatch = new Map<string, Job>();
  private readonly closed = new Map<string, Closed>();

  constructor(private readonly world: Omit<PurchaseWorld, 'fingerprint'>) {}

  /** Something is still to come of what was ordered. */
  get isUnderWay(): boolean {
    return [...this.jobs.values()].some(({ ended }) => !ended);
  }

  has(jobId: string): boolean {
    return this.jobs.has(jobId);
  }

  see(event: StoredEvent): void {
    this.nothingLiesAbout();
    if (event.stream.startsWith('job-')) this.job(idOf(event.stream), event);
    else if (event.stream.startsWith('channel-')) this.channel(idOf(event.stream), event);
    else if (event.type === 'CardStocked') this.stocked((event.data as { readonly batchId: string }).batchId);
  }

  /** When nothing is left to happen. */
  atRest(): void {
    for (const [jobId, job] of this.jobs) {
      const { ordered, granted, over, ended } = job;
      const open = granted.filter(({ requestId }) => !over.has(requestId));
      if (!ended || open.length > 0) this.world.violated('pre-warm', `${jobId} has not ended, and ${open.length} of its purchases are open`, jobId);
      // What a channel takes beyond its own word is claimed back, and no fault of whoever asked it.
      const agreed = granted.reduce((sum, one) => sum + this.paidFor(one, one.maxUnitCost.amountMinor), 0);
      if (agreed > ordered.budget.amountMinor)
        this.world.violated('pre-warm', `${jobId} was to spend ${ordered.budget.amountMinor} and spent ${agreed}`, jobId);
    }
  }

  private job(jobId: string, event: StoredEvent): void {
    if (event.type === 'PreWarmOrdered') {
      const ordered = event.data as unknown as PreWarmOrdered;
      const begun = {
        ordered,
        orderedAt: this.world.now(),
        granted: [],
        over: new Set<string>(),
        writtenOff: new Set<string>(),
        cards: 0,
        toPutAway: new Map<string, number>(),
        ended: false,
      };
      if (!this.jobs.has(jobId)) this.jobs.set(jobId, begun);
      else this.world.violated('pre-warm', `${jobId} is ordered twice`, jobId);
      return;
    }
    const job = this.jobs.get(jobId);
    if (job === undefined) return;
    const { requestId } = event.data as { readonly requestId?: string };
    this.putAway(job, event);
    if (event.type === 'PreWarmPurchaseRequested') this.granted(jobId, job, event.data as unknown as Granted);
    if (OVER.has(event.type) && requestId !== undefined) job.over.add(requestId);
    if (event.type === 'PreWarmPurchaseWrittenOff' && requestId !== undefined) job.writtenOff.add(requestId);
    if (event.type === 'PreWarmEnded') job.ended = true;
    // Goods that came after all are put away before it ends once more.
    else if (event.type.endsWith('Completed')) job.ended = false;
  }

  private putAway({ toPutAway }: Job, { type, data }: StoredEvent): void {
    const { requestId = '', cards = [], problem } = data as { readonly requestId?: string; readonly cards?: unknown; readonly problem?: string };
    if (type.endsWith('Completed') && Array.isArray(cards) && cards.length > 0) toPutAway.set(requestId, this.world.now());
    if (type === 'PreWarmCardsStocked' || problem === 'KNOWN_CODE') toPutAway.delete(requestId);
  }

  /** What was paid for is for sale, or claimed back: it does not lie about. */
  private nothingLiesAbout(): void {
    const now = this.world.now();
    for (const [jobId, { toPutAway }] of this.jobs)
      for (const [requestId, since] of toPutAway)
        if (now > since + PUT_AWAY_WITHIN_MS)
          this.world.violated('pre-warm', `the cards of ${requestId} lie about for ${Math.round((now - since) / 60_000)} min`, jobId);
  }

  /** Whatever may still come of all that was granted is within what may be spent, at the moment when more is granted. */
  private granted(jobId: string, job: Job, request: Granted): void {
    const { now, violated } = this.world;
    const { ordered, granted, cards, over } = job;
    const { channelId, requestId, quantity, maxUnitCost } = request;
    const spent = granted.reduce((sum, one) => sum + this.mayCost(one, over), 0);
    if (spent + quantity * maxUnitCost.amountMinor > ordered.budget.amountMinor)
      violated('pre-warm', `${requestId} may cost ${quantity * maxUnitCost.amountMinor} beside ${spent}, of ${ordered.budget.amountMinor}`, jobId);
    if (cards + quantity > ordered.units)
      violated('pre-warm', `${requestId} is for ${quantity} cards, ${cards} of ${ordered.units} are there`, jobId);
    if (now() > Date.parse(ordered.buyBy) + VIEW_LAGS_MAX_MS) violated('pre-warm', `${requestId} is bought after its peak`, jobId);
    const { paused, isolated, draining } = this.closed.get(channelId) ?? {};
    const drained = draining !== undefined && job.orderedAt > draining ? draining : undefined;
    for (const [why, since] of Object.entries({ paused, isolated, drained }))
      if (since !== undefined && now() > since + VIEW_LAGS_MAX_MS)
        violated('pre-warm', `${requestId} is bought at ${channelId}, which is ${why} for ${Math.round(now() - since)} ms`, jobId);
    granted.push(request);
    this.jobOfBatch.set(requestId, job);
  }

  /** More cards than were asked for come of purchases that had been given up, and of nothing else. */
  private stocked(batchId: string): void {
    const job = this.jobOfBatch.get(batchId);
    if (job === undefined) return;
    job.cards++;
    const late = job.granted.reduce((sum, { requestId, quantity }) => sum + (job.writtenOff.has(requestId) ? quantity : 0), 0);
    if (job.cards > job.ordered.units + late)
      this.world.violated('pre-warm', `${job.cards} cards were bought ahead with ${batchId}, and ${job.ordered.units} were wanted`);
  }

  private mayCost(granted: Granted, over: ReadonlySet<string>): number {
    const { requestId, quantity, maxUnitCost } = granted;
    return over.has(requestId) ? this.paidFor(granted) : Math.max(quantity * maxUnitCost.amountMinor, this.paidFor(granted));
  }

  /** By the book of the channel, at most so much for each. */
  private paidFor({ channelId, requestId }: Granted, eachAtMost = Infinity): number {
    const book = this.world.channels.get(channelId)?.book;
    const sold = [book?.purchases.get(requestId), ...(book?.doubles ?? []).filter((one) => one.requestId === requestId)];
    return sold
      .filter((one): one is BookedPurchase => one !== undefined && hasSold(one))
      .reduce((sum, { units, unitCostMinor }) => sum + units * Math.min(unitCostMinor, eachAtMost), 0);
  }

  private channel(channelId: string, { type, data }: StoredEvent): void {
    const now = this.world.now();
    const closed = this.closed.get(channelId) ?? {};
    this.closed.set(channelId, closed);
    switch (type) {
      case 'ChannelPaused':
        Object.assign(closed, { paused: now, draining: undefined });
        return;
      case 'ChannelDrainStarted':
        Object.assign(closed, { paused: undefined, draining: now });
        return;
      case 'ChannelResumed':
        return void this.closed.delete(channelId);
      case 'ChannelConfigured':
        closed.isolated = undefined;
        return;
      case 'HealthChanged':
        closed.isolated = (data as { readonly to: string }).to === 'ISOLATED' ? now : undefined;
    }
  }
}
