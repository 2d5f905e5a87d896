import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EpayMd5Settings, EpayRsaSettings } from '../../src/infrastructure/gateways/epay/settings';
import type { EpayAccountOptions } from '../../src/sandbox/epay/account';

export const EPAY_PID = '1001';
export const EPAY_KEY = 'k3yThatIsOnlyUsedInTests0123456789';

interface KeyPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

export const newKeyPair = (): KeyPair =>
  generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });

const KEPT = join(__dirname, '../../node_modules/.cache/cardrail-test-keys');

/** It takes a fifth of a second to find a pair, and fifty suites want two: the first one keeps them for the others. */
function keptKeyPair(name: string): KeyPair {
  const file = join(KEPT, `${name}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as KeyPair;
  const pair = newKeyPair();
  mkdirSync(KEPT, { recursive: true });
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(pair), { mode: 0o600 });
  renameSync(`${file}.${process.pid}`, file);
  return pair;
}

/** Keys that are only used in tests: of the merchant and of the platform. */
export const merchantPair = keptKeyPair('merchant');
export const platformPair = keptKeyPair('platform');

export const epaySandboxAccount: EpayAccountOptions = {
  pid: EPAY_PID,
  key: EPAY_KEY,
  platformPrivateKey: platformPair.privateKey,
  merchantPublicKey: merchantPair.publicKey,
};

const account = {
  id: 'epay',
  merchantId: EPAY_PID,
  payTypes: ['alipay', 'wxpay'],
  productName: '数字商品',
  clientIp: '127.0.0.1',
  flags: { replay: false, lookup: true, cancel: false },
  notFoundFinalAfterSeconds: 60,
} as const;

export const epayMd5 = (baseUrl: string, changes: Partial<EpayMd5Settings> = {}): EpayMd5Settings & { readonly id: string } => ({
  ...account,
  adapter: 'epay-md5',
  baseUrl,
  keys: [EPAY_KEY],
  checkout: 'API',
  ...changes,
});

export const epayRsa = (baseUrl: string, changes: Partial<EpayRsaSettings> = {}): EpayRsaSettings & { readonly id: string } => ({
  ...account,
  adapter: 'epay-rsa',
  baseUrl,
  privateKey: merchantPair.privateKey,
  platformKeys: [platformPair.publicKey],
  ...changes,
});

/** A reference of the form that orders use. */
export const orderReference = (): string => `${randomUUID()}.1`;

type Params = Readonly<Record<string, string>>;

/** The text that is signed, written down from the public protocol without a line of the product. */
function textToSign(params: Params): string {
  const names = Object.keys(params).sort();
  return names.flatMap((name) => (params[name] === '' || name === 'sign' || name === 'sign_type' ? [] : [`${name}=${params[name]}`])).join('&');
}

/** A notice in the way of the MD5 variant, as the query string of a GET. */
export function md5Query(params: Params, key = EPAY_KEY): string {
  const signature = createHash('md5')
    .update(`${textToSign(params)}${key}`, 'utf8')
    .digest('hex');
  return new URLSearchParams({ ...params, sign: signature, sign_type: 'MD5' }).toString();
}

/** A notice in the way of the RSA variant. */
export function rsaQuery(params: Params, key = platformPair.privateKey): string {
  const signature = sign('RSA-SHA256', Buffer.from(textToSign(params), 'utf8'), key).toString('base64');
  return new URLSearchParams({ ...params, sign: signature, sign_type: 'RSA' }).toString();
}
