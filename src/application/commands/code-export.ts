import { derivedId } from '../../domain/kernel/ids';
import type { CardRow } from '../../projections/cards';
import { aggregates } from '../aggregates';
import { type Operation, requireRole } from '../authorise';
import { cardContext, type CardText } from '../card-text';
import type { Caller } from '../caller';
import { Slots } from '../engine/slots';
import type { CommandContext, CommandHandling } from '../handle-command';
import type { EventCodec } from '../ports/event-codec';
import type { EventStore } from '../ports/event-store';
import { KeyMissing, type Keyring, SealBroken } from '../ports/keyring';
import type { ReadModels, Row } from '../ports/read-models';
import { refuse } from '../refusals';
import { rowPages } from '../row-pages';
import { readSealed } from '../sealed-card';
import type { Approvals } from './approvals';
import type { Refused } from './result';

export interface ExportInput {
  readonly idempotencyKey: string;
  readonly reason: string;
  readonly skuId: string;
  /** Only of this delivery. */
  readonly batchId?: string | undefined;
  readonly limit: number;
}

export type ExportedCode = CardText & { readonly id: string; readonly batchId: string };
/** `skipped`: cards that were sold or voided meanwhile, or cannot be opened. */
export type ExportResult = { readonly ok: true; readonly codes: readonly ExportedCode[]; readonly skipped: number } | Refused;

export interface CodeExportKit {
  readonly store: EventStore;
  readonly codec: EventCodec;
  readonly commands: CommandHandling;
  readonly keyring: Keyring;
  readonly readModels: Pick<ReadModels, 'find'>;
  readonly approvals: Approvals;
}

const PAGE_CARDS = 500;
const APPENDS_MAX = 32;

/**
 * Hands out codes in plain text. That a code is handed out stands on its card before it is opened, so a crash leaves cards that nobody
 * has seen and that are out of sale, and never a code that left without a trace.
 */
export class CodeExport {
  constructor(private readonly kit: CodeExportKit) {}

  /** Throws Forbidden, and ReadModelsUnavailable. */
  async run(operation: Operation, caller: Caller, input: ExportInput): Promise<ExportResult> {
    requireRole(operation, caller);
    const rows = await this.unsold(input);
    const { skuId, batchId } = input;
    const subject = batchId === undefined ? skuId : `${skuId} ${batchId}`;
    if (rows.length === 0) return { ok: false, refusal: refuse('NOTHING_TO_EXPORT', { field: ['skuId'] }) };
    const approved = await this.kit.approvals.require(operation, caller, input, { action: 'EXPORT_CODES', subject, count: rows.length });
    if (!approved.ok) return approved;
    // Who has the answer of the first call has the codes; nobody gets them a second time under one approval.
    if (!approved.first) return { ok: false, refusal: refuse('EXPORT_OVER') };
    const exportId = derivedId('export', caller.clientId, input.idempotencyKey);
    const appends = new Slots(APPENDS_MAX);
    const ends = await Promise.allSettled(rows.map((row) => appends.run(() => this.take(row, exportId, caller, input.reason))));
    const codes = ends.flatMap((end) => (end.status === 'fulfilled' && end.value !== null ? [end.value] : []));
    return { ok: true, codes, skipped: rows.length - codes.length };
  }

  private async unsold({ skuId, batchId, limit }: ExportInput): Promise<readonly Row<CardRow>[]> {
    const rows: Row<CardRow>[] = [];
    for (const status of ['AVAILABLE', 'QUARANTINED'] as const) {
      const filter = { ...(batchId === undefined ? { skuId: { eq: skuId } } : { batchId: { eq: batchId } }), status: { eq: status } };
      for await (const page of rowPages<CardRow>(this.kit.readModels, 'cards', { filter, pageRows: PAGE_CARDS })) {
        rows.push(...page.filter(({ value }) => value.skuId === skuId));
        if (rows.length >= limit) return rows.slice(0, limit);
      }
    }
    return rows;
  }

  /** Null for a card that is not handed out. */
  private async take({ key: cardId }: Row<CardRow>, exportId: string, caller: Caller, reason: string): Promise<ExportedCode | null> {
    const { commands, keyring, store, codec } = this.kit;
    const context: CommandContext = {
      commandId: derivedId('command', exportId, cardId),
      correlationId: exportId,
      causationId: caller.requestId,
      actor: caller.actor,
      reason,
      ...(caller.traceparent === undefined ? {} : { traceparent: caller.traceparent }),
    };
    const handled = await commands.handle(aggregates.card, cardId, { type: 'ExportCard', exportId }, context);
    commands.forget(aggregates.card, cardId);
    if (handled.outcome === 'rejected') return null;
    const { skuId, batchId } = handled.state;
    const sealed = await readSealed(store, codec, cardId);
    try {
      return sealed === null ? null : { ...(JSON.parse(keyring.open(sealed, cardContext(cardId, skuId))) as CardText), id: cardId, batchId };
    } catch (error) {
      if (error instanceof KeyMissing || error instanceof SealBroken) return null;
      throw error;
    }
  }
}
