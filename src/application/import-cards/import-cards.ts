import type { BatchCounts, BatchState } from '../../domain/batch/decide';
import type { BatchTerms } from '../../domain/batch/events';
import type { SkuSettings } from '../../domain/catalog/events';
import type { Setting } from '../../domain/catalog/setting';
import type { Actor } from '../../domain/kernel/event';
import { derivedId } from '../../domain/kernel/ids';
import { aggregates } from '../aggregates';
import type { UserRefusal } from '../caller';
import type { CommandContext, CommandHandling } from '../handle-command';
import { StoreUnavailable } from '../ports/event-store';
import type { Keyring } from '../ports/keyring';
import type { Runtime } from '../ports/runtime';
import { refusalOf, refuse } from '../refusals';
import { addCounts, noCounts, ProblemList, type ReasonCounts, type RowProblem } from './card-rows';
import { type ImportRow, rowsOf } from './rows';
import type { FileShape } from './shape';
import { CardStocking } from './stock-cards';

export interface ImportKit {
  readonly commands: CommandHandling;
  readonly keyring: Keyring;
  readonly catalog: { sku(skuId: string): Promise<Setting<SkuSettings>> };
  readonly runtime: Runtime;
}

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
  readonly terms?: BatchTerms;
  /** Stops it between two chunks. What was done is stored, and the same import later goes on from there. */
  readonly signal?: AbortSignal;
}

export interface ImportReport extends BatchCounts {
  readonly batchId: string;
  readonly skuId: string;
  /** OPEN: it was stopped, and the same import goes on from there. */
  readonly state: 'OPEN' | 'CLOSED';
  /** The first rows of this run that were not accepted; the counts tell how many there are in all. */
  readonly problems: readonly RowProblem[];
  /** How many rows of this run were not accepted, by reason. */
  readonly reasons: ReasonCounts;
}

export type ImportResult =
  { readonly ok: true; readonly batch: ImportReport; readonly replayed: boolean } | { readonly ok: false; readonly refusal: UserRefusal };

/** Called after each chunk. `elapsedMs` counts from the beginning of this run. */
export type OnProgress = (counts: BatchCounts & { readonly elapsedMs: number }) => void;

export type RowChunks = AsyncIterable<readonly ImportRow[]> | Iterable<readonly ImportRow[]>;

/** Rows between two facts about how far an import came: what a crash makes it look at again. */
const PROGRESS_EVERY_ROWS = 5_120;
/** A store that is away for a moment, or busy with orders, does not end an import of an hour. */
const CHUNK_TRIES_MAX = 6;
const CHUNK_PAUSE_MS = 100;

/** Imports a file of any size with flat memory. Rejects with StoreUnavailable when the store stays away; the same call then goes on. */
export function importCardsFromStream(
  kit: ImportKit,
  bytes: AsyncIterable<Uint8Array>,
  options: ImportOptions & { readonly shape: FileShape },
  onProgress: OnProgress = () => undefined,
): Promise<ImportResult> {
  const opening = { commandId: derivedId('command', options.batchId, 'OpenBatch') };
  return importRows(kit, rowsOf(bytes, options.shape), options, opening, onProgress);
}

/** Opens the batch, stocks chunk by chunk, closes the batch. `opening` names the command that opens it. */
export async function importRows(
  kit: ImportKit,
  chunks: RowChunks,
  options: ImportOptions,
  opening: Pick<CommandContext, 'commandId' | 'fingerprint'>,
  onProgress: OnProgress = () => undefined,
): Promise<ImportResult> {
  const { settings } = await kit.catalog.sku(options.skuId);
  if (settings === undefined) return { ok: false, refusal: refuse('SKU_NOT_FOUND', { field: ['skuId'] }) };
  const run = new ImportRun(kit, options, onProgress);
  const opened = await run.open(opening);
  if (opened.outcome === 'refused') return { ok: false, refusal: opened.refusal };
  if (opened.batch.status === 'CLOSED') return { ok: true, batch: run.report(opened.batch), replayed: true };
  return { ok: true, batch: await run.stock(chunks, opened.batch, settings.reusable), replayed: false };
}

type Opened = { readonly outcome: 'open'; readonly batch: BatchState } | { readonly outcome: 'refused'; readonly refusal: UserRefusal };

/** One attempt to bring one batch to its end. */
class ImportRun {
  private readonly context: Omit<CommandContext, 'commandId'>;
  private readonly startedMs: number;
  private readonly problems = new ProblemList();

  constructor(
    private readonly kit: ImportKit,
    private readonly options: ImportOptions,
    private readonly onProgress: OnProgress,
  ) {
    const { batchId, actor, reason, causationId } = options;
    this.context = { correlationId: batchId, causationId, actor, reason };
    this.startedMs = kit.runtime.monotonicMs();
  }

  async open(opening: Pick<CommandContext, 'commandId' | 'fingerprint'>): Promise<Opened> {
    const { skuId, batchId, source, contentHash, terms } = this.options;
    const command = { type: 'OpenBatch', skuId, source, ...terms, ...(contentHash === undefined ? {} : { contentHash }) } as const;
    const handled = await this.kit.commands.handle(aggregates.batch, batchId, command, { ...this.context, ...opening });
    if (handled.outcome === 'rejected') return { outcome: 'refused', refusal: refusalOf(handled.rejection) };
    // Without the digest of its content nobody knows whether this file is the one that the closed batch held.
    if (handled.state.status === 'CLOSED' && contentHash === undefined) return { outcome: 'refused', refusal: refuse('BATCH_NOT_OPEN') };
    return { outcome: 'open', batch: handled.state };
  }

  async stock(chunks: RowChunks, batch: BatchState, reusable: boolean): Promise<ImportReport> {
    const stocking = this.stocking(batch, reusable);
    let counts: BatchCounts = this.options.contentHash === undefined ? noCounts : tallyOf(batch);
    let told = counts.rows;
    let toSkip = counts.rows;
    for await (const chunk of chunks) {
      if (this.options.signal?.aborted === true) return this.report(await this.tell('RecordProgress', counts));
      const rows = chunk.slice(Math.min(toSkip, chunk.length));
      toSkip -= chunk.length - rows.length;
      if (rows.length === 0) continue;
      const stocked = await this.patiently(() => stocking.stock(rows));
      counts = addCounts(counts, stocked.counts);
      this.problems.add(stocked.problems);
      if (counts.rows - told >= PROGRESS_EVERY_ROWS) {
        await this.tell('RecordProgress', counts);
        told = counts.rows;
      }
      this.onProgress({ ...counts, elapsedMs: this.kit.runtime.monotonicMs() - this.startedMs });
    }
    return this.report(await this.tell('CloseBatch', counts));
  }

  report(batch: BatchState): ImportReport {
    const { batchId, skuId } = this.options;
    const { kept: problems, counts: reasons } = this.problems;
    return { batchId, skuId, state: batch.status === 'CLOSED' ? 'CLOSED' : 'OPEN', ...tallyOf(batch), problems, reasons };
  }

  /** The terms are those that the batch was opened with, and so is the moment by which cards are expired: every run judges alike. */
  private stocking({ cost, expiresAt, openedAt = 0 }: BatchState, reusable: boolean): CardStocking {
    const { skuId, batchId } = this.options;
    const naming = { skuId, batchId, reusable, expiredUpTo: openedAt, ...(expiresAt === undefined ? {} : { expiresAt }) };
    return new CardStocking(this.kit.commands, this.kit.keyring, naming, cost, this.context);
  }

  private async patiently<T>(work: () => Promise<T>): Promise<T> {
    for (let tried = 1; ; tried++) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof StoreUnavailable) || tried === CHUNK_TRIES_MAX) throw error;
        await this.kit.runtime.sleep(CHUNK_PAUSE_MS * 2 ** tried, this.options.signal);
      }
    }
  }

  /** Each telling is a fact of its own: a run after a crash may have to tell the same counts again. */
  private async tell(type: 'RecordProgress' | 'CloseBatch', counts: BatchCounts): Promise<BatchState> {
    const { commands, runtime } = this.kit;
    const { batchId } = this.options;
    const context = { ...this.context, commandId: derivedId('command', batchId, runtime.newId()) };
    const handled = await this.patiently(() => commands.handle(aggregates.batch, batchId, { type, ...counts }, context));
    return handled.state;
  }
}

const tallyOf = ({ rows, accepted, duplicates, rejected }: BatchCounts): BatchCounts => ({ rows, accepted, duplicates, rejected });
