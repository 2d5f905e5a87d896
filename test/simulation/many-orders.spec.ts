import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { PROFILE_NAMES } from '../../src/simulation/profiles';

/**
 * Many orders on every day there is, told by the built program on all cores: there an order costs less than in a test. They are the same stories
 * each time. `CARDRAIL_SIMULATED_ORDERS` brings so many orders in all, `CARDRAIL_SIMULATION_SEED` begins elsewhere.
 */
const ORDERS = Number(process.env['CARDRAIL_SIMULATED_ORDERS'] ?? 3_000);
const FIRST = Number(process.env['CARDRAIL_SIMULATION_SEED'] ?? 1);
const PROGRAM = join(__dirname, '../../bin/cardrail.js');

interface Day {
  readonly name: string;
  /** Of a hundred orders, so many come on this day. */
  readonly share: number;
  /** Orders of one story: so many that hours of virtual time in which nothing happens cost little beside them. */
  readonly perStory: number;
}

const DAYS: readonly Day[] = [
  { name: 'calm-day', share: 38, perStory: 1_000 },
  { name: 'double-11', share: 15, perStory: 450 },
  { name: 'gateway-outage-1h', share: 10, perStory: 600 },
  { name: 'may-day', share: 10, perStory: 300 },
  { name: 'chaos', share: 4, perStory: 100 },
  { name: 'restock', share: 5, perStory: 150 },
  { name: 'dead-upstream', share: 5, perStory: 150 },
  { name: 'lost-leaders', share: 2, perStory: 60 },
  { name: 'open-pages', share: 2, perStory: 60 },
  { name: 'upstreams', share: 2, perStory: 60 },
  { name: 'money-back', share: 1, perStory: 60 },
  { name: 'goods-in-parts', share: 1, perStory: 60 },
  { name: 'bulk-repairs', share: 1, perStory: 60 },
  { name: 'policy-trials', share: 1, perStory: 60 },
  { name: 'coming-peak', share: 1, perStory: 60 },
  { name: 'quiet-night', share: 1, perStory: 60 },
  { name: 'worst-moment', share: 1, perStory: 60 },
];

interface Told {
  readonly orders: number;
  readonly violations: readonly unknown[];
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

/** What the program says, also of a broken promise; then the shortest story that breaks it stands among the errors. */
function simulated(args: readonly string[]): Promise<Told> {
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [PROGRAM, 'simulate', ...args, '--json'], (error, stdout) => {
      if (stdout.startsWith('{')) resolve(JSON.parse(stdout) as Told);
      else reject(error ?? new Error('the simulation said nothing'));
    });
    child.stderr?.pipe(process.stderr);
  });
}

describe('many orders', () => {
  const told: Told[] = [];

  it('come on every day there is', () => {
    expect(DAYS.map(({ name }) => name).sort()).toEqual([...PROFILE_NAMES].sort());
    expect(DAYS.reduce((sum, { share }) => sum + share, 0)).toBe(100);
  });

  it.each(DAYS)(
    'keep every promise on a day like $name',
    async ({ name, share, perStory }) => {
      const stories = Math.max(1, Math.round((ORDERS * share) / 100 / perStory));
      const result = await simulated(['--profile', name, '--orders', String(perStory), '--seeds', String(stories), '--seed', String(FIRST)]);
      told.push(result);
      expect({ first: FIRST, violations: result.violations }).toEqual({ first: FIRST, violations: [] });
      expect(result.orders).toBe(stories * perStory);
    },
    3_600_000,
  );

  afterAll(() => {
    const sum = (of: (one: Told) => number): number => Math.round(told.reduce((all, one) => all + of(one), 0));
    const [orders, cpuSeconds, wallSeconds] = [sum((one) => one.orders), sum((one) => one.cpuSeconds), sum((one) => one.wallSeconds)];
    console.info(`${orders} orders in ${wallSeconds} s on ${availableParallelism()} cores, ${cpuSeconds} s of processor time`);
  });
});
