import type { Gateways, PaymentGateway } from '../../application/ports/gateway';
import { Accounts, type Releasable } from '../http/accounts';
import { HttpV1Gateway } from './http-v1';
import type { HttpV1Settings } from './http-v1';

/** Settings of one gateway account with its secrets filled in. A new adapter adds its settings to this union and a line to `buildGateway`. */
export type GatewaySettings = { readonly id: string } & HttpV1Settings;
export type OpenGateway = PaymentGateway & Releasable;

/** Throws, without naming a secret, when the settings cannot be used. */
export function buildGateway(settings: GatewaySettings): OpenGateway {
  switch (settings.adapter) {
    case 'http-v1':
      return new HttpV1Gateway(settings);
  }
}

/** The gateways as configured now. */
export class ConfiguredGateways extends Accounts<GatewaySettings, OpenGateway> implements Gateways {
  constructor() {
    super(buildGateway);
  }
}
