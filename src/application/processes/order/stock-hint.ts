import type { CardEvent } from '../../../domain/card/events';
import type { Position, StoredEvent } from '../../../domain/kernel/event';
import { type Background, unlessAborted } from '../../background';
import type { Runtime } from '../../ports/runtime';
import type { Projection } from '../../../projections/projection';
import type { SkuStockRow } from '../../../projections/sku-stock';

/** The row, and how far the model that gave it has read the log. Whoever aborts needs no answer any more. */
export type ReadStock = (skuId: string, signal: AbortSignal) => Promise<{ readonly row: SkuStockRow | null; readonly upTo: Position | null }>;

type CardClaimed = Extract<CardEvent, { type: 'CardClaimed' }>;

/** Before a model that is behind, or away, is read again: doubled from the first, up to the most, while it stays behind. Milliseconds. */
const BEHIND_RETRY_MS = 50;
const BEHIND_RETRY_MAX_MS = 1_000;
const FAILED_RETRY_MS = 500;
/** Events kept for a row that is being read; with more, a newer row is waited for. */
const MISSED_MAX = 10_000;

interface Known {
  row: SkuStockRow | null;
  position: Position | null;
  loaded: boolean;
  /** The row must reach so far: what came later is in `missed`. */
  behind: Position | null;
  /** What came while the row was being read: applied on top of it, in order. */
  missed: StoredEvent[];
  /** Units by order: those of direct charges under way, and those that paid orders wait for. */
  readonly promised: Map<string, number>;
  promisedUnits: number;
}

/**
 * How many units of a SKU can still be promised, up to date with the engine's own subscription: the `sku-stock` projection
 * folded in memory, less what this engine knows to be promised: to direct charges under way and to paid orders without their
 * cards. A hint: only a claim gives a card.
 */
export class StockHint {
  private readonly skus = new Map<string, Known>();
  private seenUpTo: Position | null = null;

  constructor(
    private readonly projection: Projection<SkuStockRow>,
    private readonly read: ReadStock,
    private readonly runtime: Pick<Runtime, 'sleep'>,
    /** Where rows are read; the owner ends it. */
    private readonly background: Background,
    private readonly onKnown: (skuId: string) => void,
    private readonly onFailed: (error: unknown) => void,
  ) {}

  begin(head: Position | null): void {
    this.seenUpTo = head;
  }

  /** As this order may see it: its own promise is not held against it. Undefined until it is known. */
  sellable(skuId: string, orderId: string): number | undefined {
    const known = this.known(skuId);
    if (!known.loaded) return undefined;
    return (known.row?.available ?? 0) - known.promisedUnits + (known.promised.get(orderId) ?? 0);
  }

  /** What this order is promised now; 0 when it has its cards or will not want them. */
  promise(skuId: string, orderId: string, units: number): void {
    const known = this.known(skuId);
    known.promisedUnits += units - (known.promised.get(orderId) ?? 0);
    if (units > 0) known.promised.set(orderId, units);
    else known.promised.delete(orderId);
  }

  observe(event: StoredEvent): void {
    const skuIds = this.projection.keys(event);
    // What changes no row is nothing that a row could lack.
    if (skuIds.length > 0 && (this.seenUpTo === null || event.position > this.seenUpTo)) this.seenUpTo = event.position;
    for (const skuId of skuIds) {
      const known = this.skus.get(skuId);
      if (known === undefined) continue;
      if (known.loaded) this.apply(skuId, known, event);
      else this.miss(known, event);
      if (event.type === 'CardClaimed') this.kept(skuId, known, (event as unknown as CardClaimed).data.orderId);
    }
  }

  /** A promise that was kept is none: else its card would count twice until its order is planned again, and the last one look sold. */
  private kept(skuId: string, known: Known, orderId: string): void {
    const units = known.promised.get(orderId);
    if (units !== undefined) this.promise(skuId, orderId, units - 1);
  }

  private miss(known: Known, event: StoredEvent): void {
    if (known.behind !== null && event.position <= known.behind) return;
    if (known.missed.push(event) <= MISSED_MAX) return;
    known.behind = event.position;
    known.missed = [];
  }

  private apply(skuId: string, known: Known, event: StoredEvent): void {
    if (known.position !== null && event.position <= known.position) return;
    known.row = this.projection.project(event, known.row, skuId);
    known.position = event.position;
  }

  private known(skuId: string): Known {
    const there = this.skus.get(skuId);
    if (there !== undefined) return there;
    const made: Known = { row: null, position: null, loaded: false, behind: this.seenUpTo, missed: [], promised: new Map(), promisedUnits: 0 };
    this.skus.set(skuId, made);
    this.background.run((signal) => this.load(skuId, made, signal));
    return made;
  }

  private async load(skuId: string, known: Known, signal: AbortSignal): Promise<void> {
    for (let behindMs = BEHIND_RETRY_MS; !signal.aborted; behindMs = Math.min(2 * behindMs, BEHIND_RETRY_MAX_MS)) {
      let pauseMs = behindMs;
      try {
        const answer = await unlessAborted(this.read(skuId, signal), signal);
        if (answer === undefined) return;
        const { row, upTo } = answer;
        if (known.behind === null || (upTo !== null && upTo >= known.behind)) {
          this.start(skuId, known, row, upTo);
          return;
        }
      } catch (error) {
        this.onFailed(error);
        pauseMs = FAILED_RETRY_MS;
      }
      await this.runtime.sleep(pauseMs, signal);
    }
  }

  private start(skuId: string, known: Known, row: SkuStockRow | null, upTo: Position | null): void {
    known.row = row;
    known.position = upTo;
    known.loaded = true;
    for (const event of known.missed) this.apply(skuId, known, event);
    known.missed = [];
    this.onKnown(skuId);
  }
}
