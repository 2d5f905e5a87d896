import type { GatewayFlags } from '../../../application/ports/gateway';

/** What one application at Alipay needs. Secrets are values here; they are resolved by whoever reads the settings. */
export interface AlipaySettings {
  readonly adapter: 'alipay';
  /** `https://openapi.alipay.com`, or a server that speaks like it. */
  readonly baseUrl: string;
  /** The application's number (app_id). */
  readonly merchantId: string;
  /** The account that money goes to (seller_id); notices about others are not ours. */
  readonly sellerId?: string;
  /** The application's private key: PEM or bare base64. */
  readonly privateKey: string;
  /** Alipay's public keys for the application; several while one is being changed. */
  readonly platformKeys: readonly string[];
  /** PAGE is for computers, WAP for phones. */
  readonly checkout: 'PAGE' | 'WAP';
  /** Shown by the page and the wallet. */
  readonly productName: string;
  readonly flags: GatewayFlags;
  readonly notFoundFinalAfterSeconds: number;
}
