import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import type { CodeExport, ExportResult } from './code-export';
import { Command, type CommandHandler } from './command';
import { catalogId, id, idempotencyKey, reason } from './input';

/** Codes of one call: more are a second export, with a second look. */
export const EXPORT_CODES_MAX = 5_000;

/** Takes unsold codes out of the shop in plain text, once, after another person has approved. They are out of sale from then on. */
export class ExportCodes extends Command<ExportResult> {
  static readonly operation = 'exportCodes';
  static readonly rights: Rights = { roles: ['ADMIN'] };
  static readonly input = z.strictObject({
    idempotencyKey,
    reason,
    skuId: catalogId,
    batchId: id.optional(),
    limit: z.int().min(1).max(EXPORT_CODES_MAX),
  });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof ExportCodes.input>,
  ) {
    super();
  }
}

export class ExportCodesHandler implements CommandHandler<ExportCodes> {
  readonly command = ExportCodes;
  constructor(private readonly codes: CodeExport) {}

  execute({ caller, input }: ExportCodes): Promise<ExportResult> {
    return this.codes.run(ExportCodes, caller, input);
  }
}
