import type { Channels, IssuingChannel } from '../../application/ports/channel';
import { Accounts, type Releasable } from '../http/accounts';
import { HttpV1Channel, type HttpV1Settings } from './http-v1';

/** Settings of one channel account with its secrets filled in. A new adapter adds its settings to this union and a line to `buildChannel`. */
export type ChannelSettings = { readonly id: string } & HttpV1Settings;
export type OpenChannel = IssuingChannel & Releasable;

/** Throws, without naming a secret, when the settings cannot be used. */
export function buildChannel(settings: ChannelSettings): OpenChannel {
  switch (settings.adapter) {
    case 'http-v1':
      return new HttpV1Channel(settings);
  }
}

/** The channels as configured now. */
export class ConfiguredChannels extends Accounts<ChannelSettings, OpenChannel> implements Channels {
  constructor() {
    super(buildChannel);
  }
}
