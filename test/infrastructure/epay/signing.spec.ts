import { createPrivateKey, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { md5Signer, md5Verifier, rsaSigner, rsaVerifier, signedText, withSignature } from '../../../src/protocols/epay/signing';
import { merchantPair, platformPair } from '../../support/epay';

const ORDER = {
  type: 'alipay',
  pid: '1001',
  out_trade_no: '20160806151343349',
  notify_url: 'https://shop.test/n?a=1',
  return_url: '',
  name: 'VIP 会员',
  money: '48.00',
};
const KEY = 'the-merchants-own-key-0123';

/** Made by openssl: `openssl dgst -sha256 -sign` over the text that stands in the first test, with a timestamp. */
const OPENSSL_KEY =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvUNE89Y+mC0P03lcbsLlAROXP+O2nuc9DNgJlcg5IjK70x5mqxIAeFBFR5BaJS4zdSJjR3T26VUA4C42AM6NAVifsLV7r8BZatt3wxLBpMxnscj3EFEFOkTzfSIsFGI+KJGwiP+CZle1tKZcEHvp65wcynsuJfe5ez4uTRMHfBF4pulwobktvphAj9BzShlF355MAh+Mo2a8ezzaga4eBuZGm5OzvREOaOyai9qd7AmCNh1pYuxrkT5Y/RtnAADhTRToHFKx3zsmPunF2GPPin3l7Sk1Q4jjWvR1ifqWNQviJclzExcMRf2oZcvzTXPWkiTMtm3eQjy0FsQ4+gZbAwIDAQAB';
const OPENSSL_SIGNATURE =
  'LZPqYr7yaDdX0ALuRzWw/bZk/P6m2IT7vCSsaI0ULxPXBlL9zn2zkldwZm047JzMXMAxzy7CNA/USdZ02hhLWte9GeAy2FiJJz4x9Yt2t7WDu6DuMJH1JPX6TbD+ZOApTPqXL91zaddOe9uH6VBE2UM2m8Eeymz1AysseKyq3YVcozbVluBHnpv/zAjEIcN7IpsHF6OYFCpAO5NSSvtlsX6/c+xJuGqQitn257obN97wHEawcdKMjK0hTT4bZfKoBX24/ieqocA9Gd7Nt01wnf/6p1um4L52hLEYgUL+lSO9cE4bk/gAjfEN8TnivTMKHxwXy4G6N1dx8V4bOkKxVA==';

describe('what epay signs', () => {
  it('is every parameter that is not empty, by name in ASCII order, decoded, without the signature itself', () => {
    expect(signedText({ ...ORDER, sign: 'x', sign_type: 'MD5', b_: '1', B: '2', a0: '0' })).toBe(
      'B=2&a0=0&b_=1&money=48.00&name=VIP 会员&notify_url=https://shop.test/n?a=1&out_trade_no=20160806151343349&pid=1001&type=alipay',
    );
  });
});

describe('the MD5 variant', () => {
  const signer = md5Signer(KEY);

  it.each<readonly [string, Readonly<Record<string, string>>, string, string]>([
    ['an order with Chinese words and an empty value', ORDER, KEY, '81da7e3fce87ac1d100ac95764cc1ea6'],
    ['a plus and a blank, out of order', { c: '3', d: 'x y+z', b: '2' }, '0123456789abcdef', '1aa213d9cf61ae11aecc98595aebb431'],
  ])('signs like md5sum: %s', (_name, params, key, signature) => {
    expect(md5Signer(key).sign(params)).toBe(signature);
    expect(md5Verifier([key]).isGenuine({ ...params, sign: signature })).toBe(true);
  });

  it('no parameter can be changed, added or taken away', () => {
    const signed = withSignature(ORDER, signer);
    const verifier = md5Verifier([KEY]);
    expect(verifier.isGenuine(signed)).toBe(true);
    for (const name of Object.keys(ORDER)) expect(verifier.isGenuine({ ...signed, [name]: 'other' })).toBe(false);
    expect(verifier.isGenuine({ ...signed, extra: '1' })).toBe(false);
    const { money: _gone, ...rest } = signed;
    expect(verifier.isGenuine(rest)).toBe(false);
  });

  it.each(['', 'x', '81da7e3fce87ac1d100ac95764cc1ea', '81DA7E3FCE87AC1D100AC95764CC1EA6', '0'.repeat(32), '81da7e3fce87ac1d100ac95764cc1ea6 '])(
    'the signature %j is none',
    (sign) => expect(md5Verifier([KEY]).isGenuine({ ...ORDER, sign })).toBe(false),
  );

  it('believes each of several keys, so that one can be changed', () => {
    const verifier = md5Verifier(['the-next-key-of-the-merchant', KEY]);
    expect(verifier.isGenuine(withSignature(ORDER, signer))).toBe(true);
    expect(verifier.isGenuine(withSignature(ORDER, md5Signer('the-next-key-of-the-merchant')))).toBe(true);
    expect(verifier.isGenuine(withSignature(ORDER, md5Signer('a-key-of-somebody-else')))).toBe(false);
  });

  it.each(['', 'short', 'x'.repeat(32), 'a key with blanks in it', '密钥密钥密钥密钥密钥密钥密钥密钥'])(
    'the key %j is refused and not quoted',
    (key) => {
      const attempt = (): unknown => md5Signer(key);
      expect(attempt).toThrow(/epay key/);
      if (key !== '') expect(attempt).not.toThrow(new RegExp(key));
    },
  );
});

describe('the RSA variant', () => {
  const dated = { ...ORDER, timestamp: '1721206072' };

  it('believes what openssl signed with SHA-256', () => {
    const verifier = rsaVerifier([OPENSSL_KEY]);
    expect(verifier.isGenuine({ ...dated, sign: OPENSSL_SIGNATURE })).toBe(true);
    expect(verifier.isGenuine({ ...dated, money: '0.01', sign: OPENSSL_SIGNATURE })).toBe(false);
  });

  it('signs what anybody can check with the public key', () => {
    const sign = rsaSigner(merchantPair.privateKey).sign(dated);
    expect(verify('RSA-SHA256', Buffer.from(signedText(dated)), merchantPair.publicKey, Buffer.from(sign, 'base64'))).toBe(true);
  });

  it("another platform's signature, or none, is not believed", () => {
    const verifier = rsaVerifier([platformPair.publicKey]);
    for (const sign of ['', 'x', '====', OPENSSL_SIGNATURE, rsaSigner(merchantPair.privateKey).sign(dated), 'A'.repeat(2_000)])
      expect(verifier.isGenuine({ ...dated, sign })).toBe(false);
  });

  it('keys are read as PEM and as bare base64, in the newer and the older form', () => {
    const bare = (pem: string): string => pem.replace(/-----[A-Z ]+-----|\s/g, '');
    const older = createPrivateKey(merchantPair.privateKey).export({ type: 'pkcs1', format: 'pem' }).toString();
    const olderPublic = createPublicKey(merchantPair.publicKey).export({ type: 'pkcs1', format: 'pem' }).toString();
    const [sign] = [merchantPair.privateKey, bare(merchantPair.privateKey), older, bare(older)].map((key) => rsaSigner(key).sign(dated));
    for (const key of [merchantPair.publicKey, bare(merchantPair.publicKey), olderPublic, bare(olderPublic)])
      expect(rsaVerifier([key]).isGenuine({ ...dated, sign: sign ?? '' })).toBe(true);
  });

  it('keys that are none, or too short, are refused and not quoted', () => {
    const short = generateKeyPairSync('rsa', { modulusLength: 1_024 });
    const shortKey = short.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
    for (const key of ['', 'nonsense', merchantPair.publicKey, shortKey]) expect(() => rsaSigner(key)).toThrow(/^the private key is no RSA key/);
    for (const key of ['', 'nonsense', 'MIIB']) expect(() => rsaVerifier([key])).toThrow(/^the platform key is no RSA key/);
  });
});
