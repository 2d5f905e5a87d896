import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, type JWTHeaderParameters, SignJWT, type KeyLike } from 'jose';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

interface Signer {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: KeyLike;
  readonly publicKey: JWK;
}

/** An identity provider on this machine: real keys, a real JWK set over HTTP, and it misbehaves on request. */
export class IdentityProvider {
  readonly issuer = 'https://login.shop.example/realms/staff';
  readonly audience = 'cardrail';
  /** How often it was asked for its keys. */
  asked = 0;
  private published: Signer[] = [];
  private answer: Answer | null = null;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<IdentityProvider> {
    const server = createServer();
    const provider = new IdentityProvider(server);
    server.on('request', (request, response) => {
      provider.asked++;
      if (provider.answer !== null) return provider.answer(request, response);
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: provider.published.map(({ publicKey }) => publicKey) }));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    await provider.rotate('first');
    return provider;
  }

  get keysUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/realms/staff/certs?tenant=1`;
  }

  /** The settings of a shop that believes it. */
  settings(): Readonly<Record<string, string>> {
    return {
      CARDRAIL_JWT_ISSUER: this.issuer,
      CARDRAIL_JWT_AUDIENCE: this.audience,
      CARDRAIL_JWT_KEYS: this.keysUrl,
      CARDRAIL_JWT_ROLES: 'shop-admins=ADMIN,shop-support=SUPPORT,shop-money=FINANCE',
      CARDRAIL_JWT_ROLES_CLAIM: 'realm_access.roles',
    };
  }

  /** Signs with a new key from now on, and publishes it; the ones named are withdrawn. */
  async rotate(
    kid: string,
    { withdraw = [], alg = 'ES256' }: { readonly withdraw?: readonly string[]; readonly alg?: string } = {},
  ): Promise<Signer> {
    const signer = await newSigner(kid, alg);
    this.published = [...this.published.filter((one) => !withdraw.includes(one.kid)), signer];
    return signer;
  }

  /** What it answers instead of its keys; null: its keys. */
  misbehave(answer: Answer | null): void {
    this.answer = answer;
  }

  /** Of somebody in these groups. Members of `over` replace those of the token; undefined takes one out. */
  async token(
    groups: unknown,
    over: Readonly<Record<string, unknown>> = {},
    header: Partial<JWTHeaderParameters> = {},
    signer = this.published.at(-1),
  ): Promise<string> {
    if (signer === undefined) throw new Error('it has no key');
    const now = Math.floor(Date.now() / 1_000);
    const claims = { iss: this.issuer, aud: this.audience, sub: '7f3a', iat: now, exp: now + 600, realm_access: { roles: groups }, ...over };
    return new SignJWT(claims).setProtectedHeader({ alg: signer.alg, kid: signer.kid, ...header }).sign(signer.privateKey);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }
}

export async function newSigner(kid: string, alg: string): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, publicKey: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}
