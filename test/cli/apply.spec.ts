import { EPAY_KEY, merchantPair, platformPair } from '../support/epay';
import { API_KEY, GATEWAY, SKU, Terminal } from './terminal';

const EPAY = { id: 'epay', adapter: 'epay-md5', baseUrl: 'https://pay.test', merchantId: '1001', key: { env: 'EPAY_KEY' } };
const { key: _md5, ...ACCOUNT } = EPAY;
const EPAY_RSA = { ...ACCOUNT, adapter: 'epay-rsa', privateKey: { env: 'EPAY_PRIVATE' }, platformKey: [{ env: 'EPAY_PLATFORM' }] };
const EPAY_SECRETS = { EPAY_KEY, EPAY_PRIVATE: merchantPair.privateKey, EPAY_PLATFORM: platformPair.publicKey };

interface Applied {
  readonly dryRun: boolean;
  readonly changes: readonly { readonly kind: string; readonly id: string; readonly change: string }[];
  readonly warnings: readonly string[];
}

describe('cardrail apply', () => {
  const terminal = new Terminal();
  const apply = (shop?: object, ...flags: readonly string[]): Promise<Applied> =>
    terminal.json<Applied>(['apply', terminal.shopFile(shop), ...flags]);
  const changesOf = ({ changes }: Applied): readonly string[] => changes.map(({ kind, id, change }) => `${kind} ${id} ${change}`);
  const eventCount = async (): Promise<number> => (await terminal.run(['events', 'export'])).stdout.split('\n').length - 1;

  beforeAll(() => terminal.json(['keys', 'init']));
  afterAll(() => terminal.leave());

  it('a dry run says what would be, and stores nothing', async () => {
    expect(changesOf(await apply(undefined, '--dry-run'))).toEqual(['gateway main created', 'sku game created', 'apiKey storefront created']);
    expect(await eventCount()).toBe(0);
  });

  it('each entry becomes one event; what a file leaves out gets the default; secrets stay references', async () => {
    expect(changesOf(await apply())).toEqual(['gateway main created', 'sku game created', 'apiKey storefront created']);
    const { stdout } = await terminal.run(['events', 'export']);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; data: object; metadata: object });
    expect(events).toMatchObject([
      {
        type: 'GatewayConfigured',
        data: {
          apiKey: { env: 'GATEWAY_KEY' },
          webhookSecrets: [{ env: 'GATEWAY_WEBHOOK' }],
          kinds: ['CHARGE', 'REDIRECT'],
          notFoundFinalAfterSeconds: 60,
        },
      },
      {
        type: 'SkuConfigured',
        data: { sources: [{ kind: 'POOL' }], reserve: 'AT_PAYMENT', payWithinSeconds: 900, deliverWithinSeconds: 1_800, oversell: false },
      },
      {
        type: 'ApiKeyIssued',
        data: { clientId: 'shop', role: 'STOREFRONT', keyHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
        metadata: { actor: { kind: 'CLI' }, reason: expect.stringContaining('apply') },
      },
    ]);
    for (const name of ['GATEWAY_KEY', 'GATEWAY_WEBHOOK', 'STOREFRONT_KEY']) expect(stdout).not.toContain(terminal.environment[name]);
  });

  it('the same file again changes nothing, and only what differs is changed', async () => {
    const before = await eventCount();
    expect(changesOf(await apply())).toEqual(['gateway main unchanged', 'sku game unchanged', 'apiKey storefront unchanged']);
    expect(await eventCount()).toBe(before);
    const dearer = { ...SKU, price: { amountMinor: 4_900, currency: 'CNY' } };
    expect(changesOf(await apply({ gateways: [GATEWAY], skus: [dearer], apiKeys: [API_KEY] }))).toEqual([
      'gateway main unchanged',
      'sku game changed',
      'apiKey storefront unchanged',
    ]);
    expect(await eventCount()).toBe(before + 1);
  });

  it('what is no longer in the file is reported and stays', async () => {
    const before = await eventCount();
    const applied = await apply({ gateways: [GATEWAY], apiKeys: [API_KEY] });
    expect(changesOf(applied)).toContain('sku game missing');
    expect(await eventCount()).toBe(before);
  });

  it('a secret that is not there on this machine is a warning: it may be there where the shop runs', async () => {
    const { warnings } = await apply({ gateways: [{ ...GATEWAY, apiKey: { env: 'ELSEWHERE' } }] }, '--dry-run');
    expect(warnings).toEqual([expect.stringContaining('ELSEWHERE')]);
  });

  it('an epay account is configured by what its platform shows, and the rest has a default', async () => {
    const { stdout } = await terminal.run(['apply', terminal.shopFile({ gateways: [EPAY] }), '--json'], EPAY_SECRETS);
    expect(JSON.parse(stdout)).toMatchObject({ changes: expect.arrayContaining([{ kind: 'gateway', id: 'epay', change: 'created' }]), warnings: [] });
    const events = (await terminal.run(['events', 'export'])).stdout.trim().split('\n');
    expect(JSON.parse(events.at(-1) ?? '')).toMatchObject({
      type: 'GatewayConfigured',
      data: { adapter: 'epay-md5', keys: [{ env: 'EPAY_KEY' }], payTypes: ['alipay'], checkout: 'API', flags: ['lookup'], kinds: ['REDIRECT'] },
    });
    expect(events.join()).not.toContain(EPAY_KEY);
  });

  it.each([
    ['a short key', EPAY, { EPAY_KEY: 'hunter2' }, '16 to 256 printable characters'],
    ['a private key that is none', EPAY_RSA, { EPAY_PRIVATE: 'hunter2' }, 'the private key is no RSA key'],
    ['a platform key that is none', EPAY_RSA, { EPAY_PLATFORM: 'hunter2' }, 'the platform key is no RSA key'],
  ])('%s is a warning that says why, and does not quote it', async (_what, gateway, over, problem) => {
    const { code, stderr } = await terminal.run(['apply', terminal.shopFile({ gateways: [gateway] }), '--dry-run'], { ...EPAY_SECRETS, ...over });
    expect([code, stderr.includes(`gateway epay cannot be used where this is so: `), stderr.includes(problem)]).toEqual([0, true, true]);
    expect(stderr).not.toContain('hunter2');
  });

  it.each<readonly [string, object, string]>([
    [
      'an adapter that is none',
      { gateways: [{ ...GATEWAY, adapter: 'paypal' }] },
      'must be http-v1, epay-md5, epay-rsa, stripe, signed-webhook or alipay',
    ],
    ['an epay account that charges', { gateways: [{ ...EPAY, kinds: ['charge'] }] }, 'epay takes redirect payments only'],
    ['an epay account that repeats', { gateways: [{ ...EPAY, flags: ['replay'] }] }, 'only lookup'],
    ['an address with its page', { gateways: [{ ...EPAY, baseUrl: 'https://pay.test/submit.php' }] }, 'without them'],
    ['a pid that is no number', { gateways: [{ ...EPAY, merchantId: 'm1' }] }, 'a number in quotes'],
    ['a key as a value', { gateways: [{ ...EPAY, key: 'hunter2' }] }, 'gateways[0].key: must be a reference'],
    ['settings of the other variant', { gateways: [{ ...EPAY_RSA, checkout: 'page' }] }, 'does not know checkout'],
    ['a secret as a value', { gateways: [{ ...GATEWAY, apiKey: 'hunter2' }] }, 'gateways[0].apiKey: must be a reference'],
    ['an unknown member', { skus: [{ ...SKU, colour: 'red' }] }, 'skus[0]: does not know colour'],
    ['a price below one', { skus: [{ ...SKU, price: { amountMinor: 0, currency: 'CNY' } }] }, 'skus[0].price.amountMinor'],
    [
      'a channel as a source without its price',
      { skus: [{ ...SKU, sources: [{ channel: 'a', product: 'X' }] }] },
      'skus[0].sources[0]: must be { pool: true } or',
    ],
    ['a channel without its address', { channels: [{ id: 'a', adapter: 'http-v1' }] }, 'channels[0].baseUrl'],
    ['a lane that is none', { routingPolicy: { version: '1', lanes: { fast: { weight: 1, concurrency: 1 } } } }, 'routingPolicy.lanes'],
    ['a routing policy without a name', { routingPolicy: { weights: { success: 2 } } }, 'routingPolicy.version'],
    [
      'a routing policy that names a channel twice',
      { routingPolicy: { version: '1', channels: [{ channelId: 'a' }, { channelId: 'a' }] } },
      'stands twice',
    ],
    ['an id that stands twice', { skus: [SKU, SKU] }, 'skus: an id stands twice'],
  ])('%s is refused', async (_what, shop, problem) => {
    const { code, stderr } = await terminal.run(['apply', terminal.shopFile(shop)]);
    expect(code).toBe(2);
    expect(stderr).toContain(problem);
    expect(stderr).not.toContain('hunter2');
  });

  it('a routing policy is published, and published again it changes nothing; its name never gets another content', async () => {
    const policy = {
      version: 'sale-1',
      weights: { success: 2 },
      lanes: { vip: { weight: 3, concurrency: 64 }, overflow: { weight: 1, concurrency: 128 } },
    };
    const apply = async (routingPolicy: object) => terminal.run(['apply', terminal.shopFile({ routingPolicy })]);
    expect((await apply(policy)).stdout).toContain('+ routingPolicy sale-1');
    expect((await apply(policy)).stdout).toContain('= routingPolicy sale-1');
    const other = await apply({ ...policy, weights: { success: 3 } });
    expect([other.code, other.stdout]).toEqual([
      3,
      expect.stringContaining('! routingPolicy sale-1 was refused: The version name sale-1 belongs to another'),
    ]);
  });

  it('all problems of a file are told at once', async () => {
    const { stderr } = await terminal.run([
      'apply',
      terminal.shopFile({ gateways: [{ ...GATEWAY, kinds: [] }], skus: [{ ...SKU, maxPerOrder: 0 }], webhooks: [1] }),
    ]);
    for (const place of ['gateways[0].kinds', 'skus[0].maxPerOrder', 'webhooks']) expect(stderr).toContain(place);
  });

  it('a file that is no YAML is refused by its line', async () => {
    const { code, stderr } = await terminal.run(['apply', terminal.file('broken.yaml', 'skus:\n  - { id: a\n')]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/line 3 is indented otherwise/);
  });

  it('every API key that is not there is named at once, and nothing is applied', async () => {
    const before = await eventCount();
    const [first, second] = ['FIRST_KEY', 'SECOND_KEY'].map((env) => ({ ...API_KEY, id: env.toLowerCase(), key: { env } }));
    const { code, stderr } = await terminal.run(['apply', terminal.shopFile({ skus: [{ ...SKU, maxPerOrder: 3 }], apiKeys: [first, second] })]);
    expect(code).toBe(2);
    for (const name of ['FIRST_KEY', 'SECOND_KEY']) expect(stderr).toContain(`the environment variable ${name} is not set`);
    expect(await eventCount()).toBe(before);
  });

  it('a key of fewer than 43 characters opens nothing, and is not quoted', async () => {
    const { code, stderr } = await terminal.run(['apply', terminal.shopFile()], { STOREFRONT_KEY: 'hunter2' });
    expect(code).not.toBe(0);
    expect(stderr).toContain('43');
    expect(stderr).not.toContain('hunter2');
  });
});
