import type { GatewayEvent, GatewaySettings, PlainGatewayEvent } from './events';
import { withHealth, type WithHealth } from './health-setting';
import { settingDecider, type Setting } from './setting';

/** A gateway as it stands. */
export type Gateway = Setting<GatewaySettings> & WithHealth;

const plain = settingDecider<GatewaySettings, PlainGatewayEvent>({
  configured: 'GatewayConfigured',
  paused: 'GatewayPaused',
  resumed: 'GatewayResumed',
});

export const gateway = withHealth(plain, new Set<GatewayEvent['type']>(['GatewayConfigured', 'GatewayResumed']));
