import type { BatchCounts } from '../../domain/batch/decide';
import type { Actor } from '../../domain/kernel/event';
import { cardIdFor, derivedId } from '../../domain/kernel/ids';
import type { Money } from '../../domain/kernel/money';
import { aggregates } from '../aggregates';
import { cardFingerprint, type CardText, sealCard } from '../card-text';
import { Slots } from '../engine/slots';
import type { CommandContext, CommandHandling } from '../handle-command';
import type { Keyring } from '../ports/keyring';
import type { ImportRow, RowReason } from './rows';

export interface ImportOptions {
  readonly skuId: string;
  /** The same id goes on with an import that was cut off. */
  readonly batchId: string;
  /** Where the cards come from, for people: a file name, a supplier's delivery. Never a secret. */
  readonly source: string;
  readonly reason: string;
  readonly actor: Actor;
  readonly causationId: string;
  /** From `contentHashOf`. With it, rows that were done before a crash are not read into the store again. */
  readonly contentHash?: string;
  /** What one card cost. */
  readonly cost?: Money;
}

export type Counts = BatchCounts;

/** A row that was not accepted. `fingerprint` names a code without telling it: equal codes have equal ones. */
export interface RowProblem {
  readonly row: number;
  readonly reason: RowReason;
  readonly fingerprint?: string;
}

export const noCounts: Counts = { rows: 0, accepted: 0, duplicates: 0, rejected: 0 };

export const addCounts = (a: Counts, b: Counts): Counts => ({
  rows: a.rows + b.rows,
  accepted: a.accepted + b.accepted,
  duplicates: a.duplicates + b.duplicates,
  rejected: a.rejected + b.rejected,
});

/** Appends in flight: enough to fill the store's group commits, few enough that orders still get their turn. */
const APPENDS_MAX = 128;

/** Puts rows into the pool. A card's id is made of its code, so a code that is there already shows as a conflict on its stream. */
export class CardStocking {
  private readonly appends = new Slots(APPENDS_MAX);

  constructor(
    private readonly commands: CommandHandling,
    private readonly keyring: Keyring,
    private readonly options: ImportOptions,
    private readonly reusable: boolean,
    private readonly context: Omit<CommandContext, 'commandId'>,
  ) {}

  /** Rejects only after the last append of these rows has ended. */
  async stock(rows: readonly ImportRow[]): Promise<{ readonly counts: Counts; readonly problems: readonly RowProblem[] }> {
    const ends = await Promise.allSettled(rows.map((row) => this.appends.run(() => this.stockRow(row))));
    const problems: RowProblem[] = [];
    for (const end of ends) {
      if (end.status === 'rejected') throw end.reason;
      if (end.value !== null) problems.push(end.value);
    }
    const duplicates = problems.filter(({ reason }) => reason === 'DUPLICATE').length;
    const counts = { rows: rows.length, accepted: rows.length - problems.length, duplicates, rejected: problems.length - duplicates };
    return { counts, problems };
  }

  private async stockRow(row: ImportRow): Promise<RowProblem | null> {
    return 'card' in row ? this.stockCard(row.row, row.card) : row;
  }

  /** The code is sealed before anything waits. A row of this very batch that is stored already was accepted by a run before. */
  private async stockCard(row: number, card: CardText): Promise<RowProblem | null> {
    const { skuId, batchId, cost } = this.options;
    const fingerprint = cardFingerprint(this.keyring, card.code);
    const cardId = this.reusable ? cardIdFor(skuId, fingerprint, `${batchId}:${row}`) : cardIdFor(skuId, fingerprint);
    const sealed = sealCard(this.keyring, cardId, skuId, card);
    const command = { type: 'StockCard', skuId, batchId, sealed, fingerprint, ...(cost === undefined ? {} : { cost }) } as const;
    const commandId = derivedId('command', batchId, 'StockCard', row);
    const handled = await this.commands.handle(aggregates.card, cardId, command, { ...this.context, commandId, fingerprint });
    return handled.outcome === 'done' ? null : { row, reason: 'DUPLICATE', fingerprint };
  }
}
