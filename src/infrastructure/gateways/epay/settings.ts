import type { GatewayFlags } from '../../../application/ports/gateway';

/** What every epay account needs. */
interface EpayAccount {
  /** Where the server's paths begin; `/mapi.php` and the like are added. */
  readonly baseUrl: string;
  /** The number of the account at the platform (商户ID, pid). */
  readonly merchantId: string;
  /** Ways to pay that the account offers (`alipay`, `wxpay` …); the first is taken when a buyer names none. */
  readonly payTypes: readonly string[];
  /** Shown by the platform's page and the wallets. */
  readonly productName: string;
  /** Sent where the platform wants the buyer's address; ours are not known here. */
  readonly clientIp: string;
  readonly flags: GatewayFlags;
  readonly notFoundFinalAfterSeconds: number;
}

/** Secrets are values here; they are resolved by whoever reads the settings. */
export interface EpayMd5Settings extends EpayAccount {
  readonly adapter: 'epay-md5';
  /** The first one signs; all are believed, so that one can be changed. */
  readonly keys: readonly string[];
  /** API: the order is made by a call. PAGE: the buyer's browser makes it by opening a signed link. */
  readonly checkout: 'API' | 'PAGE';
}

export interface EpayRsaSettings extends EpayAccount {
  readonly adapter: 'epay-rsa';
  /** The merchant's private key: PEM or bare base64. */
  readonly privateKey: string;
  /** The platform's public keys; several while one is being changed. */
  readonly platformKeys: readonly string[];
}

export type EpaySettings = EpayMd5Settings | EpayRsaSettings;
