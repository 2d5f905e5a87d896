import type { BatchCounts, BatchState } from '../../domain/batch/decide';
import { aggregates } from '../aggregates';
import type { UserRefusal } from '../caller';
import { refuse } from '../refusals';
import { addCounts, type CardRow, countsOf, duplicateOf, nameRow, type Naming, noCounts, ProblemList } from './card-rows';
import type { ReasonCounts, RowProblem } from './card-rows';
import { FingerprintSet } from './fingerprint-set';
import type { ImportKit, OnProgress, RowChunks } from './import-cards';

export interface PreviewOptions {
  readonly skuId: string;
  /** The batch that the import would have; what it has stored already counts as accepted. */
  readonly batchId: string;
  readonly expiresAt?: string;
  readonly signal?: AbortSignal;
}

/** What an import would come to. Nothing is stored. */
export interface PreviewReport extends BatchCounts {
  readonly skuId: string;
  /** NEW: nothing of it was imported; OPEN: it would go on; CLOSED: it would change nothing. */
  readonly state: 'NEW' | 'OPEN' | 'CLOSED';
  readonly problems: readonly RowProblem[];
  readonly reasons: ReasonCounts;
  /** False when the file has more rows than can be compared with each other: later duplicates within it were not looked for. */
  readonly comparedAll: boolean;
}

export type PreviewResult = { readonly ok: true; readonly preview: PreviewReport } | { readonly ok: false; readonly refusal: UserRefusal };

/** Reads everything that an import would read, and stores nothing. Memory stays flat but for about ten bytes a row. */
export async function previewRows(
  kit: ImportKit,
  chunks: RowChunks,
  options: PreviewOptions,
  onProgress: OnProgress = () => undefined,
): Promise<PreviewResult> {
  const { skuId, batchId, expiresAt, signal } = options;
  const { settings } = await kit.catalog.sku(skuId);
  if (settings === undefined) return { ok: false, refusal: refuse('SKU_NOT_FOUND', { field: ['skuId'] }) };
  const { state: batch } = await kit.commands.load(aggregates.batch, batchId, true);
  const expiredUpTo = batch.openedAt ?? kit.commands.clock.now();
  const naming = { skuId, batchId, reusable: settings.reusable, expiredUpTo, ...(expiresAt === undefined ? {} : { expiresAt }) };
  const startedMs = kit.runtime.monotonicMs();
  const looking = new CardLooking(kit, naming);
  const found = new ProblemList();
  let counts = noCounts;
  for await (const chunk of chunks) {
    if (signal?.aborted === true) break;
    const problems: RowProblem[] = [];
    for (const row of chunk) {
      const named = nameRow(kit.keyring, naming, row);
      const problem = 'cardId' in named ? await looking.problemOf(named) : named;
      if (problem !== null) problems.push(problem);
    }
    counts = addCounts(counts, countsOf(chunk.length, problems));
    found.add(problems);
    onProgress({ ...counts, elapsedMs: kit.runtime.monotonicMs() - startedMs });
  }
  const { kept: problems, counts: reasons } = found;
  return { ok: true, preview: { skuId, state: stateOf(batch), ...counts, problems, reasons, comparedAll: looking.comparesAll } };
}

const stateOf = ({ status }: BatchState): PreviewReport['state'] => (status === 'ABSENT' ? 'NEW' : status);

/** Looks a card up in what came before it in the file, and in the pool. */
class CardLooking {
  private readonly seen = new FingerprintSet();

  constructor(
    private readonly kit: ImportKit,
    private readonly naming: Naming,
  ) {}

  get comparesAll(): boolean {
    return !this.seen.isFull;
  }

  async problemOf({ row, cardId, fingerprint }: CardRow): Promise<RowProblem | null> {
    const { reusable, batchId } = this.naming;
    if (reusable) return null;
    const isNew = this.seen.isFull || this.seen.add(fingerprint);
    const { state } = await this.kit.commands.load(aggregates.card, cardId, true);
    const isElsewhere = state.status !== 'ABSENT' && state.batchId !== batchId;
    if (isElsewhere) return { row, reason: duplicateOf(state, batchId), fingerprint };
    return isNew ? null : { row, reason: 'DUPLICATE_IN_FILE', fingerprint };
  }
}
