import { randomBytes } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { LiveShop } from '../support/live-shop';
import { Shopper } from '../support/shopper';
import { pause, verify } from './support/busy-shop';

const CARDS = 6;
/** Words that must stand nowhere but where they are asked for. */
const canary = (what: string): string => `CANARY-${what}-${randomBytes(9).toString('hex')}`;

describe('codes that leave the shop', () => {
  let shop: LiveShop;
  let shopper: Shopper;
  let codes: readonly string[] = [];
  const second = randomBytes(32).toString('base64url');
  const email = `${canary('mail').toLowerCase()}@buyers.example`;
  const account = canary('account');
  const formula = `=${canary('formula')}`;
  let bought = '';

  beforeAll(async () => {
    shop = await LiveShop.start({
      skus: { game: {} },
      environment: { CARDRAIL_PAYMENT_TIMEOUT_MS: '10000', CARDRAIL_LOG_LEVEL: 'debug' },
    });
    shopper = new Shopper(shop);
    const others = join(shop.folder, 'second.yaml');
    await writeFile(others, stringify({ apiKeys: [{ id: 'admin-2', clientId: 'office-2', role: 'ADMIN', key: { env: 'SECOND_KEY' } }] }));
    const applied = await shop.cli(['apply', others], { SECOND_KEY: second });
    if (applied.code !== 0) throw new Error(applied.stderr);
    codes = [...(await shop.stock('game', CARDS)), formula];
    const more = join(shop.folder, 'more.txt');
    await writeFile(more, formula);
    await shop.must(['cards', 'import', more, '--sku', 'game', '--reason', 'one that looks like a formula']);
    await writeFile(more, '');
    const { data } = await shop.graphql<{ submitOrder: { order: { id: string }; accessToken: string } }>(
      'mutation ($input: SubmitOrderInput!) { submitOrder(input: $input) { order { id } accessToken userErrors { code } } }',
      {
        input: {
          idempotencyKey: 'x',
          skuId: 'game',
          quantity: 1,
          buyer: { ref: 'b', contact: { email } },
          payment: { gatewayId: 'main', kind: 'CHARGE', instrument: account },
        },
      },
    );
    await shopper.untilStatus(data.submitOrder.order.id, 'COMPLETED');
    [bought = ''] = (await shopper.reveal(data.submitOrder.order.id, data.submitOrder.accessToken)).codes;
  }, 300_000);
  afterAll(() => shop.close());

  const environment = () => ({ CARDRAIL_URL: shop.url, CARDRAIL_API_KEY: shop.adminKey, LANG: 'en' });
  const file = (name: string): string => join(shop.folder, name);
  const take = (name: string, ...more: readonly string[]) =>
    shop.cli(['cards', 'export-codes', file(name), '--sku', 'game', '--yes', '--reason', 'the supplier wants them back', ...more], environment());
  async function approve(): Promise<void> {
    const headers = { authorization: `Bearer ${second}` };
    for (;;) {
      const { data } = await shop.graphql<{ approvals: { nodes: { id: string; stage: string; action: string; subject: string; count: number }[] } }>(
        'query { approvals(first: 1, open: true) { nodes { id stage action subject count } } }',
        {},
        headers,
      );
      const [request] = data.approvals.nodes;
      if (request?.stage !== 'WAITING') {
        await pause(20);
        continue;
      }
      expect(request).toMatchObject({ action: 'EXPORT_CODES', subject: 'game', count: CARDS });
      const input = { idempotencyKey: randomBytes(8).toString('hex'), reason: 'agreed', approvalId: request.id };
      await shop.graphql('mutation ($input: GrantApprovalInput!) { grantApproval(input: $input) { userErrors { code } } }', { input }, headers);
      return;
    }
  }

  test('need a second person, and leave no file before', async () => {
    const { code, stderr } = await take('codes.csv');
    expect(code).not.toBe(0);
    expect(stderr).toContain('APPROVAL_REQUIRED');
    expect((await readdir(shop.folder)).filter((name) => name.startsWith('codes'))).toEqual([]);
  });

  test('stand in a file for its owner only, with formulas made harmless, and not on the screen', async () => {
    await approve();
    const { code, stdout, stderr } = await take('codes.csv');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const text = await readFile(file('codes.csv'), 'utf8');
    expect(text.startsWith('\uFEFFcard,batch,code,fields,expiresAt\r\n')).toBe(true);
    for (const unsold of codes.filter((one) => one !== bought)) {
      expect(text).toContain(unsold === formula ? `,'${formula},` : `,${unsold},`);
      expect(stdout).not.toContain(unsold);
    }
    expect(text).not.toContain(bought);
    expect((await stat(file('codes.csv'))).mode & 0o077).toBe(0);
  });

  test('are told once', async () => {
    expect((await take('again.csv')).stderr).toContain('EXPORT_OVER');
    expect((await readdir(shop.folder)).filter((name) => name.startsWith('again'))).toEqual([]);
  });

  test('are each on the log, with who took it and why, and out of sale from then on', async () => {
    const events = (await shop.must(['events', 'export', '--stream', 'card-'])).stdout.split('\n').filter((line) => line !== '');
    const facts = events.map((line) => JSON.parse(line) as { type: string; metadata: object });
    const exported = facts.filter(({ type }) => type === 'CardExported');
    expect(facts.filter(({ type }) => type === 'CardQuarantined')).toHaveLength(CARDS);
    expect(exported).toHaveLength(CARDS);
    for (const { metadata } of exported)
      expect(metadata).toMatchObject({ actor: { kind: 'ADMIN', id: 'admin' }, reason: 'the supplier wants them back' });
  });

  test('stand nowhere else: not in a log, a file of the shop, a metric or an export, and neither does what buyers entrust', async () => {
    const secrets = [...codes, email, account];
    const found = (where: string, text: string): readonly string[] => secrets.filter((secret) => text.includes(secret)).map(() => where);
    const data = join(shop.folder, 'data');
    const hits = [
      ...found('log', shop.log),
      ...found('metrics', await (await fetch(`${shop.url}/metrics`)).text()),
      ...found('events export', (await shop.must(['events', 'export'])).stdout),
      ...found('doctor', (await shop.cli(['doctor'])).stdout),
      ...found('config', (await shop.must(['config', 'print'])).stdout),
    ];
    for (const name of await readdir(data)) hits.push(...found(name, await readFile(join(data, name), 'latin1')));
    expect(hits).toEqual([]);
  });

  test('leave a sound store behind', async () => expect(await verify(shop)).toMatchObject({ code: 0, violations: [] }));
});
