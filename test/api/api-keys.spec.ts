import { operations } from '../../src/application/commands';
import { queryOperations } from '../../src/application/queries';
import { isScopeOf } from '../../src/application/commands/scopes';
import { roles } from '../../src/application/authorise';
import { sha256Hex } from '../../src/domain/kernel/hash';
import { ApiShop, key } from './support/api-shop';

const ISSUE = 'mutation($input: IssueApiKeyInput!) { issueApiKey(input: $input) { id changed replayed key userErrors { code message field } } }';
const ROTATE = 'mutation($input: RotateApiKeyInput!) { rotateApiKey(input: $input) { id changed replayed key userErrors { code } } }';
const REVOKE = 'mutation($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { changed userErrors { code } } }';
const LIST = `query { apiKeys(first: 100) { nodes {
  id clientId role state scopes origins expiresAt issuedAt changedAt lastUsedAt previousUntil previousLastUsedAt } } }`;
const SKUS = 'query { skus { id } }';
const ORDERS = 'query { orders(first: 1) { nodes { id } } }';

interface Made {
  readonly id: string | null;
  readonly changed: boolean;
  readonly replayed: boolean;
  readonly key: string | null;
  readonly userErrors: readonly { readonly code: string }[];
}
interface Listed {
  readonly id: string;
  readonly state: string;
  readonly scopes: readonly string[] | null;
  readonly lastUsedAt: string | null;
  readonly previousUntil: string | null;
  readonly previousLastUsedAt: string | null;
}

describe('API keys', () => {
  let shop: ApiShop;
  beforeAll(async () => (shop = await ApiShop.start()));
  afterAll(() => shop.close());

  const issue = async (keyId: string, over: object = {}): Promise<Made> => {
    const input = { idempotencyKey: key(), reason: 'test', keyId, clientId: 'office', role: 'SUPPORT', ...over };
    return (await shop.ask<{ issueApiKey: Made }>(ISSUE, { input }, shop.as('ADMIN'))).data.issueApiKey;
  };
  const rotate = async (keyId: string, over: object = {}): Promise<Made> => {
    const input = { idempotencyKey: key(), reason: 'test', keyId, ...over };
    return (await shop.ask<{ rotateApiKey: Made }>(ROTATE, { input }, shop.as('ADMIN'))).data.rotateApiKey;
  };
  const listed = async (keyId: string): Promise<Listed | undefined> =>
    (await shop.ask<{ apiKeys: { nodes: Listed[] } }>(LIST, {}, shop.as('ADMIN'))).data.apiKeys.nodes.find(({ id }) => id === keyId);
  const bearer = (text: string | null): Record<string, string> => ({ authorization: `Bearer ${text ?? ''}` });
  const codeOf = async (document: string, headers: Record<string, string>): Promise<unknown> =>
    (await shop.ask(document, {}, headers)).errors?.[0]?.extensions['code'] ?? 'OK';
  const untilCode = (document: string, text: string | null, code: string): Promise<void> =>
    shop.until(async () => (await codeOf(document, bearer(text))) === code, `${code} with the key`);

  it('are made with a text that is told once, and open what their role may', async () => {
    const input = { idempotencyKey: key(), reason: 'a new colleague', keyId: 'anna', clientId: 'office', role: 'SUPPORT' };
    const ask = async () => (await shop.ask<{ issueApiKey: Made }>(ISSUE, { input }, shop.as('ADMIN'))).data.issueApiKey;
    const made = await ask();
    expect(made).toMatchObject({ id: 'anna', changed: true, userErrors: [] });
    expect(await ask()).toMatchObject({ replayed: true, key: made.key });
    await untilCode(ORDERS, made.key, 'OK');
    expect(await codeOf('query { ledger(day: "2026-01-01") { day } }', bearer(made.key))).toBe('FORBIDDEN');
    await shop.until(async () => (await listed('anna')) !== undefined, 'it is listed');
    const { data } = await shop.ask(LIST, {}, shop.as('ADMIN'));
    expect(JSON.stringify(data)).not.toContain(sha256Hex(made.key ?? ''));
  });

  it('are confined to their scopes, by every door', async () => {
    const made = await issue('reader', { scopes: ['skus', 'order'] });
    await untilCode(SKUS, made.key, 'OK');
    expect(await codeOf(ORDERS, bearer(made.key))).toBe('FORBIDDEN');
    const note = { input: { idempotencyKey: key(), reason: 'x', orderId: 'none', text: 'x' } };
    const { errors } = await shop.ask('mutation($input: AddNoteInput!) { addNote(input: $input) { replayed } }', note, bearer(made.key));
    expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
    await shop.stock('game', 1);
    const { id } = await shop.order({ payment: { gatewayId: 'main', kind: 'REDIRECT' } });
    const seen = await shop.ask<{ order: { id: string } }>('query($id: ID!) { order(id: $id) { id } }', { id }, bearer(made.key));
    expect(seen.data.order).toEqual({ id });
    const history = await shop.ask('query($id: ID!) { order(id: $id) { history(first: 1) { totalCount } } }', { id }, bearer(made.key));
    expect(history.errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
    await shop.until(async () => (await listed('reader')) !== undefined, 'it is listed');
    expect((await listed('reader'))?.scopes).toEqual(['skus', 'order']);
  });

  it('are not confined to what their role may not do anyway, or what nobody knows', async () => {
    expect(await issue('odd', { scopes: ['configureSku'] })).toMatchObject({ key: null, userErrors: [{ code: 'SCOPE_NOT_OF_ROLE' }] });
    expect(await issue('odd', { scopes: ['everything'] })).toMatchObject({ userErrors: [{ code: 'SCOPE_NOT_OF_ROLE' }] });
    for (const operation of [...operations, ...queryOperations])
      for (const role of roles) expect(isScopeOf(operation.operation, role)).toBe(operation.rights.roles.some((one) => one === role));
  });

  it('end at their time, and when they are revoked', async () => {
    const past = await issue('past', { expiresAt: '2020-01-01T00:00:00Z' });
    await shop.until(() => shop.parts.settings.apiKeyByHash(sha256Hex(past.key ?? '')) !== undefined, 'it is known');
    expect(await codeOf(SKUS, bearer(past.key))).toBe('UNAUTHENTICATED');
    await shop.until(async () => (await listed('past'))?.state === 'EXPIRED', 'it is listed as expired');
    const made = await issue('leaver');
    await untilCode(SKUS, made.key, 'OK');
    const input = { idempotencyKey: key(), reason: 'left', keyId: 'leaver' };
    expect((await shop.ask(REVOKE, { input }, shop.as('ADMIN'))).data).toMatchObject({ revokeApiKey: { changed: true, userErrors: [] } });
    await untilCode(SKUS, made.key, 'UNAUTHENTICATED');
    await shop.until(async () => (await listed('leaver'))?.state === 'REVOKED', 'it is listed as revoked');
  });

  it('are rotated with an overlap, in which it is seen who still uses the old text', async () => {
    const old = await issue('till');
    await untilCode(SKUS, old.key, 'OK');
    const previousUntil = new Date(Date.now() + 3_600_000).toISOString();
    const made = await rotate('till', { previousUntil });
    expect(made.key).not.toBe(old.key);
    await untilCode(SKUS, made.key, 'OK');
    expect(await codeOf(SKUS, bearer(old.key))).toBe('OK');
    await shop.until(async () => ((await listed('till'))?.previousLastUsedAt ?? null) !== null, 'the use of the old text is told');
    await shop.until(async () => ((await listed('till'))?.lastUsedAt ?? null) !== null, 'the use of the new text is told');
    expect(await listed('till')).toMatchObject({ previousUntil, state: 'ACTIVE' });
    const uses = (await shop.parts.store.read('apikey-till')).filter(({ type }) => type === 'ApiKeyUsed');
    expect(uses.length).toBeLessThanOrEqual(3);

    const last = await rotate('till');
    await untilCode(SKUS, last.key, 'OK');
    expect([await codeOf(SKUS, bearer(made.key)), await codeOf(SKUS, bearer(old.key))]).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
    expect(await issue('till', { keyHash: sha256Hex(old.key ?? '') })).toMatchObject({ userErrors: [{ code: 'KEY_RETIRED' }] });
    expect(await rotate('till', { previousUntil: '2999-01-01T00:00:00Z' })).toMatchObject({ userErrors: [{ code: 'OVERLAP_OUT_OF_RANGE' }] });
  });
});
