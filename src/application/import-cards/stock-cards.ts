import type { BatchCounts } from '../../domain/batch/decide';
import type { Money } from '../../domain/kernel/money';
import { derivedId } from '../../domain/kernel/ids';
import { aggregates } from '../aggregates';
import { sealCard } from '../card-text';
import { Slots } from '../engine/slots';
import type { CommandContext, CommandHandling } from '../handle-command';
import type { Keyring } from '../ports/keyring';
import { type CardRow, countsOf, duplicateOf, nameRow, type Naming, type RowProblem } from './card-rows';
import type { ImportRow } from './rows';

/** Appends in flight: as many as one group commit of the store takes. Most of a commit is one sync of the disk, whatever its size. */
const APPENDS_MAX = 512;

/** Puts rows into the pool. A card's id is made of its code, so a code that is there already shows as a conflict on its stream. */
export class CardStocking {
  private readonly appends = new Slots(APPENDS_MAX);

  constructor(
    private readonly commands: CommandHandling,
    private readonly keyring: Keyring,
    private readonly naming: Naming,
    private readonly cost: Money | undefined,
    private readonly context: Omit<CommandContext, 'commandId'>,
  ) {}

  /** Rejects only after the last append of these rows has ended. May be repeated: what is stored already was accepted then. */
  async stock(rows: readonly ImportRow[]): Promise<{ readonly counts: BatchCounts; readonly problems: readonly RowProblem[] }> {
    const ends = await Promise.allSettled(rows.map((row) => this.appends.run(() => this.stockRow(row))));
    const problems: RowProblem[] = [];
    for (const end of ends) {
      if (end.status === 'rejected') throw end.reason;
      if (end.value !== null) problems.push(end.value);
    }
    return { counts: countsOf(rows.length, problems), problems };
  }

  private async stockRow(row: ImportRow): Promise<RowProblem | null> {
    const named = nameRow(this.keyring, this.naming, row);
    return 'cardId' in named ? this.stockCard(named) : named;
  }

  /**
   * The code is sealed before anything waits. Nothing is read first: nearly every code is new, and where one is not, the append at
   * 'none' conflicts and only then its stream is read.
   */
  private async stockCard({ row, text, cardId, fingerprint }: CardRow): Promise<RowProblem | null> {
    const { commands, keyring, cost } = this;
    const { skuId, batchId } = this.naming;
    const { expiresAt } = text;
    const sealed = sealCard(keyring, cardId, skuId, text);
    const more = { ...(cost === undefined ? {} : { cost }), ...(expiresAt === undefined ? {} : { expiresAt }) };
    const command = { type: 'StockCard', skuId, batchId, sealed, fingerprint, ...more } as const;
    const context = { ...this.context, commandId: derivedId('command', batchId, 'StockCard', row), fingerprint };
    const handled = await commands.handle(aggregates.card, cardId, command, context, commands.absent(aggregates.card, cardId));
    commands.forget(aggregates.card, cardId);
    return handled.outcome === 'done' ? null : { row, reason: duplicateOf(handled.state, batchId), fingerprint };
  }
}
