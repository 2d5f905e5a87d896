import { createHash } from 'node:crypto';
import type { BatchState } from '../../domain/batch/decide';
import { sha256Hex } from '../../domain/kernel/hash';
import { derivedId } from '../../domain/kernel/ids';
import type { UserRefusal } from '../caller';
import { aggregates } from '../aggregates';
import type { SkuSettings } from '../../domain/catalog/events';
import type { Setting } from '../../domain/catalog/setting';
import type { CommandContext, CommandHandling } from '../handle-command';
import type { Keyring } from '../ports/keyring';
import type { Runtime } from '../ports/runtime';
import { refusalOf, refuse } from '../refusals';
import { type CardFileFormat, type ImportRow, rowsOf } from './rows';
import { addCounts, CardStocking, type Counts, type ImportOptions, noCounts, type RowProblem } from './stock-cards';

export type { ImportOptions };

export interface ImportKit {
  readonly commands: CommandHandling;
  readonly keyring: Keyring;
  readonly catalog: { sku(skuId: string): Promise<Setting<SkuSettings>> };
  readonly runtime: Runtime;
}

export interface ImportReport extends Counts {
  readonly batchId: string;
  readonly skuId: string;
  readonly state: 'OPEN' | 'CLOSED';
  /** The first rows of this run that were not accepted; the counts tell how many there are in all. */
  readonly problems: readonly RowProblem[];
}

export type ImportResult =
  { readonly ok: true; readonly batch: ImportReport; readonly replayed: boolean } | { readonly ok: false; readonly refusal: UserRefusal };

/** Called after each chunk. `elapsedMs` counts from the beginning of this run. */
export type OnProgress = (counts: Counts & { readonly elapsedMs: number }) => void;

/** Rows between two facts about how far an import came: what a crash makes it look at again. */
const PROGRESS_EVERY_ROWS = 5_120;
const PROBLEMS_KEPT_MAX = 1_000;

/** Keyed digest of a whole file, lower-case hex: recognises it and tells nothing about the codes in it. */
export async function contentHashOf(keyring: Keyring, bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of bytes) hash.update(part);
  return sha256Hex(keyring.fingerprint(hash.digest('hex'), 'card-file'));
}

/** Imports a file of any size with flat memory. Rejects with StoreUnavailable when the store goes away; the same call then goes on. */
export function importCardsFromStream(
  kit: ImportKit,
  bytes: AsyncIterable<Uint8Array>,
  options: ImportOptions & { readonly format: CardFileFormat },
  onProgress: OnProgress = () => undefined,
): Promise<ImportResult> {
  const opening = { commandId: derivedId('command', options.batchId, 'OpenBatch') };
  return importRows(kit, rowsOf(bytes, options.format), options, opening, onProgress);
}

/** Opens the batch, stocks chunk by chunk, closes the batch. `opening` names the command that opens it. */
export async function importRows(
  kit: ImportKit,
  chunks: AsyncIterable<readonly ImportRow[]> | Iterable<readonly ImportRow[]>,
  options: ImportOptions,
  opening: Pick<CommandContext, 'commandId' | 'fingerprint'>,
  onProgress: OnProgress = () => undefined,
): Promise<ImportResult> {
  const { settings } = await kit.catalog.sku(options.skuId);
  if (settings === undefined) return { ok: false, refusal: refuse('SKU_NOT_FOUND', { field: ['skuId'] }) };
  const run = new ImportRun(kit, options, settings.reusable, onProgress);
  const opened = await run.open(opening);
  if (opened.outcome === 'refused') return { ok: false, refusal: opened.refusal };
  if (opened.batch.status === 'CLOSED') return run.finished(opened.batch);
  return run.stock(chunks, opened.batch);
}

type Opened = { readonly outcome: 'open'; readonly batch: BatchState } | { readonly outcome: 'refused'; readonly refusal: UserRefusal };

/** One attempt to bring one batch to its end. */
class ImportRun {
  private readonly context: Omit<CommandContext, 'commandId'>;
  private readonly stocking: CardStocking;
  private readonly startedMs: number;
  private problems: readonly RowProblem[] = [];

  constructor(
    private readonly kit: ImportKit,
    private readonly options: ImportOptions,
    reusable: boolean,
    private readonly onProgress: OnProgress,
  ) {
    const { batchId, actor, reason, causationId } = options;
    this.context = { correlationId: batchId, causationId, actor, reason };
    this.stocking = new CardStocking(kit.commands, kit.keyring, options, reusable, this.context);
    this.startedMs = kit.runtime.monotonicMs();
  }

  async open(opening: Pick<CommandContext, 'commandId' | 'fingerprint'>): Promise<Opened> {
    const { skuId, batchId, source, contentHash } = this.options;
    const command = { type: 'OpenBatch', skuId, source, ...(contentHash === undefined ? {} : { contentHash }) } as const;
    const handled = await this.kit.commands.handle(aggregates.batch, batchId, command, { ...this.context, ...opening });
    if (handled.outcome === 'rejected') return { outcome: 'refused', refusal: refusalOf(handled.rejection) };
    // Without the digest of its content nobody knows whether this file is the one that the closed batch held.
    if (handled.state.status === 'CLOSED' && contentHash === undefined) return { outcome: 'refused', refusal: refuse('BATCH_NOT_OPEN') };
    return { outcome: 'open', batch: handled.state };
  }

  async stock(chunks: AsyncIterable<readonly ImportRow[]> | Iterable<readonly ImportRow[]>, batch: BatchState): Promise<ImportResult> {
    const { contentHash } = this.options;
    let counts: Counts = contentHash === undefined ? noCounts : countsOf(batch);
    let told = counts.rows;
    let toSkip = counts.rows;
    for await (const chunk of chunks) {
      const rows = chunk.slice(Math.min(toSkip, chunk.length));
      toSkip -= chunk.length - rows.length;
      if (rows.length === 0) continue;
      const stocked = await this.stocking.stock(rows);
      counts = addCounts(counts, stocked.counts);
      this.problems = [...this.problems, ...stocked.problems].slice(0, PROBLEMS_KEPT_MAX);
      if (counts.rows - told >= PROGRESS_EVERY_ROWS) {
        await this.tell('RecordProgress', counts);
        told = counts.rows;
      }
      this.onProgress({ ...counts, elapsedMs: this.kit.runtime.monotonicMs() - this.startedMs });
    }
    const closed = await this.tell('CloseBatch', counts);
    return { ok: true, batch: this.report(closed), replayed: false };
  }

  finished(batch: BatchState): ImportResult {
    return { ok: true, batch: this.report(batch), replayed: true };
  }

  private report(batch: BatchState): ImportReport {
    const { batchId, skuId } = this.options;
    return { batchId, skuId, state: batch.status === 'CLOSED' ? 'CLOSED' : 'OPEN', ...countsOf(batch), problems: this.problems };
  }

  /** Each telling is a fact of its own: a run after a crash may have to tell the same counts again. */
  private async tell(type: 'RecordProgress' | 'CloseBatch', counts: Counts): Promise<BatchState> {
    const { commands, runtime } = this.kit;
    const { batchId } = this.options;
    const handled = await commands.handle(
      aggregates.batch,
      batchId,
      { type, ...counts },
      { ...this.context, commandId: derivedId('command', batchId, runtime.newId()) },
    );
    return handled.state;
  }
}

const countsOf = ({ rows, accepted, duplicates, rejected }: Counts): Counts => ({ rows, accepted, duplicates, rejected });
