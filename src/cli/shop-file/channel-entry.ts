import { z } from 'zod';
import { type channelSettings, dujiaoNextUpstream, folderUpstream, httpV1Upstream } from '../../application/commands/channel-settings';
import { catalogId } from '../../application/commands/input';
import { oneOrMoreSecrets } from '../../application/commands/secret-ref';
import type { ChannelSettings } from '../../domain/catalog/channel';

const httpV1 = z
  .strictObject({ ...httpV1Upstream.omit({ webhookSecrets: true }).shape, id: catalogId, webhookSecret: oneOrMoreSecrets })
  .transform(({ id, webhookSecret, ...settings }) => ({ id, settings: { ...settings, webhookSecrets: webhookSecret } satisfies ChannelSettings }));

const dujiaoNext = z
  .strictObject({ ...dujiaoNextUpstream.omit({ apiSecrets: true }).shape, id: catalogId, apiSecret: oneOrMoreSecrets })
  .transform(({ id, apiSecret, ...settings }) => ({ id, settings: { ...settings, apiSecrets: apiSecret } satisfies ChannelSettings }));

const folder = z
  .strictObject({ ...folderUpstream.omit({ webhookSecrets: true }).shape, id: catalogId, webhookSecret: oneOrMoreSecrets.optional() })
  .transform(({ id, webhookSecret = [], ...settings }) => ({
    id,
    settings: { ...settings, webhookSecrets: webhookSecret } satisfies ChannelSettings,
  }));

export interface ChannelEntry {
  readonly id: string;
  readonly settings: z.output<typeof channelSettings>;
}

/** An entry under `channels`: the settings of its adapter in the words of the file. */
export const channel = z
  .discriminatedUnion('adapter', [httpV1, dujiaoNext, folder], {
    error: (issue) => (issue.code === 'invalid_union' ? 'must be http-v1, dujiao-next or folder' : undefined),
  })
  .transform((entry): ChannelEntry => entry);
