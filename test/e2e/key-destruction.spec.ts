import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { LiveShop } from '../support/live-shop';
import { Shopper } from '../support/shopper';
import { pause } from './support/busy-shop';

const CARDS = 20;
const DEATH_WITHIN_MS = 50_000;

interface Key {
  readonly kid: string;
  readonly status: string;
  readonly keptBy: { readonly cards: number; readonly orders: number; readonly others: number } | null;
}

/** With real processes that are killed: a key that nothing depends on is destroyed, by two people, and opens nothing any more. */
describe('a key that is to be destroyed', () => {
  let shop: LiveShop;
  let shopper: Shopper;
  let oldKey = '';
  let newKey = '';
  let codes: readonly string[] = [];
  const second = randomBytes(32).toString('base64url');
  const orders: { readonly id: string; readonly token: string; readonly codes: readonly string[] }[] = [];

  beforeAll(async () => {
    shop = await LiveShop.start({ skus: { game: {} }, environment: { CARDRAIL_PAYMENT_TIMEOUT_MS: '10000', CARDRAIL_KEY_SETTLE_MS: '2000' } });
    shopper = new Shopper(shop);
    const others = join(shop.folder, 'second.yaml');
    await writeFile(others, stringify({ apiKeys: [{ id: 'admin-2', clientId: 'office-2', role: 'ADMIN', key: { env: 'SECOND_KEY' } }] }));
    const applied = await shop.cli(['apply', others], { SECOND_KEY: second });
    if (applied.code !== 0) throw new Error(applied.stderr);
    codes = await shop.stock('game', CARDS);
    await buy();
    await shop.must(['backup', 'create', join(shop.folder, 'before.db')]);
    await shop.must(['keys', 'add', 'sealing', '--yes', '--reason', 'yearly']);
    [oldKey = '', newKey = ''] = await kids();
    await shop.stop();
    await shop.serve();
  }, 300_000);
  afterAll(() => shop.close());

  const environment = () => ({ CARDRAIL_URL: shop.url, CARDRAIL_API_KEY: shop.adminKey, LANG: 'en' });
  const kids = async (): Promise<readonly string[]> => {
    const file = JSON.parse(await readFile(join(shop.folder, 'data', 'keyring.json'), 'utf8')) as { sealingKeys: readonly { kid: string }[] };
    return file.sealingKeys.map(({ kid }) => kid);
  };
  async function buy(): Promise<void> {
    const { id, token } = await shopper.order({ skuId: 'game' });
    await shopper.untilStatus(id, 'COMPLETED');
    orders.push({ id, token, codes: (await shopper.reveal(id, token)).codes });
  }
  const ask = async <T>(document: string, variables: object, key = shop.adminKey): Promise<T> => {
    const { data, errors } = await shop.graphql<T>(document, variables, { authorization: `Bearer ${key}` });
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data;
  };
  const destroy = (kid: string, name: string) =>
    shop.cli(['keys', 'destroy', kid, '--yes', '--reason', 'it may be known', '--idempotency', name, '--json'], environment());
  const grant = async (approvalId: string, key: string): Promise<readonly string[]> => {
    const input = { idempotencyKey: randomBytes(8).toString('hex'), reason: 'agreed', approvalId };
    const document = 'mutation ($input: GrantApprovalInput!) { grantApproval(input: $input) { userErrors { code } } }';
    return (await ask<{ grantApproval: { userErrors: { code: string }[] } }>(document, { input }, key)).grantApproval.userErrors.map(
      ({ code }) => code,
    );
  };
  const requested = async (): Promise<string> => {
    for (;;) {
      const { approvals } = await ask<{ approvals: { nodes: { id: string; action: string; subject: string; stage: string }[] } }>(
        'query { approvals(first: 1, open: true) { nodes { id action subject stage } } }',
        {},
      );
      const [request] = approvals.nodes;
      if (request?.stage === 'WAITING') {
        expect(request).toMatchObject({ action: 'DESTROY_KEY', subject: oldKey });
        return request.id;
      }
      await pause(20);
    }
  };
  const keyIs = async (status: string): Promise<Key> => {
    for (;;) {
      const { sealingKeys } = await ask<{ sealingKeys: Key[] }>('query { sealingKeys { kid status keptBy { cards orders others } } }', {});
      const key = sealingKeys.find(({ kid }) => kid === oldKey);
      if (key?.status === status) return key;
      await pause(20);
    }
  };

  test('is not the one in use, and is one that there is', async () => {
    expect((await destroy(newKey, 'x')).stderr).toContain('SEALING_KEY_IN_USE');
    expect((await destroy('no-such-key', 'y')).stderr).toContain('SEALING_KEY_NOT_FOUND');
  });

  test('is approved of by a second person, and stays while a card depends on it', async () => {
    expect((await destroy(oldKey, 'first')).stderr).toContain('APPROVAL_REQUIRED');
    const approvalId = await requested();
    expect(await grant(approvalId, shop.adminKey)).toEqual(['APPROVER_IS_REQUESTER']);
    expect((await destroy(oldKey, 'first')).stderr).toContain('APPROVAL_REQUIRED');
    expect(await grant(approvalId, second)).toEqual([]);
    expect(JSON.parse((await destroy(oldKey, 'first')).stdout)).toMatchObject({ kid: oldKey, inUse: false, status: 'COUNTING' });
    expect((await keyIs('KEPT')).keptBy).toEqual({ cards: CARDS, orders: 0, others: 0 });
    expect(await kids()).toEqual([oldKey, newKey]);
  });

  test('is destroyed once nothing does, though the server is killed before that is stored, and after', async () => {
    await shop.cli(['keys', 'rotate', '--yes', '--reason', 'yearly'], environment());
    const counted = async () => JSON.parse((await shop.must(['keys', 'list', '--json'])).stdout) as readonly { cards: number }[];
    while ((await counted())[0]?.cards !== 0) await pause(50);
    await destroy(oldKey, 'again');
    expect(await grant(await requested(), second)).toEqual([]);
    expect(JSON.parse((await destroy(oldKey, 'again')).stdout)).toMatchObject({ status: 'COUNTING' });
    await shop.kill();
    for (const point of ['append.before:1', 'append.after:1']) await shop.serveUntilKilled(point, DEATH_WITHIN_MS);
    await shop.serve();
    await keyIs('DESTROYED');
    expect(await kids()).toEqual([newKey]);
  }, 200_000);

  test('takes no code from its owner', async () => {
    for (const { id, token, codes: seen } of orders) expect((await shopper.reveal(id, token)).codes).toEqual(seen);
    await buy();
    expect(codes).toEqual(expect.arrayContaining([...orders.flatMap((order) => order.codes)]));
    expect(shop.log).not.toMatch(new RegExp(codes.join('|')));
  });

  test('opens nothing of an older backup, and whoever restores it is told', async () => {
    await shop.stop();
    const { stdout, stderr } = await shop.must(['backup', 'restore', join(shop.folder, 'before.db'), '--yes', '--json']);
    expect(stderr).toContain(`the keyring has no key ${oldKey}: ${CARDS} cards, 0 orders`);
    expect((JSON.parse(stdout) as { unopenable: readonly string[] }).unopenable).toHaveLength(1);
    await shop.serve();
    const [first] = orders;
    expect(await shopper.reveal(first?.id ?? '', first?.token ?? '')).toMatchObject({ userErrors: [{ code: 'CARDS_UNREADABLE' }] });
  });
});
