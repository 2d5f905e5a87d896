import { z } from 'zod';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { ImportKit } from '../import-cards/import-cards';
import { type PreviewResult, previewRows } from '../import-cards/preview-cards';
import { Command, type CommandHandler } from './command';
import { cardsOfOneCall, rowsOfCall } from './import-cards';
import { catalogId } from './input';

/** What importing up to 500 cards would come to. Stores nothing, so it needs neither key nor reason. */
export class PreviewImport extends Command<PreviewResult> {
  static readonly operation = 'previewImport';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ skuId: catalogId, cards: cardsOfOneCall });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof PreviewImport.input>,
  ) {
    super();
  }
}

export class PreviewImportHandler implements CommandHandler<PreviewImport> {
  readonly command = PreviewImport;
  constructor(private readonly kit: ImportKit) {}

  execute({ caller, input }: PreviewImport): Promise<PreviewResult> {
    requireRole(PreviewImport, caller);
    return previewRows(this.kit, [rowsOfCall(input.cards)], { skuId: input.skuId, batchId: this.kit.runtime.newId() });
  }
}
