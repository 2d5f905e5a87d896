import { isDeepStrictEqual } from 'node:util';
import type { Gateways, PaymentGateway } from '../../application/ports/gateway';
import { EpayGateway } from './epay/epay-gateway';
import type { EpaySettings } from './epay/settings';
import { HttpV1Gateway } from './http-v1';
import type { HttpV1Settings } from './http-v1';

/** Settings of one gateway account with its secrets filled in. A new adapter adds its settings to this union and a line to `buildGateway`. */
export type GatewaySettings = { readonly id: string } & (HttpV1Settings | EpaySettings);

/** A gateway that holds sockets; `release` ends what is under way. */
export type OpenGateway = PaymentGateway & { release(): Promise<void> };

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
  }
}

/** The gateways as configured now. */
export class ConfiguredGateways implements Gateways {
  constructor(private readonly wallMs: WallClock) {}

  private readonly gateways = new Map<string, { readonly settings: GatewaySettings; readonly gateway: OpenGateway }>();

  find(gatewayId: string): PaymentGateway | undefined {
    return this.gateways.get(gatewayId)?.gateway;
  }

  /**
   * Sets an account up, or replaces it when its settings changed: calls under way at the old one still get their answers, its idle sockets time out.
   * Throws like `buildGateway`, and then everything stays as it was.
   */
  set(settings: GatewaySettings): void {
    if (isDeepStrictEqual(this.gateways.get(settings.id)?.settings, settings)) return;
    this.gateways.set(settings.id, { settings, gateway: buildGateway(settings, this.wallMs) });
  }

  async release(): Promise<void> {
    await Promise.all([...this.gateways.values()].map(({ gateway }) => gateway.release()));
    this.gateways.clear();
  }
}
