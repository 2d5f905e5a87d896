import { createHmac, createPublicKey } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JWK } from 'jose';
import type { StaffTokenVerdict } from '../../../src/application/ports/staff-tokens';
import { readConfig } from '../../../src/config';
import { JwtStaffTokens } from '../../../src/infrastructure/jwt/jwt-staff-tokens';
import { keySourceAt } from '../../../src/infrastructure/jwt/key-source';
import { SigningKeys } from '../../../src/infrastructure/jwt/signing-keys';
import { SystemRuntime } from '../../../src/infrastructure/runtime/system-runtime';
import { IdentityProvider, newSigner } from '../../support/identity-provider';

/** Both clocks of this machine, and so much later. */
class LaterRuntime extends SystemRuntime {
  laterSeconds = 0;
  override wallMs(): number {
    return super.wallMs() + this.laterSeconds * 1_000;
  }
  override monotonicMs(): number {
    return super.monotonicMs() + this.laterSeconds * 1_000;
  }
}

describe('tokens of an identity provider', () => {
  let provider: IdentityProvider;
  let runtime: LaterRuntime;
  let away: string[];
  const open: JwtStaffTokens[] = [];
  beforeEach(async () => {
    provider = await IdentityProvider.start();
    runtime = new LaterRuntime();
    away = [];
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((tokens) => tokens.release()));
    await provider.close();
  });

  function judging(over: Readonly<Record<string, string>> = {}): JwtStaffTokens {
    const { jwt } = readConfig({ ...provider.settings(), ...over });
    if (jwt === undefined) throw new Error('no issuer');
    const tokens = new JwtStaffTokens(jwt, new SigningKeys(keySourceAt(jwt.keys), runtime, jwt.keyLimits, (why) => away.push(why)), runtime);
    open.push(tokens);
    return tokens;
  }
  const outcome = async (verdict: Promise<StaffTokenVerdict>): Promise<string> => {
    const judged = await verdict;
    return judged.outcome === 'genuine' ? judged.member.role : judged.outcome;
  };
  const nowSeconds = (): number => Math.floor(Date.now() / 1_000);

  describe('let in', () => {
    it('are named by issuer and subject, and have the role of their group', async () => {
      const judged = await judging().judge(await provider.token(['everybody', 'shop-support']));
      expect(judged).toMatchObject({ outcome: 'genuine', member: { id: 'https://login.shop.example/realms/staff#7f3a', role: 'SUPPORT' } });
    });

    it.each(['RS256', 'PS256', 'ES256', 'EdDSA'])('are signed with %s', async (alg) => {
      await provider.rotate('of-its-kind', { alg });
      expect(await outcome(judging().judge(await provider.token(['shop-money'])))).toBe('FINANCE');
    });

    it('of several groups the first that the shop names counts', async () => {
      expect(await outcome(judging().judge(await provider.token(['shop-support', 'shop-admins'])))).toBe('ADMIN');
    });

    it('hold their groups under a name with dots, or as one text', async () => {
      const tokens = judging({ CARDRAIL_JWT_ROLES_CLAIM: 'https://shop.example/roles' });
      expect(await outcome(tokens.judge(await provider.token([], { 'https://shop.example/roles': 'shop-support' })))).toBe('SUPPORT');
    });

    it('may name several audiences', async () => {
      expect(await outcome(judging().judge(await provider.token(['shop-support'], { aud: ['other', 'cardrail'] })))).toBe('SUPPORT');
    });

    it('stay so until they run out, with the tolerance for clocks that differ', async () => {
      const judged = await judging().judge(await provider.token(['shop-support'], { exp: nowSeconds() + 60 }));
      if (judged.outcome !== 'genuine') throw new Error(judged.outcome);
      runtime.laterSeconds = 80;
      expect(judged.member.isStillValid()).toBe(true);
      runtime.laterSeconds = 100;
      expect(judged.member.isStillValid()).toBe(false);
    });
  });

  describe('have no role', () => {
    it.each([[[]], [['shop-supports']], ['not shop-admins'], [undefined], [{ 'shop-admins': true }], [[['shop-admins']]], [true]])(
      'in the groups %j',
      async (groups) => {
        expect(await outcome(judging().judge(await provider.token(groups)))).toBe('no-role');
      },
    );

    it('in a member that every object has', async () => {
      const tokens = judging({ CARDRAIL_JWT_ROLES_CLAIM: 'constructor.name', CARDRAIL_JWT_ROLES: 'Object=ADMIN' });
      expect(await outcome(tokens.judge(await provider.token(['shop-admins'])))).toBe('no-role');
    });
  });

  describe('are forged', () => {
    it.each([
      ['of another issuer', { iss: 'https://login.shop.example/realms/buyers' }],
      ['of no issuer', { iss: undefined }],
      ['for another audience', { aud: 'another' }],
      ['for no audience', { aud: undefined }],
      ['that ran out beyond the tolerance', { iat: nowSeconds() - 100, exp: nowSeconds() - 40 }],
      ['that never run out', { exp: undefined }],
      ['that do not say since when', { iat: undefined }],
      ['issued yesterday, for a year', { iat: nowSeconds() - 86_400, exp: nowSeconds() + 31_536_000 }],
      ['issued in the future', { iat: nowSeconds() + 120 }],
      ['not valid yet', { nbf: nowSeconds() + 120 }],
      ['of nobody', { sub: undefined }],
      ['of somebody whose name is a text of many lines', { sub: 'a\nb' }],
      ['of somebody whose name fills a page', { sub: 'x'.repeat(101) }],
    ])('%s', async (_what, over) => {
      expect(await outcome(judging().judge(await provider.token(['shop-admins'], over)))).toBe('forged');
    });

    it('without a signature', async () => {
      const [, payload] = (await provider.token(['shop-admins'])).split('.');
      const header = Buffer.from(JSON.stringify({ alg: 'none', kid: 'first' })).toString('base64url');
      expect(await outcome(judging().judge(`${header}.${payload}.`))).toBe('forged');
      expect(provider.asked).toBe(0);
    });

    it('with the public key as the secret of an HMAC', async () => {
      const { publicKey } = await provider.rotate('rsa', { alg: 'RS256' });
      const pem = createPublicKey({ key: publicKey as never, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
      const [, payload] = (await provider.token(['shop-admins'])).split('.');
      const signed = `${Buffer.from(JSON.stringify({ alg: 'HS256', kid: 'rsa' })).toString('base64url')}.${payload}`;
      expect(await outcome(judging().judge(`${signed}.${createHmac('sha256', pem).update(signed).digest('base64url')}`))).toBe('forged');
    });

    it('with a key that only its own header brings', async () => {
      const stranger = await newSigner('first', 'ES256');
      expect(await outcome(judging().judge(await provider.token(['shop-admins'], {}, { jwk: stranger.publicKey }, stranger)))).toBe('forged');
    });

    it('under an algorithm that the shop does not take', async () => {
      expect(await outcome(judging({ CARDRAIL_JWT_ALGORITHMS: 'RS256' }).judge(await provider.token(['shop-admins'])))).toBe('forged');
    });

    it('when they name no key, or ask for an extension that nobody knows', async () => {
      const tokens = judging();
      expect(await outcome(tokens.judge(await provider.token(['shop-admins'], {}, { kid: undefined } as never)))).toBe('forged');
      const [header = '', ...rest] = (await provider.token(['shop-admins'])).split('.');
      const odd = { ...(JSON.parse(Buffer.from(header, 'base64url').toString()) as object), crit: ['odd'], odd: true };
      expect(await outcome(tokens.judge([Buffer.from(JSON.stringify(odd)).toString('base64url'), ...rest].join('.')))).toBe('forged');
    });

    it('when a single letter of them was changed', async () => {
      const tokens = judging();
      const token = await provider.token(['shop-support']);
      const [header = '', payload = '', signature = ''] = token.split('.');
      const more = Buffer.from(Buffer.from(payload, 'base64url').toString().replace('shop-support', 'shop-admins')).toString('base64url');
      expect(await outcome(tokens.judge(`${header}.${more}.${signature}`))).toBe('forged');
      expect(await outcome(tokens.judge(token))).toBe('SUPPORT');
    });

    it.each(['', '.', '..', 'ey.ey.ey', 'eyJhbGciOiJFUzI1NiIsImtpZCI6ImZpcnN0In0', 'a.b.c.d.e'])('when they are %j', async (token) => {
      expect(await outcome(judging().judge(token))).toBe('forged');
    });

    it('with a key that the issuer should never have published', async () => {
      const symmetric = { kty: 'oct', k: Buffer.from('secret secret secret secret secr').toString('base64url'), kid: 'shared', alg: 'HS256' };
      const halves = await newSigner('halves', 'ES256');
      const keys: JWK[] = [symmetric, { ...halves.publicKey, d: 'AQAB' }];
      provider.misbehave((_request, response) => response.end(JSON.stringify({ keys })));
      expect(await outcome(judging().judge(await provider.token(['shop-admins'], {}, {}, halves)))).toBe('unavailable');
      expect(away).toEqual(['NO_USABLE_KEY']);
    });
  });

  describe('and the keys behind them', () => {
    it('are read once for many tokens', async () => {
      const tokens = judging();
      const token = await provider.token(['shop-support']);
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => outcome(tokens.judge(token))));
      expect(new Set(outcomes)).toEqual(new Set(['SUPPORT']));
      expect(provider.asked).toBe(1);
    });

    it('are read anew for a name that is not known, and not again before the pause is over', async () => {
      const tokens = judging();
      await tokens.judge(await provider.token(['shop-support']));
      runtime.laterSeconds = 11;
      const second = await provider.rotate('second');
      expect(await outcome(tokens.judge(await provider.token(['shop-support'], {}, {}, second)))).toBe('SUPPORT');
      expect(provider.asked).toBe(2);
      const stranger = await newSigner('invented', 'ES256');
      for (let i = 0; i < 50; i++)
        expect(await outcome(tokens.judge(await provider.token(['shop-admins'], {}, { kid: `invented-${i}` }, stranger)))).toBe('forged');
      expect(provider.asked).toBe(2);
    });

    it('end when the issuer withdraws them, also for who is in', async () => {
      const tokens = judging();
      const token = await provider.token(['shop-support'], { exp: nowSeconds() + 3_000 });
      const judged = await tokens.judge(token);
      if (judged.outcome !== 'genuine') throw new Error(judged.outcome);
      await provider.rotate('second', { withdraw: ['first'] });
      runtime.laterSeconds = 301;
      expect(judged.member.isStillValid()).toBe(true);
      // The look that this began has an answer when a token with the new key has one.
      expect(await outcome(tokens.judge(await provider.token(['shop-support'])))).toBe('SUPPORT');
      expect(judged.member.isStillValid()).toBe(false);
      expect(await outcome(tokens.judge(token))).toBe('forged');
    });

    it.each([
      ['answers 503', (_request: unknown, response: { writeHead(status: number): { end(): void } }) => response.writeHead(503).end()],
      ['cuts the line', (request: { socket: { destroy(): void } }) => request.socket.destroy()],
      ['answers a page', (_request: unknown, response: { end(text: string): void }) => response.end('<html>sign in</html>')],
      ['answers no keys', (_request: unknown, response: { end(text: string): void }) => response.end('{"keys":[]}')],
      ['answers without end', (_request: unknown, response: { end(text: string): void }) => response.end(`{"keys":["${'x'.repeat(300_000)}"]}`)],
    ])('go on for a while when the issuer %s, and then nobody can tell', async (_what, answer) => {
      const tokens = judging();
      const token = await provider.token(['shop-support'], { exp: nowSeconds() + 86_400 });
      expect(await outcome(tokens.judge(token))).toBe('SUPPORT');
      provider.misbehave(answer);
      runtime.laterSeconds = 3_590;
      expect(await outcome(tokens.judge(token))).toBe('SUPPORT');
      const stranger = await newSigner('new', 'ES256');
      expect(await outcome(tokens.judge(await provider.token(['shop-support'], {}, {}, stranger)))).toBe('unavailable');
      runtime.laterSeconds = 3_610;
      expect(await outcome(tokens.judge(token))).toBe('unavailable');
      expect(away.length).toBeGreaterThan(0);
      provider.misbehave(null);
      expect(await outcome(tokens.judge(token))).toBe('unavailable');
      runtime.laterSeconds = 3_625;
      expect(await outcome(tokens.judge(token))).toBe('SUPPORT');
    });

    it('are fetched from the configured address only: a redirect leads nowhere', async () => {
      let reached = 0;
      const elsewhere = createServer((_request, response) => void (reached++, response.end('{"keys":[]}')));
      await new Promise<void>((listening) => elsewhere.listen(0, '127.0.0.1', listening));
      const { port } = elsewhere.address() as AddressInfo;
      provider.misbehave((_request, response) => response.writeHead(302, { location: `http://127.0.0.1:${port}/` }).end());
      expect(await outcome(judging().judge(await provider.token(['shop-support'])))).toBe('unavailable');
      expect(away).toEqual(['HTTP 302']);
      expect(reached).toBe(0);
      await new Promise((closed) => elsewhere.close(closed));
    });

    it('may stand in a file, which is read anew like an address', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'cardrail-keys-'));
      try {
        const file = join(folder, 'keys.json');
        const one = await newSigner('in-a-file', 'ES256');
        await writeFile(file, JSON.stringify({ keys: [one.publicKey] }));
        const tokens = judging({ CARDRAIL_JWT_KEYS: file });
        expect(await outcome(tokens.judge(await provider.token(['shop-support'], {}, {}, one)))).toBe('SUPPORT');
        const two = await newSigner('next', 'ES256');
        await writeFile(file, JSON.stringify({ keys: [two.publicKey] }));
        runtime.laterSeconds = 11;
        expect(await outcome(tokens.judge(await provider.token(['shop-support'], {}, {}, two)))).toBe('SUPPORT');
        expect(provider.asked).toBe(0);
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  });

  describe('and their settings', () => {
    const problemsOf = (over: Readonly<Record<string, string | undefined>>): readonly string[] => {
      try {
        readConfig({ ...provider.settings(), ...over });
        return [];
      } catch (error) {
        return (error as { problems: readonly string[] }).problems;
      }
    };

    it.each([
      [{ CARDRAIL_JWT_ALGORITHMS: 'none' }, 'CARDRAIL_JWT_ALGORITHMS'],
      [{ CARDRAIL_JWT_ALGORITHMS: 'RS256,HS256' }, 'CARDRAIL_JWT_ALGORITHMS'],
      [{ CARDRAIL_JWT_ROLES: 'shops=STOREFRONT' }, 'CARDRAIL_JWT_ROLES'],
      [{ CARDRAIL_JWT_ROLES: 'buyers=BUYER' }, 'CARDRAIL_JWT_ROLES'],
      [{ CARDRAIL_JWT_ROLES: 'ADMIN' }, 'CARDRAIL_JWT_ROLES'],
      [{ CARDRAIL_JWT_CLOCK_SKEW_SECONDS: '3600' }, 'CARDRAIL_JWT_CLOCK_SKEW_SECONDS'],
      [{ CARDRAIL_JWT_AUDIENCE: '' }, 'CARDRAIL_JWT_AUDIENCE'],
      [{ CARDRAIL_JWT_ROLES: '' }, 'CARDRAIL_JWT_ROLES'],
      [{ CARDRAIL_JWT_KEYS: '' }, 'CARDRAIL_JWT_KEYS'],
      [{ CARDRAIL_JWT_ISSUER: '' }, 'CARDRAIL_JWT_ISSUER'],
    ])('%j is a problem', (over, name) => {
      expect(problemsOf(over)).toEqual([expect.stringContaining(name)]);
    });

    it.each(['http://login.shop.example/certs', 'ftp://login.shop.example/certs', 'https://user:secret@login.shop.example/certs'])(
      'keys are not fetched from %s, and the words do not quote it',
      (place) => {
        expect(() => keySourceAt(place)).toThrow(/^CARDRAIL_JWT_KEYS (?!.*secret)/);
      },
    );
  });
});
