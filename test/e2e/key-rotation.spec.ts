import { LiveShop } from '../support/live-shop';
import { Shopper } from '../support/shopper';
import { pause, verify } from './support/busy-shop';

const CARDS = 120;
const SOLD = 8;
const DEATH_WITHIN_MS = 60_000;

interface Job {
  readonly id: string;
  readonly state: string;
  readonly action: string;
  readonly rotation: { readonly kid: string; readonly cards: number; readonly resealed: number; readonly unreadable: number };
}

/** With real processes that are killed: what was sold and what is for sale opens without the old key afterwards. */
describe('a rotation of keys', () => {
  let shop: LiveShop;
  let shopper: Shopper;
  let jobId = '';
  const codes = new Set<string>();
  const orders: { readonly id: string; readonly token: string; readonly codes: readonly string[] }[] = [];

  beforeAll(async () => {
    shop = await LiveShop.start({ skus: { game: {} }, environment: { CARDRAIL_PAYMENT_TIMEOUT_MS: '10000' } });
    shopper = new Shopper(shop);
  }, 300_000);
  afterAll(() => shop.close());

  const environment = () => ({ CARDRAIL_URL: shop.url, CARDRAIL_API_KEY: shop.adminKey });
  const job = async (): Promise<Job> => JSON.parse((await shop.cli(['jobs', 'show', jobId, '--json'], environment())).stdout) as Job;
  async function buy(): Promise<void> {
    const { id, token } = await shopper.order({ skuId: 'game' });
    await shopper.untilStatus(id, 'COMPLETED');
    orders.push({ id, token, codes: (await shopper.reveal(id, token)).codes });
  }

  test('is ordered from the command line once there is a newer key', async () => {
    for (const code of await shop.stock('game', CARDS)) codes.add(code);
    for (let sold = 0; sold < SOLD; sold++) await buy();
    await shop.must(['keys', 'add', 'sealing', '--yes', '--reason', 'yearly']);
    await shop.stop();
    // It takes orders and does no work, or a quick machine would be through with all cards before anybody kills it.
    await shop.serve(['--roles', 'api']);
    expect((await shop.cli(['keys', 'rotate'], environment())).code).toBe(2);
    const { code, stdout, stderr } = await shop.cli(['keys', 'rotate', '--yes', '--reason', 'yearly', '--json'], environment());
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const ordered = JSON.parse(stdout) as Job;
    expect(ordered).toMatchObject({ action: 'ROTATE_KEYS', rotation: { cards: CARDS } });
    jobId = ordered.id;
    await shop.kill();
  });

  test.each(['append.before:1', 'append.after:1', 'append.after:9', 'append.before:30', 'read-models.after:3', 'append.after:40'])(
    'is killed at %s',
    async (point) => {
      await shop.serveUntilKilled(point, DEATH_WITHIN_MS);
    },
    DEATH_WITHIN_MS,
  );

  test('goes on by itself where it stood, and the shop sells meanwhile', async () => {
    await shop.serve();
    for (let sold = 0; sold < SOLD; sold++) await buy();
    while ((await job()).state !== 'DONE') await pause(50);
    expect((await job()).rotation).toMatchObject({ unreadable: 0 });
    expect((await shop.cli(['jobs', 'show', jobId], environment())).stdout).toContain(`of ${CARDS} cards looked at`);
    expect(await (await fetch(`${shop.url}/metrics`)).text()).toMatch(
      /cardrail_card_rotation_cards_total\{outcome="unchanged",process="main"\} [1-9]/,
    );
  });

  test('seals each card anew once', async () => {
    const { stdout } = await shop.must(['events', 'export']);
    const events = stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { type: string; stream: string });
    const resealed = events.filter(({ type }) => type === 'CardResealed').map(({ stream }) => stream);
    expect(new Set(resealed).size).toBe(CARDS);
    expect(resealed).toHaveLength(CARDS);
    for (const code of codes) expect(stdout).not.toContain(code);
  });

  test('leaves every code readable to its owner', async () => {
    const counted = JSON.parse((await shop.must(['keys', 'list', '--json'])).stdout) as readonly object[];
    expect(counted).toMatchObject([{ cards: 0, orders: 0, others: 0 }, { cards: CARDS }]);
    for (const { id, token, codes: seen } of orders) expect((await shopper.reveal(id, token)).codes).toEqual(seen);
    expect(shop.log).not.toMatch(new RegExp([...codes].join('|')));
  });

  test('leaves a sound store behind', async () => expect(await verify(shop)).toMatchObject({ code: 0, violations: [] }));
});
