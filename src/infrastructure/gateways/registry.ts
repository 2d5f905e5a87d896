import type { Gateways, PaymentGateway } from '../../application/ports/gateway';
import { Accounts, type Releasable } from '../http/accounts';
import { AlipayGateway } from './alipay/alipay-gateway';
import type { AlipaySettings } from './alipay/settings';
import { EpayGateway } from './epay/epay-gateway';
import type { EpaySettings } from './epay/settings';
import { HttpV1Gateway } from './http-v1';
import type { HttpV1Settings } from './http-v1';
import type { SignedWebhookSettings } from './signed-webhook/settings';
import { SignedWebhookGateway } from './signed-webhook/signed-webhook-gateway';
import type { StripeSettings } from './stripe/settings';
import { StripeGateway } from './stripe/stripe-gateway';

/** Settings of one gateway account with its secrets filled in. A new adapter adds its settings to this union and a line to `buildGateway`. */
export type GatewaySettings = { readonly id: string } & (HttpV1Settings | EpaySettings | StripeSettings | SignedWebhookSettings | AlipaySettings);
export type OpenGateway = PaymentGateway & Releasable;

/** Milliseconds since 1970 UTC. */
export type WallClock = () => number;

/** Throws, without naming a secret, when the settings cannot be used. */
export function buildGateway(settings: GatewaySettings, wallMs: WallClock): OpenGateway {
  switch (settings.adapter) {
    case 'http-v1':
      return new HttpV1Gateway(settings);
    case 'epay-md5':
    case 'epay-rsa':
      return new EpayGateway(settings, wallMs);
    case 'stripe':
      return new StripeGateway(settings, wallMs);
    case 'signed-webhook':
      return new SignedWebhookGateway(settings);
    case 'alipay':
      return new AlipayGateway(settings, wallMs);
  }
}

/** The gateways as configured now. */
export class ConfiguredGateways extends Accounts<GatewaySettings, OpenGateway> implements Gateways {
  constructor(wallMs: WallClock) {
    super((settings) => buildGateway(settings, wallMs));
  }
}
