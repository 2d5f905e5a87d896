import { fromIso } from '../domain/kernel/time';
import type { ChannelView, GatewayView } from '../domain/order/plan';
import type { Channels } from './ports/channel';
import type { Gateways } from './ports/gateway';
import { roomOnRamp, type Health, type HealthPolicy } from '../domain/routing/health';
import type { CallLimits } from './processes/order/account-load';
import type { AccountWatch } from './processes/order/account-watch';
import type { CallRoom } from './processes/order/call-room';
import type { Settings } from './settings';
import type { StoreClock } from './store-clock';

export interface AccountViewsKit {
  readonly settings: Pick<Settings, 'gateway' | 'channel'>;
  readonly gateways: Gateways;
  readonly channels: Channels;
  readonly watch: Pick<AccountWatch, 'record'>;
  /** Where gateways and channels reach us: base of notifyUrl and callbackUrl. */
  readonly publicUrl: () => string;
  readonly commands: { readonly clock: Pick<StoreClock, 'now'> };
  readonly healthPolicy: HealthPolicy;
}

/** What the plan may know of gateways and channels: their settings, their health, and what this process has under way there. */
export function accountViews(
  { gateways, channels, settings, watch, publicUrl, commands, healthPolicy }: AccountViewsKit,
  room: Pick<CallRoom, 'isGatewayBusy' | 'isChannelBusy' | 'isRampFull' | 'gatewayLimits'>,
) {
  const onRamp = ({ maxInFlight, ratePerSecond }: CallLimits, health: Health | undefined): CallLimits => {
    const left = (max: number): number => roomOnRamp(max, health, commands.clock.now(), healthPolicy);
    return { maxInFlight: left(maxInFlight), ...(ratePerSecond === undefined ? {} : { ratePerSecond: left(ratePerSecond) }) };
  };
  const gatewayRamp = (id: string) => (): CallLimits => {
    const setting = settings.gateway(id);
    return onRamp(room.gatewayLimits(setting?.settings?.maxInFlight), setting?.health);
  };
  const channelRamp = (id: string) => (): CallLimits => {
    const setting = settings.channel(id);
    return onRamp(setting?.settings ?? { maxInFlight: Infinity }, setting?.health);
  };
  const gatewayView = (id: string): GatewayView | undefined => {
    const gateway = gateways.find(id);
    if (gateway === undefined) return undefined;
    const { flags, merchantId, notFoundFinalAfterSeconds } = gateway;
    const setting = settings.gateway(id);
    return {
      flags,
      merchantId,
      notFoundFinalAfterMs: notFoundFinalAfterSeconds * 1_000,
      notifyUrl: `${publicUrl()}/callbacks/gateways/${encodeURIComponent(id)}`,
      paused: setting?.active !== true,
      busy: room.isGatewayBusy(id, setting?.settings?.maxInFlight),
      record: watch.record(`gateway:${id}`),
      ...(setting?.health === undefined ? {} : { health: setting.health }),
      rampFull: room.isRampFull(`gateway:${id}`, gatewayRamp(id)),
    };
  };
  const channelView = (id: string): ChannelView | undefined => {
    const channel = channels.find(id);
    const setting = settings.channel(id);
    if (channel === undefined || setting?.settings === undefined) return undefined;
    const { active, drainingSince, health } = setting;
    const { priority, weight } = setting.settings;
    return {
      flags: channel.flags,
      notFoundFinalAfterMs: channel.notFoundFinalAfterSeconds * 1_000,
      callbackUrl: `${publicUrl()}/callbacks/channels/${encodeURIComponent(id)}`,
      paused: !active,
      busy: room.isChannelBusy(id, setting.settings),
      priority,
      weight,
      record: watch.record(`channel:${id}`),
      ...(health === undefined ? {} : { health }),
      rampFull: room.isRampFull(`channel:${id}`, channelRamp(id)),
      ...(drainingSince === undefined ? {} : { drainingSince: fromIso(drainingSince) }),
    };
  };
  return { gatewayView, channelView };
}
