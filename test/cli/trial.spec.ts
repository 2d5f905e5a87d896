import type { ChildProcess } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { type CliResult, resultOf } from '../support/verbs';
import { Terminal } from './terminal';

interface DemoResult {
  readonly orders: number;
  readonly delivered: number;
  readonly refunded: number;
  readonly fromPool: number;
  readonly fromChannels: number;
  readonly toppedUp: number;
  readonly channelCostMinor: number;
  readonly ledgerMinor: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly timeline: readonly { readonly type: string }[];
}

const NOTHING_WRONG = {
  inReview: 0,
  open: 0,
  duplicateCharges: 0,
  duplicateCards: 0,
  lost: 0,
  duplicatePurchases: 0,
  strayGoods: 0,
  cardsOff: 0,
  costOffMinor: 0,
  ledgerOffMinor: 0,
  ledgerParked: 0,
};
const demoFolders = (): readonly string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('cardrail-demo-'));

describe('cardrail demo', () => {
  const terminal = new Terminal();
  afterAll(() => terminal.leave());

  it.each(['calm', 'faults'])(
    'profile %s: everyone is served, by the ledgers of gateway and channels, the pool and what the buyers saw',
    async (profile) => {
      const before = demoFolders();
      const result = await terminal.json<DemoResult>(['demo', '--orders', '40', '--profile', profile, '--seed', '7']);
      expect(Object.keys(result)).toEqual([
        'orders',
        'delivered',
        'refunded',
        'inReview',
        'open',
        'unpaid',
        'duplicateCharges',
        'duplicateCards',
        'lost',
        'fromPool',
        'fromChannels',
        'toppedUp',
        'channelCostMinor',
        'spareUnits',
        'duplicatePurchases',
        'strayGoods',
        'cardsOff',
        'costOffMinor',
        'ledgerMinor',
        'ledgerOffMinor',
        'ledgerParked',
        'seconds',
        'timeline',
      ]);
      expect(result).toMatchObject({ orders: 40, ...NOTHING_WRONG });
      expect(result.delivered).toBeGreaterThan(30);
      // Money was taken and goods were bought: books that are equal because they are empty would prove nothing.
      const { 'gateway CNY': held = 0, ...owed } = result.ledgerMinor;
      expect(held).toBeGreaterThan(0);
      if (profile === 'calm') expect(Object.values(owed).reduce((sum, minor) => sum - minor, 0)).toBe(result.channelCostMinor);
      const types = result.timeline.map(({ type }) => type);
      expect(types[0]).toBe('OrderSubmitted');
      expect(types).toContain('OrderDelivered');
      expect(result.fromPool).toBeGreaterThan(0);
      expect(result.fromChannels).toBeGreaterThan(0);
      expect(result.toppedUp).toBeGreaterThan(0);
      if (profile === 'faults') expect(types.some((type) => type.endsWith('TimedOut'))).toBe(true);
      expect(demoFolders()).toEqual(before);
    },
    400_000,
  );
});

describe('cardrail start', () => {
  const terminal = new Terminal();
  const environment = { CARDRAIL_ENV: 'development' };
  afterAll(() => terminal.leave());

  /** Starts it, asks whether it is ready once it has said all, presses Ctrl-C, and tells how it ended. */
  async function startAndStop(args: readonly string[], meanwhile?: () => Promise<void>): Promise<CliResult> {
    const child: ChildProcess = terminal.start(['start', ...args], environment);
    const ended = resultOf(child);
    const url = await new Promise<string>((resolve, reject) => {
      let seen = '';
      child.stdout?.on('data', (chunk: Buffer) => {
        seen += chunk.toString();
        const [, found] = /GraphQL +(\S+)\/graphql[^]*Ctrl-C/.exec(seen) ?? [];
        if (found !== undefined) resolve(found);
      });
      void ended.then(({ stderr }) => reject(new Error(`it ended: ${stderr}`)));
    });
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    await meanwhile?.();
    child.kill('SIGINT');
    return ended;
  }

  it('makes a whole shop, shows an order, and stops at Ctrl-C; a second start finds it and imports nothing', async () => {
    const first = await startAndStop(['--orders', '4']);
    expect(first.code).toBe(0);
    expect(first.stderr).toContain('1200 cards imported');
    expect(first.stdout).toContain('OrderDelivered');
    expect(first.stdout).toMatch(/Development key \S{43}/);
    const second = await startAndStop(['--orders', '0'], async () => {
      const beside = await terminal.run(['start', '--orders', '0'], environment);
      expect([beside.code, beside.stderr.includes('is running')]).toEqual([3, true]);
    });
    expect(second.code).toBe(0);
    expect(second.stderr).toContain('are in the pool already');
    const key = /Development key (\S+)/;
    expect(key.exec(second.stdout)?.[1]).toBe(key.exec(first.stdout)?.[1]);
    const orders = await terminal.json<{ status: string }[]>(['orders', 'list'], environment);
    expect(orders).toHaveLength(4);
  }, 400_000);

  it('is refused in production', async () => {
    const { code, stderr } = await terminal.run(['start'], { CARDRAIL_ENV: 'production' });
    expect(code).toBe(3);
    expect(stderr).toContain('production');
  });
});
