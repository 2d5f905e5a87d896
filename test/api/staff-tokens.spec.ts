import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createSocketClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { signInChecks } from '../../src/cli/verbs/doctor-sign-in';
import { readConfig } from '../../src/config';
import { IdentityProvider } from '../support/identity-provider';
import { ApiShop, key } from './support/api-shop';

const PAUSE = 'mutation($input: PauseSkuInput!) { pauseSku(input: $input) { changed userErrors { code } } }';
const NOTE = 'mutation($input: AddNoteInput!) { addNote(input: $input) { userErrors { code } } }';
const TRAIL = 'query($filter: AuditFilter) { auditTrail(first: 50, filter: $filter) { nodes { actorKind actorId action code } } }';
const FOLLOW = 'subscription($orderId: ID!) { orderUpdated(orderId: $orderId) { revision } }';

describe('staff who come with tokens of an identity provider', () => {
  let provider: IdentityProvider;
  let shop: ApiShop;
  beforeAll(async () => {
    provider = await IdentityProvider.start();
    shop = await ApiShop.start(provider.settings());
    await shop.sku('owed', { oversell: true });
    await shop.until(() => shop.parts.settings.sku('owed') !== undefined, 'the settings are read');
  });
  afterEach(() => {
    provider.misbehave(null);
    expect(shop.defects.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await shop.close();
    await provider.close();
  });

  const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
  const as = async (groups: readonly string[], sub = '7f3a'): Promise<Record<string, string>> => bearer(await provider.token(groups, { sub }));
  const code = (answer: { readonly errors?: readonly { readonly extensions: Readonly<Record<string, unknown>> }[] }): unknown =>
    answer.errors?.[0]?.extensions['code'];
  const pause = (headers: Record<string, string>, idempotencyKey = key()) =>
    shop.ask<{ pauseSku: { changed: boolean; userErrors: readonly { code: string }[] } }>(
      PAUSE,
      { input: { idempotencyKey, reason: 'recall', skuId: 'game' } },
      headers,
    );

  it('may do what the role of their group may, and nothing else', async () => {
    expect((await shop.ask('{ orders(first: 1) { totalCount } }', {}, await as(['shop-support']))).errors).toBeUndefined();
    expect(code(await shop.ask('{ apiKeys(first: 5) { nodes { id } } }', {}, await as(['shop-support'])))).toBe('FORBIDDEN');
    expect((await shop.ask('{ apiKeys(first: 5) { nodes { id } } }', {}, await as(['shop-admins']))).errors).toBeUndefined();
    const stranger = await shop.ask('{ skus { id } }', {}, await as(['everybody']));
    expect(stranger.status).toBe(403);
    expect(code(stranger)).toBe('FORBIDDEN');
  });

  it('stand in events and in the audit trail by issuer and subject', async () => {
    const { id } = await shop.order({ skuId: 'owed' });
    await shop.ask(NOTE, { input: { idempotencyKey: key(), orderId: id, text: 'hello' } }, await as(['shop-support'], 'a-1'));
    const name = `${provider.issuer}#a-1`;
    const { data } = await shop.ask<{ order: { history: { nodes: readonly { type: string; actor: object }[] } } }>(
      'query($id: ID!) { order(id: $id) { history(first: 100) { nodes { type actor { kind id } } } } }',
      { id },
      shop.as('SUPPORT'),
    );
    expect(data.order.history.nodes.find(({ type }) => type === 'NoteAdded')?.actor).toEqual({ kind: 'SUPPORT', id: name });
    expect(code(await shop.ask('{ apiKeys(first: 5) { nodes { id } } }', {}, await as(['shop-support'], 'a-1')))).toBe('FORBIDDEN');
    type Trail = { auditTrail: { nodes: readonly { action: string; code: string | null }[] } };
    let seen: Trail['auditTrail']['nodes'] = [];
    await shop.until(async () => {
      seen = (await shop.ask<Trail>(TRAIL, { filter: { actorId: name } }, shop.as('FINANCE'))).data.auditTrail.nodes;
      return seen.length >= 2;
    }, 'the note and the refusal are in the trail');
    expect(seen).toContainEqual(expect.objectContaining({ action: 'NoteAdded', actorKind: 'SUPPORT' }));
    expect(seen).toContainEqual(expect.objectContaining({ action: 'apiKeys', code: 'FORBIDDEN' }));
  });

  it('do not share idempotency keys: each is a client of their own', async () => {
    const idempotencyKey = key();
    expect((await pause(await as(['shop-admins'], 'one'), idempotencyKey)).data.pauseSku.userErrors).toEqual([]);
    expect((await pause(await as(['shop-admins'], 'two'), idempotencyKey)).data.pauseSku.userErrors).toEqual([]);
    expect((await pause(await as(['shop-admins'], 'one'), idempotencyKey)).data.pauseSku.userErrors).toEqual([]);
  });

  it('are one person whatever role they come in: nobody approves of their own request, and another subject may', async () => {
    await shop.stock('game', 1);
    const EXPORT = `mutation($input: ExportCodesInput!) { exportCodes(input: $input) { codes { id }
      userErrors { code ... on ApprovalRequiredError { approvalId } } } }`;
    type Refusals = { readonly userErrors: readonly { readonly code: string; readonly approvalId?: string }[] };
    const input = { idempotencyKey: key(), reason: 'to another shop', skuId: 'game', limit: 1 };
    const exporting = async () =>
      (await shop.ask<{ exportCodes: Refusals & { codes: readonly object[] } }>(EXPORT, { input }, await as(['shop-admins'], 'alone'))).data
        .exportCodes;
    const approvalId = (await exporting()).userErrors[0]?.approvalId;
    const GRANT = 'mutation($input: GrantApprovalInput!) { grantApproval(input: $input) { userErrors { code } } }';
    const granting = async (group: string, sub: string) => {
      const granted = { input: { idempotencyKey: key(), reason: 'seen', approvalId } };
      const { data } = await shop.ask<{ grantApproval: Refusals }>(GRANT, granted, await as([group], sub));
      return data.grantApproval.userErrors.map((error) => error.code);
    };
    expect(await granting('shop-admins', 'alone')).toEqual(['APPROVER_IS_REQUESTER']);
    expect(await granting('shop-money', 'alone')).toEqual(['APPROVER_IS_REQUESTER']);
    expect(await granting('shop-admins', 'another')).toEqual([]);
    expect((await exporting()).codes).toHaveLength(1);
  });

  it.each([
    ['that ran out', () => provider.token(['shop-admins'], { iat: 1, exp: 2 })],
    ['for somebody else', () => provider.token(['shop-admins'], { aud: 'another' })],
    ['that is none', () => Promise.resolve('eyJhbGciOiJub25lIn0.eyJyb2xlcyI6WyJzaG9wLWFkbWlucyJdfQ.x')],
  ])('a token %s is UNAUTHENTICATED', async (_what, token) => {
    const answer = await shop.ask('{ skus { id } }', {}, bearer(await token()));
    expect([answer.status, code(answer)]).toEqual([401, 'UNAUTHENTICATED']);
    expect(JSON.stringify(answer)).not.toContain('shop-admins');
  });

  it('a key name nobody knows, while the issuer is away, is no reason to be called a stranger', async () => {
    const slow = await ApiShop.start(provider.settings());
    try {
      provider.misbehave((_request, response) => response.writeHead(503).end());
      const answer = await slow.ask('{ skus { id } }', {}, await as(['shop-admins']));
      expect([answer.status, code(answer)]).toEqual([503, 'SERVICE_UNAVAILABLE']);
      expect(answer.headers.get('retry-after')).toBe('10');
      const client = createSocketClient({
        url: `${slow.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: await as(['shop-admins']),
        retryAttempts: 0,
      });
      const closed = new Promise((tell) => client.on('closed', (event) => tell((event as { code: number }).code)));
      await expect(client.iterate({ query: FOLLOW, variables: { orderId: 'x' } }).next()).rejects.toBeDefined();
      expect(await closed).toBe(1013);
      // API keys have nothing to do with the issuer.
      expect((await slow.ask('{ skus { id } }', {}, slow.as('OPS'))).errors).toBeUndefined();
    } finally {
      await slow.close();
    }
  });

  const transports = {
    'connection_init of a WebSocket': (papers: Record<string, string>) =>
      createSocketClient({
        url: `${shop.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: papers,
        retryAttempts: 0,
      }),
    'the headers of server-sent events': (papers: Record<string, string>) =>
      createSseClient({ url: `${shop.url}/graphql/stream`, headers: papers, retryAttempts: 0 }),
  };
  describe.each(Object.entries(transports))('%s', (_where, connect) => {
    it('takes a token that is genuine, and none that is not', async () => {
      const { id } = await shop.order({ skuId: 'owed' });
      for (const [papers, isIn] of [
        [await as(['shop-support']), true],
        [await as(['everybody']), false],
        [bearer(await provider.token(['shop-support'], { aud: 'another' })), false],
      ] as const) {
        const client = connect(papers);
        try {
          const first = client.iterate<{ orderUpdated: { revision: number } }>({ query: FOLLOW, variables: { orderId: id } }).next();
          if (isIn) expect((await first).value).toMatchObject({ data: { orderUpdated: { revision: expect.any(Number) } } });
          else await expect(first).rejects.toBeDefined();
        } finally {
          void client.dispose();
        }
      }
    });

    it('ends what is open when the token runs out', async () => {
      const { id } = await shop.order({ skuId: 'owed' });
      const skewSeconds = 30;
      const exp = Math.floor(Date.now() / 1_000) - skewSeconds + 2;
      const client = connect(bearer(await provider.token(['shop-support'], { iat: exp - 10, exp })));
      try {
        const updates = client.iterate({ query: FOLLOW, variables: { orderId: id } });
        await updates.next();
        // Each change of the order is a moment at which the token is looked at again.
        let isOver = false;
        const rest = (async () => {
          while ((await updates.next()).done !== true);
          isOver = true;
        })();
        await shop.until(async () => {
          await shop.ask(NOTE, { input: { idempotencyKey: key(), orderId: id, text: 'again' } }, shop.as('SUPPORT'));
          await new Promise((resolve) => setTimeout(resolve, 100));
          return isOver;
        }, 'the subscription has ended');
        await rest;
      } finally {
        void client.dispose();
      }
    });
  });

  it('doctor looks at the keys', async () => {
    const config = readConfig(provider.settings());
    expect(await signInChecks(config)).toEqual([{ check: 'sign-in keys', state: 'ok', detail: `one key of ${provider.issuer}` }]);
    provider.misbehave((_request, response) => response.writeHead(500).end());
    expect(await signInChecks(config)).toMatchObject([{ state: 'bad', detail: 'CARDRAIL_JWT_KEYS cannot be read: HTTP 500' }]);
    expect(await signInChecks(readConfig({ ...provider.settings(), CARDRAIL_JWT_KEYS: 'http://login.shop.example/keys' }))).toMatchObject([
      { state: 'bad', detail: 'CARDRAIL_JWT_KEYS must use https.' },
    ]);
    expect(await signInChecks(readConfig({}))).toEqual([]);
  });
});
