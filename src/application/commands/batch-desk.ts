import type { CardCommand } from '../../domain/card/decide';
import type { CardState } from '../../domain/card/state';
import type { Instant } from '../../domain/kernel/time';
import type { BatchStockRow } from '../../projections/batch-stock';
import type { CardRow } from '../../projections/cards';
import { aggregates } from '../aggregates';
import { type Operation, requireRole } from '../authorise';
import type { Caller } from '../caller';
import { Slots } from '../engine/slots';
import type { CommandHandling } from '../handle-command';
import type { ReadModels } from '../ports/read-models';
import { refuse } from '../refusals';
import { type CardDesk, cardSeen, type CardSeen } from './card-desk';
import type { Refused } from './result';

export interface BatchInput {
  readonly idempotencyKey: string;
  readonly reason: string;
  readonly batchId: string;
}

export interface BatchDone {
  readonly ok: true;
  readonly batchId: string;
  readonly skuId: string;
  /** Cards that this call changed. */
  readonly changed: number;
  /** Cards that could not be: each has its own reason. */
  readonly refused: number;
  /** False: there are more. The same call goes on. */
  readonly done: boolean;
  /** Cards that orders hold or got, the first of them: they stay with their orders, for support to deal with. */
  readonly held: readonly CardSeen[];
  readonly heldCount: number;
}
export type BatchResult = BatchDone | Refused;

/** What a batch verb does to each of its cards, and where those stand that it is meant for. */
export interface BatchWork {
  readonly from: readonly CardState['status'][];
  command(at: Instant): CardCommand;
}

/** Cards of one call, so that a call ends in seconds; a larger batch takes more calls. */
export const BATCH_CARDS_MAX = 5_000;
const PAGE_CARDS = 500;
const APPENDS_MAX = 64;
const HELD_SHOWN_MAX = 100;

/** Where people take whole deliveries out of sale and put them back. Repeatable: a card that is so already stays so. */
export class BatchDesk {
  constructor(
    private readonly commands: CommandHandling,
    private readonly cards: CardDesk,
    private readonly readModels: Pick<ReadModels, 'get' | 'find' | 'count'>,
  ) {}

  /** Throws Forbidden. */
  async run(operation: Operation, caller: Caller, input: BatchInput, work: BatchWork): Promise<BatchResult> {
    requireRole(operation, caller);
    const { state: batch } = await this.commands.load(aggregates.batch, input.batchId, true);
    const stock = (await this.readModels.get<BatchStockRow>('batch-stock', input.batchId))?.value;
    if (batch.status === 'ABSENT' && stock === undefined) return { ok: false, refusal: refuse('BATCH_NOT_FOUND', { field: ['batchId'] }) };
    const { changed, refused, isLast } = await this.throughCards(operation, caller, input, work);
    // A model that has not seen all of the import yet has not shown all of its cards.
    const isStocked = stocked(stock) >= batch.accepted;
    const held = await this.heldOf(input.batchId);
    return { ok: true, batchId: input.batchId, skuId: batch.skuId || (stock?.skuId ?? ''), changed, refused, done: isLast && isStocked, ...held };
  }

  private async throughCards(operation: Operation, caller: Caller, input: BatchInput, work: BatchWork) {
    const context = this.cards.contextOf(operation, caller, input, input.batchId);
    const appends = new Slots(APPENDS_MAX);
    const sum = { changed: 0, refused: 0, isLast: false };
    let after: string | undefined;
    for (let seen = 0; seen < BATCH_CARDS_MAX && !sum.isLast;) {
      const page = await this.readModels.find<CardRow>('cards', {
        filter: { batchId: { eq: input.batchId }, status: { in: work.from } },
        ...(after === undefined ? {} : { after: { value: null, key: after } }),
        limit: PAGE_CARDS,
      });
      const ends = await Promise.allSettled(
        page.map(({ key }) => appends.run(() => this.commands.handle(aggregates.card, key, (at: Instant) => work.command(at), context))),
      );
      for (const end of ends) {
        if (end.status === 'rejected') throw end.reason;
        if (end.value.outcome === 'rejected') sum.refused++;
        else sum.changed += end.value.events.length > 0 ? 1 : 0;
      }
      seen += page.length;
      after = page.at(-1)?.key;
      sum.isLast = page.length < PAGE_CARDS;
    }
    return sum;
  }

  private async heldOf(batchId: string): Promise<Pick<BatchDone, 'held' | 'heldCount'>> {
    const filter = { batchId: { eq: batchId }, status: { eq: 'CLAIMED' } };
    const rows = await this.readModels.find<CardRow>('cards', { filter, limit: HELD_SHOWN_MAX });
    const stock = (await this.readModels.get<BatchStockRow>('batch-stock', batchId))?.value;
    return { held: rows.map(({ key, value }) => cardSeen(key, value.state)), heldCount: Math.max(stock?.claimed ?? 0, rows.length) };
  }
}

const stocked = (row: BatchStockRow | undefined): number =>
  row === undefined ? 0 : row.available + row.claimed + row.quarantined + row.voided + row.expired;
