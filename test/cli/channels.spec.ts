import { TEST_WEBHOOK_SECRET } from '../support/sandbox';
import { startTestChannel, type TestChannel } from '../support/sandbox-channel';
import { API_KEY, GATEWAY, SKU, Terminal } from './terminal';

interface Listed {
  readonly channels: readonly {
    readonly id: string;
    readonly status: string;
    readonly maxInFlight: number;
    readonly supply: {
      readonly balance: { readonly amountMinor: number } | null;
      readonly balanceProblem: string | null;
      readonly products: readonly { readonly product: string; readonly available: number | null; readonly problem: string | null }[];
    };
  }[];
}

interface Switched {
  readonly id: string;
  readonly changed: boolean;
}

interface Checks {
  readonly checks: readonly { readonly check: string; readonly state: string; readonly detail: string }[];
}

/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:9';

describe('cardrail channels', () => {
  const terminal = new Terminal();
  let channel: TestChannel;
  let secrets: Readonly<Record<string, string>>;

  beforeAll(async () => {
    channel = await startTestChannel({ balanceMinor: 123_456 });
    secrets = { CHANNEL_KEY: channel.settings.apiKey, CHANNEL_WEBHOOK: TEST_WEBHOOK_SECRET };
    const account = { adapter: 'http-v1', apiKey: { env: 'CHANNEL_KEY' }, webhookSecret: { env: 'CHANNEL_WEBHOOK' }, flags: ['lookup', 'cancel'] };
    const offer = { product: 'STEAM50', maxUnitCost: { amountMinor: 4_600, currency: 'CNY' } };
    const shop = {
      gateways: [
        { ...GATEWAY, maxInFlight: 20 },
        { ...GATEWAY, id: 'usual' },
      ],
      channels: [
        { id: 'here', baseUrl: channel.url, maxInFlight: 7, ...account },
        { id: 'silent', baseUrl: NOWHERE, ...account },
      ],
      skus: [
        {
          ...SKU,
          sources: [
            { channel: 'here', ...offer },
            { channel: 'silent', ...offer },
          ],
        },
      ],
      apiKeys: [API_KEY],
    };
    await terminal.json(['keys', 'init']);
    await terminal.json(['apply', terminal.shopFile(shop)], secrets);
  });
  afterAll(async () => {
    await channel.close();
    terminal.leave();
  });

  const list = async (): Promise<Listed['channels']> => (await terminal.json<Listed>(['channels', 'list'], secrets)).channels;
  const statusOf = async (id: string): Promise<string | undefined> => (await list()).find((one) => one.id === id)?.status;

  it('list says what each one answers now, and which one does not answer', async () => {
    const [here, silent] = await list();
    expect(here).toMatchObject({ id: 'here', status: 'ACTIVE', supply: { balance: { amountMinor: 123_456 }, balanceProblem: null } });
    expect(here?.supply.products).toMatchObject([{ product: 'STEAM50', available: 1_000, problem: null }]);
    expect(silent).toMatchObject({ id: 'silent', status: 'ACTIVE', supply: { balance: null, balanceProblem: expect.any(String) } });
    expect(silent?.supply.products).toMatchObject([{ product: 'STEAM50', available: null, problem: expect.any(String) }]);
  });

  it('list and gateways list say how much may be under way at each', async () => {
    expect((await list()).map(({ maxInFlight }) => maxInFlight)).toEqual([7, 50]);
    const { gateways } = await terminal.json<{ readonly gateways: readonly object[] }>(['gateways', 'list'], { CARDRAIL_GATEWAY_CALLS_MAX: '30' });
    expect(gateways).toMatchObject([
      { id: 'main', account: { maxInFlight: 20 } },
      { id: 'usual', account: { maxInFlight: 30 } },
    ]);
    expect((await terminal.run(['gateways', 'list'])).stdout).toMatch(/^main +ACTIVE +HEALTHY .* 20 *$/m);
  });

  it('list says so where it cannot ask because it has no secrets', async () => {
    const { code, stdout } = await terminal.run(['channels', 'list']);
    expect(code).toBe(0);
    expect(stdout.match(/not asked, here it cannot be used; the environment variable CHANNEL_KEY is not set/g)).toHaveLength(2);
  });

  it('doctor finds the one that does not answer, and not once it is paused; pausing twice is so already', async () => {
    const checksOf = async (): Promise<Readonly<Record<string, string>>> => {
      const { stdout } = await terminal.run(['doctor', '--json'], secrets);
      return Object.fromEntries((JSON.parse(stdout) as Checks).checks.map(({ check, state }) => [check, state]));
    };
    const before = await checksOf();
    expect(before['channel silent']).not.toBe(before['channel here']);
    const pause = ['channels', 'pause', 'silent', '--reason', 'it does not answer', '--yes'];
    expect(await terminal.json<Switched>(pause, secrets)).toMatchObject({ id: 'silent', changed: true });
    expect(await terminal.json<Switched>(pause, secrets)).toMatchObject({ id: 'silent', changed: false });
    expect(await statusOf('silent')).toBe('PAUSED');
    const after = await checksOf();
    expect(after['channel here']).toBe(before['channel here']);
    expect(Object.keys(after)).not.toContain('channel silent');
  });

  it('doctor and gateways list name the secret of a gateway that is not here', async () => {
    const { GATEWAY_KEY: _gone, ...environment } = terminal.environment;
    const here = {
      ...Object.fromEntries(Object.keys(terminal.environment).map((name) => [name, environment[name as keyof typeof environment] ?? ''])),
      ...secrets,
    };
    const { stdout } = await terminal.run(['doctor', '--json'], here);
    expect((JSON.parse(stdout) as Checks).checks).toContainEqual({
      check: 'gateway main',
      state: 'bad',
      detail: 'the environment variable GATEWAY_KEY is not set',
    });
    expect((await terminal.run(['gateways', 'list'], here)).stdout).toContain('GATEWAY_KEY is not set');
  });

  it('a gateway and a product are paused and resumed, and one that does not exist is refused with its code', async () => {
    const run = (...words: readonly string[]): Promise<Switched> => terminal.json<Switched>([...words, '--reason', 'it is broken']);
    await Promise.all([run('gateways', 'pause', 'usual'), run('skus', 'pause', SKU.id)]);
    const [gateways, skus, nobody] = await Promise.all([
      terminal.run(['gateways', 'list']),
      terminal.run(['skus', 'list']),
      terminal.run(['skus', 'pause', 'nobody', '--reason', 'test', '--locale', 'zh-CN']),
    ]);
    expect(gateways.stdout).toMatch(/^usual +PAUSED /m);
    expect(skus.stdout).toMatch(new RegExp(`^${SKU.id} +PAUSED +48.00 CNY `, 'm'));
    expect([nobody.code, nobody.stderr]).toEqual([3, expect.stringMatching(/nobody: NOT_CONFIGURED: 该项/)]);
    const resumed = await Promise.all([run('gateways', 'resume', 'usual'), run('skus', 'resume', SKU.id)]);
    expect(resumed).toMatchObject([
      { id: 'usual', changed: true },
      { id: SKU.id, changed: true },
    ]);
  });

  it('drain and resume are stored, a channel that does not exist is refused', async () => {
    await terminal.json(['channels', 'drain', 'here', '--reason', 'the contract ends', '--yes'], secrets);
    expect(await statusOf('here')).toBe('DRAINING');
    await terminal.json(['channels', 'resume', 'here', '--reason', 'a new contract', '--yes'], secrets);
    expect(await statusOf('here')).toBe('ACTIVE');
    const { code, stderr } = await terminal.run(['channels', 'pause', 'nobody', '--reason', 'test', '--yes'], secrets);
    expect(code).toBe(3);
    expect(stderr).toContain('nobody');
  });
});
