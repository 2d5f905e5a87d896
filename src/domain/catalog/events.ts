import type { Money } from '../kernel/money';
import type { SkuThresholds } from '../incident/thresholds';
import type { PreWarmRule } from '../demand/pre-warm';
import type { MarginRule } from '../order/margin';
import type { CompensationPolicy, DoubtPolicy, PartialPolicy, ReservePolicy, Source } from '../order/events';
import type { HealthChanged } from '../routing/health';
import type { SecretRef } from './secret-ref';
import type { SignedWebhookAccount } from './signed-webhook-account';

/** Settings of the shop as facts. These names and shapes are stored for ever. Secrets are references, never values. */

export type { SecretRef } from './secret-ref';

export interface LocalizedText {
  readonly 'zh-CN': string;
  readonly en: string;
}

export interface SkuSettings {
  readonly name: LocalizedText;
  readonly price: Money;
  /** manual: a person hands it over; nothing is taken from a pool or a channel. */
  readonly delivery: 'auto' | 'manual';
  readonly reserve: ReservePolicy;
  readonly partial: PartialPolicy;
  readonly compensation: CompensationPolicy;
  readonly onDoubt: DoubtPolicy;
  readonly sources: readonly Source[];
  readonly payWithinSeconds: number;
  readonly deliverWithinSeconds: number;
  readonly maxPerOrder: number;
  /** Sold beyond the stock: paid orders then wait for the next delivery of cards. */
  readonly oversell: boolean;
  /** The same code may be sold again and again. */
  readonly reusable: boolean;
  readonly oneOpenOrderPerBuyer: boolean;
  /** Names of what a buyer must fill in, e.g. an account for a top-up. */
  readonly fields: readonly string[];
  /** What each card bought from a channel must leave. Absent: as the shop is set up. */
  readonly minMargin?: MarginRule;
  /** Below which stock of the pool people are told, once for each fall. Absent: they are not. */
  readonly lowStock?: LowStock;
  /** From when on its orders are an incident. Absent: as the shop is set up. */
  readonly incidents?: SkuThresholds;
  /** Cards that are bought into the pool ahead of a peak. Absent: none are. */
  readonly preWarm?: PreWarmRule;
}

/** So many cards, or as many as are expected to be sold in so many days; of two the greater counts. */
export interface LowStock {
  readonly units?: number;
  readonly days?: number;
}

export interface HttpV1Account {
  readonly adapter: 'http-v1';
  readonly baseUrl: string;
  readonly merchantId: string;
  readonly apiKey: SecretRef;
  /** Several while a secret is being changed. */
  readonly webhookSecrets: readonly SecretRef[];
  readonly flags: readonly ('replay' | 'lookup' | 'cancel')[];
  readonly notFoundFinalAfterSeconds: number;
  readonly kinds: readonly ('REDIRECT' | 'CHARGE')[];
}

/** What both variants of 易支付 have. `merchantId` is the platform's pid. */
interface EpayAccount {
  readonly baseUrl: string;
  readonly merchantId: string;
  /** The first is taken when a buyer names none. */
  readonly payTypes: readonly string[];
  readonly productName: string;
  readonly clientIp: string;
  readonly notFoundFinalAfterSeconds: number;
  readonly kinds: readonly 'REDIRECT'[];
}

export interface EpayMd5Account extends EpayAccount {
  readonly adapter: 'epay-md5';
  /** The first one signs; several while it is being changed. */
  readonly keys: readonly SecretRef[];
  readonly checkout: 'API' | 'PAGE';
  readonly flags: readonly 'lookup'[];
}

export interface EpayRsaAccount extends EpayAccount {
  readonly adapter: 'epay-rsa';
  readonly privateKey: SecretRef;
  /** Several while one is being changed. */
  readonly platformKeys: readonly SecretRef[];
  readonly flags: readonly ('lookup' | 'cancel')[];
}

/** `merchantId` is a word of ours that everything carries which is made at Stripe. */
export interface StripeAccount {
  readonly adapter: 'stripe';
  readonly baseUrl: string;
  readonly merchantId: string;
  readonly secretKey: SecretRef;
  /** Several while one is being changed. */
  readonly webhookSecrets: readonly SecretRef[];
  readonly productName: string;
  readonly returnUrl: string;
  readonly flags: readonly ('replay' | 'lookup' | 'cancel')[];
  readonly notFoundFinalAfterSeconds: number;
  readonly kinds: readonly 'REDIRECT'[];
}

/** `merchantId` is the application's number (app_id). */
export interface AlipayAccount {
  readonly adapter: 'alipay';
  readonly baseUrl: string;
  readonly merchantId: string;
  /** The account that money goes to (seller_id); absent: that of the application. */
  readonly sellerId?: string;
  readonly privateKey: SecretRef;
  /** Several while one is being changed. */
  readonly platformKeys: readonly SecretRef[];
  readonly checkout: 'PAGE' | 'WAP';
  readonly productName: string;
  readonly flags: readonly ('lookup' | 'cancel')[];
  readonly notFoundFinalAfterSeconds: number;
  readonly kinds: readonly 'REDIRECT'[];
}

export type GatewayAccount = HttpV1Account | EpayMd5Account | EpayRsaAccount | StripeAccount | SignedWebhookAccount | AlipayAccount;

/** An account, and how it is used, whatever it speaks. */
export type GatewaySettings = GatewayAccount & {
  /** Calls that may be under way there at once, by each engine. Absent: as the shop is set up. */
  readonly maxInFlight?: number;
};

export type ApiKeyRole = 'STOREFRONT' | 'SUPPORT' | 'FINANCE' | 'OPS' | 'ADMIN';

export interface ApiKeySettings {
  readonly clientId: string;
  readonly role: ApiKeyRole;
  /** SHA-256 of the key, hex: keys are 256-bit random, so nothing slower is needed. */
  readonly keyHash: string;
  readonly expiresAt?: string;
  /** Browser origins, such as `https://shop.example`, that the key may be used from; absent = those of the whole node. */
  readonly origins?: readonly string[];
  /** Operations that it may be used for, of those that its role may; absent = all of them. */
  readonly scopes?: readonly string[];
}

export type SkuEvent =
  | { readonly type: 'SkuConfigured'; readonly data: SkuSettings }
  | { readonly type: 'SkuPaused'; readonly data: Record<string, never> }
  | { readonly type: 'SkuResumed'; readonly data: Record<string, never> };

export type PlainGatewayEvent =
  | { readonly type: 'GatewayConfigured'; readonly data: GatewaySettings }
  | { readonly type: 'GatewayPaused'; readonly data: Record<string, never> }
  | { readonly type: 'GatewayResumed'; readonly data: Record<string, never> };

export type GatewayEvent = PlainGatewayEvent | HealthChanged;

export type ApiKeyEvent =
  | { readonly type: 'ApiKeyIssued'; readonly data: ApiKeySettings }
  | {
      readonly type: 'ApiKeyRotated';
      readonly data: {
        /** SHA-256 of the new text. */
        readonly keyHash: string;
        /** Until then the old text opens as well; absent: it ended with this. ISO-8601 UTC. */
        readonly previousUntil?: string;
      };
    }
  /** Told now and then, not for each request. */
  | { readonly type: 'ApiKeyUsed'; readonly data: { readonly text: 'CURRENT' | 'PREVIOUS' } }
  | { readonly type: 'ApiKeyRevoked'; readonly data: Record<string, never> };
