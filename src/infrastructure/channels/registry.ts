import type { Channels, IssuingChannel } from '../../application/ports/channel';
import { Accounts, type Releasable } from '../http/accounts';
import { DujiaoNextChannel } from './dujiao-next/dujiao-next-channel';
import type { DujiaoNextSettings } from './dujiao-next/settings';
import { FolderChannel } from './folder/folder-channel';
import type { FolderSettings } from './folder/settings';
import { HttpV1Channel, type HttpV1Settings } from './http-v1';

/** Settings of one channel account with its secrets filled in. A new adapter adds its settings to this union and a line to `buildChannel`. */
export type ChannelSettings = { readonly id: string } & (HttpV1Settings | DujiaoNextSettings | FolderSettings);
export type OpenChannel = IssuingChannel & Releasable;

/** What adapters find where they run. */
export interface Surroundings {
  /** Milliseconds since 1970 UTC. */
  readonly wallMs: () => number;
  /** Holds the folders of all folder channels; undefined where none is set up. */
  readonly dropRoot: string | undefined;
}

/** Throws, without naming a secret, when the settings cannot be used. */
export function buildChannel(settings: ChannelSettings, { wallMs, dropRoot }: Surroundings): OpenChannel {
  switch (settings.adapter) {
    case 'http-v1':
      return new HttpV1Channel(settings);
    case 'dujiao-next':
      return new DujiaoNextChannel(settings, wallMs);
    case 'folder':
      return new FolderChannel(settings, dropRoot);
  }
}

/** The channels as configured now. */
export class ConfiguredChannels extends Accounts<ChannelSettings, OpenChannel> implements Channels {
  constructor(surroundings: Surroundings) {
    super((settings) => buildChannel(settings, surroundings));
  }
}
