import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { LiveShop } from '../support/live-shop';
import { Shopper } from '../support/shopper';
import { pause } from './support/busy-shop';

const DEATH_WITHIN_MS = 120_000;
const SETTLE_MS = '4000';
const MAIL = 'anna.canary.7c1@example.com';
const PHONE = '+8613812345678';
const TARGET = 'canary-account-7c1';
const INSTRUMENT = 'canary-instrument-7c1';
const CANARIES = new RegExp(`anna\\.canary|13812345678|${TARGET}|${INSTRUMENT}`);

interface Erasure {
  readonly subject: string;
  readonly status: string;
}

/** With real processes that are killed: what a shop holds of a buyer goes for ever, by two people, and an older backup brings nothing back. */
describe('a buyer who is erased', () => {
  let shop: LiveShop;
  let shopper: Shopper;
  let annas: { readonly id: string; readonly token: string }[] = [];
  let bens = { id: '', token: '' };
  let before = '';
  let list = '';
  const second = randomBytes(32).toString('base64url');

  beforeAll(async () => {
    shop = await LiveShop.start({
      skus: { game: { fields: ['account'] } },
      environment: { CARDRAIL_PAYMENT_TIMEOUT_MS: '10000', CARDRAIL_KEY_SETTLE_MS: SETTLE_MS },
    });
    shopper = new Shopper(shop);
    const others = join(shop.folder, 'second.yaml');
    await writeFile(others, stringify({ apiKeys: [{ id: 'admin-2', clientId: 'office-2', role: 'ADMIN', key: { env: 'SECOND_KEY' } }] }));
    const applied = await shop.cli(['apply', others], { SECOND_KEY: second });
    if (applied.code !== 0) throw new Error(applied.stderr);
    await shop.stock('game', 10);
    annas = [await buy('anna', MAIL), await buy('anna', MAIL)];
    bens = await buy('ben', 'ben@example.com');
    before = join(shop.folder, 'before.db');
    list = join(shop.folder, 'erasures.jsonl');
  }, 600_000);
  afterAll(() => shop.close());

  const order = (buyer: string, email: string) =>
    shopper.order({
      ...{ skuId: 'game', buyer, allowAnother: true, instrument: INSTRUMENT },
      contact: { email, phone: PHONE },
      fields: [{ name: 'account', value: TARGET }],
    });
  async function buy(buyer: string, email: string): Promise<{ readonly id: string; readonly token: string }> {
    const { id, token } = await order(buyer, email);
    await shopper.untilStatus(id, 'COMPLETED');
    expect((await shopper.reveal(id, token)).codes).toHaveLength(1);
    return { id, token };
  }
  const environment = () => ({ CARDRAIL_URL: shop.url, CARDRAIL_API_KEY: shop.adminKey, LANG: 'en' });
  const ask = async <T>(document: string, variables: object, key = shop.adminKey): Promise<T> => {
    const { data, errors } = await shop.graphql<T>(document, variables, { authorization: `Bearer ${key}` });
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data;
  };
  const erase = (ref = 'anna') =>
    shop.cli(['buyers', 'erase', ref, '--client', 'shop', '--yes', '--reason', 'asked for in writing', '--json'], environment());
  const erasure = async (): Promise<Erasure | null> =>
    (await ask<{ buyerErasure: Erasure | null }>('query { buyerErasure(clientId: "shop", buyerRef: "anna") { subject status } }', {})).buyerErasure;
  const erased = async (): Promise<Erasure> => {
    for (;;) {
      const found = await erasure();
      if (found?.status === 'ERASED') return found;
      await pause(50);
    }
  };
  const found = async (text: string): Promise<readonly string[]> => {
    const { searchOrders } = await ask<{ searchOrders: { nodes: { id: string }[] } }>(
      'query ($text: String!) { searchOrders(text: $text, first: 10) { nodes { id } } }',
      { text },
    );
    return searchOrders.nodes.map(({ id }) => id).sort();
  };
  const approve = async (): Promise<void> => {
    const { approvals } = await ask<{ approvals: { nodes: { id: string; action: string; subject: string }[] } }>(
      'query { approvals(first: 1, open: true) { nodes { id action subject } } }',
      {},
    );
    const [request] = approvals.nodes;
    expect(request).toMatchObject({ action: 'ERASE_BUYER' });
    const input = { idempotencyKey: randomBytes(8).toString('hex'), reason: 'agreed', approvalId: request?.id };
    await ask('mutation ($input: GrantApprovalInput!) { grantApproval(input: $input) { userErrors { code } } }', { input }, second);
  };
  const files = (folder = join(shop.folder, 'data')): string =>
    readdirSync(folder)
      // A draft may have its name in the next moment.
      .filter((name) => !name.endsWith('.draft'))
      .map((name) => join(folder, name))
      .filter((file) => statSync(file).isFile())
      .map((file) => readFileSync(file, 'latin1'))
      .join();

  /** Nothing that anybody asks tells of her, nothing opens what the log holds, and Ben is as he was. */
  async function isGone(): Promise<void> {
    // After a restore the lists follow what is repeated in the log: a moment later, and for good.
    const isListed = async (text: string): Promise<boolean> => (await found(text)).some((one) => annas.some(({ id }) => id === one));
    for (const text of [MAIL, PHONE]) while (await isListed(text)) await pause(50);
    expect(await found(PHONE)).toEqual([bens.id]);
    for (const { id, token } of annas) {
      const document = `query ($id: ID!) { order(id: $id) { buyerRef status asOf(revision: 1) { buyerRef } history(first: 100) { nodes { type data summary } } } }`;
      const { order: seen } = await ask<{ order: { buyerRef: string; status: string; asOf: { buyerRef: string } } }>(document, { id });
      expect(seen).toMatchObject({ buyerRef: 'erased', status: 'COMPLETED', asOf: { buyerRef: 'erased' } });
      expect(JSON.stringify(seen)).toContain('BuyerErased');
      expect(JSON.stringify(seen)).not.toMatch(/anna|contactKeys|subject:/);
      const byToken = await shop.graphql<{ order: unknown }>(
        'query ($id: ID!) { order(id: $id) { id } }',
        { id },
        { 'x-order-token': token, authorization: '' },
      );
      expect(byToken.data?.order ?? null).toBeNull();
      expect((await shopper.mutate('resendDelivery', { orderId: id })).userErrors).toMatchObject([{ code: 'BUYER_ERASED' }]);
      expect((await shopper.mutate('revealCards', { orderId: id })).userErrors).toMatchObject([{ code: 'BUYER_ERASED' }]);
    }
    expect((await shopper.reveal(bens.id, bens.token)).codes).toHaveLength(1);
    expect(shop.log).not.toMatch(CANARIES);
  }

  const keysOf = async (): Promise<readonly string[]> => {
    const file = join(shop.folder, 'keys.jsonl');
    await shop.must(['backup', 'buyer-keys', file, '--yes']);
    return readFileSync(file, 'utf8').split('\n');
  };

  test('was sealed: no file of the shop tells of her before', async () => {
    expect(await found(MAIL)).toEqual(annas.map(({ id }) => id).sort());
    await shop.must(['backup', 'create', before]);
    expect(files()).not.toMatch(CANARIES);
  });

  test('is known, has nothing open, and is erased by two people', async () => {
    expect((await erase('nobody')).stderr).toContain('BUYER_NOT_FOUND');
    expect((await erase()).stderr).toContain('APPROVAL_REQUIRED');
    await approve();
    expect(JSON.parse((await erase()).stdout)).toMatchObject({ status: 'ERASING' });
    await shop.kill();
  }, 200_000);

  test.each([
    'subject-retire.before:1',
    'subject-retire.after:1',
    'append.before:1',
    'append.after:1',
    'subject-destroy.before:1',
    'subject-destroy.after:1',
  ])(
    'is killed at %s',
    async (point) => {
      await shop.serveUntilKilled(point, DEATH_WITHIN_MS);
    },
    DEATH_WITHIN_MS,
  );

  test('is gone from every answer, and no key of her is left', async () => {
    await shop.serve();
    const { subject } = await erased();
    await isGone();
    const lines = await keysOf();
    expect(lines.filter((line) => line.includes(subject))).toEqual([expect.stringContaining('"erasure"')]);
    expect(lines.filter((line) => line.includes('"key"'))).toHaveLength(1);
  }, 200_000);

  test('is gone from read models that are built anew: they equal those that were there', async () => {
    const compared = await shop.cli(['projections', 'verify', '--json']);
    expect({ code: compared.code, compared: JSON.parse(compared.stdout) as object }).toMatchObject({ code: 0 });
    expect((await shop.must(['verify', '--json'])).code).toBe(0);
  }, 200_000);

  test('may come again as somebody new', async () => {
    const again = await order('anna', MAIL);
    await shopper.untilStatus(again.id, 'COMPLETED');
    // Lists follow the log a moment behind the order itself.
    while ((await found(MAIL)).length === 0) await pause(50);
    expect(await found(MAIL)).toEqual([again.id]);
    expect((await shopper.reveal(again.id, again.token)).codes).toHaveLength(1);
  }, 200_000);

  test('stays erased when an older copy is restored: the data folder remembers', async () => {
    await writeFile(list, (await shop.must(['buyers', 'erasures'])).stdout);
    await shop.stop();
    const { stdout } = await shop.must(['backup', 'restore', before, '--yes', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ buyerKeys: { keys: 1, left: 1 } });
    await shop.serve();
    await erased();
    await isGone();
  }, 300_000);

  test('stays erased on a new disk, by the list that was kept elsewhere', async () => {
    await shop.stop();
    for (const end of ['', '-wal', '-shm']) rmSync(join(shop.folder, 'data', `subject-keys.db${end}`), { force: true });
    await shop.must(['backup', 'restore', before, '--erasures', list, '--yes']);
    await shop.serve();
    await erased();
    await isGone();
    expect(files()).not.toMatch(CANARIES);
  }, 300_000);
});
