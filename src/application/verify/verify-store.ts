import type { Position, StoredEvent } from '../../domain/kernel/event';
import { categoryOf, idOf } from '../../domain/kernel/ids';
import type { EventCodec } from '../ports/event-codec';
import type { EventStore } from '../ports/event-store';
import { cardEventViolations, foldCard, unfoldedCard } from './card-rules';
import { Holdings } from './holdings';
import { addTotals, foldOrder, moneyOf, orderEventViolations, unfoldedOrder, type FoldedOrder } from './order-rules';
import { StreamChain } from './stream-chain';
import { eventsOf, StreamFolds } from './stream-folds';
import type { CurrencyTotals, VerifyReport, Violation } from './violation';

/** One record of the log in its order; `event` is null when it is damaged beyond reading. */
export interface VerifyRecord {
  readonly stream: string;
  readonly revision: number;
  readonly position: Position;
  readonly event: StoredEvent | null;
}

/** What the store found wrong by its own account (checksums, indexes, pages). */
export interface StoreFinding {
  readonly kind: string;
  readonly stream?: string;
  readonly revision?: number;
  readonly position?: Position;
  readonly field?: string;
  readonly what?: string;
}

export interface VerifyOptions {
  /** The log from its beginning; records behind `head` are left out. */
  readonly records: AsyncIterable<VerifyRecord>;
  /** Where the log ended when verification began; null for an empty one. */
  readonly head: Position | null;
  readonly store: Pick<EventStore, 'read'>;
  readonly codec: EventCodec;
  readonly storeFindings?: AsyncIterable<StoreFinding>;
  readonly onProgress?: (done: { readonly streams: number; readonly events: number; readonly violations: number }) => void;
}

/** More are counted and not listed: a store that is wrong everywhere must not fill the memory. */
const VIOLATIONS_MAX = 10_000;
const SKIPPED_MAX = 1_000;
const PROGRESS_EVERY_EVENTS = 10_000;

/**
 * Checks a whole store against the promises that can be seen in it: I2, I3, I4, I9 and I16, the schemas, and the store's own account.
 *
 * It walks the log and, at the first event of each stream, reads and judges that stream whole. What must be compared across
 * streams is read when it is needed, so memory stays the same however long the log is. Safe beside a running shop.
 */
export function verifyStore(options: VerifyOptions): Promise<VerifyReport> {
  return new Verification(options).run();
}

class Verification {
  private readonly violations: Violation[] = [];
  private violationsDropped = 0;
  private readonly skipped: { stream?: string; why: string }[] = [];
  private skippedDropped = 0;
  private readonly checked = { streams: 0, events: 0, cards: 0, orders: 0 };
  private eventsInLog = 0;
  private readonly money: Record<string, CurrencyTotals> = {};
  private readonly damagedParts = new Map<string, string>();
  private readonly folds: StreamFolds;
  private readonly holdings: Holdings;

  constructor(private readonly options: VerifyOptions) {
    this.folds = new StreamFolds(options.store, options.codec);
    this.holdings = new Holdings(this.folds);
  }

  async run(): Promise<VerifyReport> {
    await this.takeStoreFindings();
    for await (const record of this.options.records) {
      if (!this.isWithin(record.position)) break;
      await this.take(record);
    }
    this.compareWithLog();
    if (this.violationsDropped > 0) this.skipped.push({ why: `${this.violationsDropped} more violations are not listed` });
    if (this.skippedDropped > 0) this.skipped.push({ why: `${this.skippedDropped} more streams were skipped in part` });
    return { checked: this.checked, violations: this.violations, skipped: this.skipped, money: this.money };
  }

  private async takeStoreFindings(): Promise<void> {
    const { storeFindings } = this.options;
    if (storeFindings === undefined) {
      this.skip({ why: "the store's own checksums and indexes were not looked at" });
      return;
    }
    for await (const { kind, what, ...where } of storeFindings) {
      if (where.field !== undefined && where.stream !== undefined && this.damagedParts.size < VIOLATIONS_MAX)
        this.damagedParts.set(`${where.stream}@${where.revision}`, where.field);
      this.report({ kind: 'store', ...where, message: what === undefined ? kind : `${kind}: ${what}` });
    }
  }

  private isWithin(position: Position): boolean {
    return this.options.head !== null && position <= this.options.head;
  }

  private async take({ stream, revision, position, event }: VerifyRecord): Promise<void> {
    this.eventsInLog++;
    if (event === null) this.report({ kind: 'unreadable', stream, revision, position, message: 'the record cannot be read' });
    if (revision === 0) await this.judge(stream);
    if (this.eventsInLog % PROGRESS_EVERY_EVENTS === 0) {
      this.options.onProgress?.({ streams: this.checked.streams, events: this.eventsInLog, violations: this.violations.length });
    }
  }

  private async judge(stream: string): Promise<void> {
    this.checked.streams++;
    try {
      const category = categoryOf(stream);
      if (category === 'order') await this.judgeOrder(stream);
      else if (category === 'card') await this.judgeCard(stream);
      else for await (const _sound of this.soundEvents(stream)) continue;
    } catch (error) {
      this.report({ kind: 'unreadable', stream, message: error instanceof Error ? error.message : 'the stream cannot be read' });
    }
  }

  private async judgeOrder(stream: string): Promise<void> {
    this.checked.orders++;
    const orderId = idOf(stream);
    let folded: FoldedOrder = unfoldedOrder(orderId);
    for await (const event of this.soundEvents(stream)) {
      const after = foldOrder(folded, event);
      this.reportAll(orderEventViolations(folded.state, after.state, event));
      folded = after;
    }
    const { totals, problem } = moneyOf(folded);
    for (const [currency, amounts] of Object.entries(totals)) this.money[currency] = addTotals(this.money[currency], amounts);
    if (problem !== null) this.report({ kind: 'money', stream, revision: folded.revision, message: problem });
    for await (const violation of this.holdings.ofOrder(orderId)) this.report(violation);
  }

  private async judgeCard(stream: string): Promise<void> {
    this.checked.cards++;
    let folded = unfoldedCard;
    for await (const event of this.soundEvents(stream)) {
      this.reportAll(cardEventViolations(folded.state, event));
      folded = foldCard(folded, event);
    }
    for await (const violation of this.holdings.ofCard(idOf(stream))) this.report(violation);
  }

  /** The events of a stream in today's shapes, each checked on its way; behind one that this program does not know nothing is judged. */
  private async *soundEvents(stream: string): AsyncGenerator<StoredEvent> {
    const { codec, store } = this.options;
    const chain = new StreamChain(codec, (name, revision) => this.damagedParts.get(`${name}@${revision}`));
    let isKnown = true;
    for await (const stored of eventsOf(store, stream)) {
      if (this.isWithin(stored.position)) this.checked.events++;
      this.reportAll(chain.follow(stored));
      const decoded = codec.decode(stored);
      if (decoded.outcome === 'read' && isKnown) yield decoded.event;
      if (decoded.outcome === 'unknown' && isKnown) {
        isKnown = false;
        this.skip({ stream, why: `what revision ${stored.revision} and later mean: ${decoded.why}` });
      }
    }
  }

  private compareWithLog(): void {
    const { events } = this.checked;
    if (events !== this.eventsInLog) this.report({ kind: 'log', message: `the log holds ${this.eventsInLog} events, its streams hold ${events}` });
  }

  private reportAll(violations: Iterable<Violation>): void {
    for (const violation of violations) this.report(violation);
  }

  private report(violation: Violation): void {
    if (this.violations.length < VIOLATIONS_MAX) this.violations.push(violation);
    else this.violationsDropped++;
  }

  private skip(what: { stream?: string; why: string }): void {
    if (this.skipped.length < SKIPPED_MAX) this.skipped.push(what);
    else this.skippedDropped++;
  }
}

/** The log of any store as records, up to a position; ends there. */
export async function* recordsOf(store: Pick<EventStore, 'subscribe'>, head: Position | null, signal: AbortSignal): AsyncGenerator<VerifyRecord> {
  if (head === null) return;
  for await (const batch of store.subscribe({ after: null, signal })) {
    for (const event of batch.events) yield { stream: event.stream, revision: event.revision, position: event.position, event };
    if (batch.position >= head) return;
  }
}
