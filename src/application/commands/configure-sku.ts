import { z } from 'zod';
import type { Source } from '../../domain/order/events';
import { aggregates } from '../aggregates';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import { refuse } from '../refusals';
import { Command, type CommandHandler } from './command';
import { catalogId, idempotencyKey, reason } from './input';
import type { SettingResult } from './result';
import type { SettingDesk } from './setting-desk';
import { skuSettings } from './sku-settings';

/** Whether a channel of this id was ever configured; a paused one counts. */
export type IsChannel = (channelId: string) => Promise<boolean>;

/** The first channel among these sources that does not exist; undefined when all do. */
export async function missingChannel(sources: readonly Source[], isChannel: IsChannel): Promise<string | undefined> {
  for (const source of sources) {
    if (source.kind === 'CHANNEL' && !(await isChannel(source.channelId))) return source.channelId;
  }
  return undefined;
}

export class ConfigureSku extends Command<SettingResult> {
  static readonly operation = 'configureSku';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, skuId: catalogId, settings: skuSettings });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof ConfigureSku.input>,
  ) {
    super();
  }
}

export class ConfigureSkuHandler implements CommandHandler<ConfigureSku> {
  readonly command = ConfigureSku;
  constructor(
    private readonly desk: SettingDesk,
    private readonly isChannel: IsChannel,
  ) {}

  async execute({ caller, input }: ConfigureSku): Promise<SettingResult> {
    requireRole(ConfigureSku, caller);
    const channelId = await missingChannel(input.settings.sources, this.isChannel);
    if (channelId !== undefined)
      return { ok: false, refusal: refuse('CHANNEL_NOT_FOUND', { field: ['settings', 'sources'], details: { channelId } }) };
    return this.desk.run(ConfigureSku, caller, input, aggregates.sku, input.skuId, { type: 'Configure', settings: input.settings });
  }
}
