import { z } from 'zod';
import { canonicalJson, sha256Hex } from '../../domain/kernel/hash';
import { derivedId } from '../../domain/kernel/ids';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import { type ImportKit, type ImportResult, importRows } from '../import-cards/import-cards';
import { type ImportRow, rowOf } from '../import-cards/rows';
import { Command, type CommandHandler } from './command';
import { catalogId, fields, id, idempotencyKey, money, reason, text, time } from './input';

/** Cards of one call. A file of any size goes through `importCardsFromStream`. */
const CARDS_MAX = 500;
const CODE_CHARACTERS_MAX = 4_096;
const SUPPLIER_CHARACTERS_MAX = 200;

/** What stands in one call. */
export const cardsOfOneCall = z
  .array(z.strictObject({ code: z.string().max(CODE_CHARACTERS_MAX), fields: fields.optional(), expiresAt: time.optional() }))
  .min(1)
  .max(CARDS_MAX);

export const rowsOfCall = (cards: z.output<typeof cardsOfOneCall>): readonly ImportRow[] =>
  cards.map((card, at) => rowOf(at + 1, card.code, Object.fromEntries((card.fields ?? []).map(({ name, value }) => [name, value])), card.expiresAt));

/** Puts up to 500 cards into the pool and answers when all are stored. Duplicates and bad rows are counted, never an error. */
export class ImportCards extends Command<ImportResult> {
  static readonly operation = 'importCards';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  static readonly input = z.strictObject({
    idempotencyKey,
    reason,
    skuId: catalogId,
    cards: cardsOfOneCall,
    /** The delivery they came with, for people; several calls may share it. */
    batch: id.optional(),
    supplier: text.max(SUPPLIER_CHARACTERS_MAX).optional(),
    /** What one card cost. */
    cost: money.optional(),
  });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof ImportCards.input>,
  ) {
    super();
  }
}

export class ImportCardsHandler implements CommandHandler<ImportCards> {
  readonly command = ImportCards;
  constructor(private readonly kit: ImportKit) {}

  async execute({ caller, input }: ImportCards): Promise<ImportResult> {
    requireRole(ImportCards, caller);
    const fingerprint = this.kit.keyring.fingerprint(canonicalJson(input), 'import-cards');
    const options = {
      skuId: input.skuId,
      batchId: derivedId('batch', caller.clientId, input.idempotencyKey),
      source: input.batch ?? 'inline',
      reason: input.reason,
      actor: caller.actor,
      causationId: caller.requestId,
      contentHash: sha256Hex(fingerprint),
      terms: { ...(input.supplier === undefined ? {} : { supplier: input.supplier }), ...(input.cost === undefined ? {} : { cost: input.cost }) },
    };
    const opening = { commandId: derivedId('command', caller.clientId, input.idempotencyKey, ImportCards.operation), fingerprint };
    return importRows(this.kit, [rowsOfCall(input.cards)], options, opening);
  }
}
