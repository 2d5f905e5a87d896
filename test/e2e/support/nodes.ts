import type { Chance } from '../../support/chance';
import type { LiveShop } from '../../support/live-shop';
import { pause } from './busy-shop';

type Role = 'api' | 'engine' | 'projector' | 'outbox';
type Served = Awaited<ReturnType<LiveShop['spawnServer']>>;

/** One process of a shop that runs as many. It has a data folder of its own: what it shares with the others is in the stores. */
export class ShopNode {
  private served: Served | undefined;

  constructor(
    private readonly shop: LiveShop,
    readonly name: string,
    readonly role: Role,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  get url(): string {
    return this.served?.url ?? '';
  }

  get isRunning(): boolean {
    return this.served !== undefined && this.served.child.exitCode === null && this.served.child.signalCode === null;
  }

  async start(): Promise<void> {
    this.served = await this.shop.spawnServer(['--roles', this.role], this.environment);
  }

  /** kill -9, and up again. */
  async killAndRestart(): Promise<void> {
    await this.kill();
    await this.start();
  }

  async kill(): Promise<void> {
    const { served } = this;
    if (served === undefined || !this.isRunning) return;
    const gone = new Promise((resolve) => served.child.once('close', resolve));
    served.child.kill('SIGKILL');
    await gone;
  }

  /** SIGSTOP for so long, then SIGCONT: what it believed when it stopped is what it believes when it goes on. */
  async standStill(ms: number): Promise<void> {
    this.served?.child.kill('SIGSTOP');
    await pause(ms);
    this.served?.child.kill('SIGCONT');
  }

  /** SIGTERM; the exit code. */
  async stop(): Promise<number | null> {
    const { served } = this;
    if (served === undefined || !this.isRunning) return served?.child.exitCode ?? null;
    const code = new Promise<number | null>((resolve) => served.child.once('close', resolve));
    served.child.kill('SIGTERM');
    return code;
  }
}

/** Two at a time: on a small machine eight that start at once have no answer from their stores in time, and begin again and again. */
export async function startAll(nodes: readonly ShopNode[]): Promise<void> {
  const waiting = [...nodes];
  const start = async (): Promise<void> => {
    for (let node = waiting.shift(); node !== undefined; node = waiting.shift()) await node.start();
  };
  await Promise.all([start(), start()]);
}

export interface Trouble {
  readonly node: string;
  readonly what: 'killed' | 'stood still';
}

/** Kills a node or has it stand still for longer than its lease, every few seconds, for so long. Buyers turn to an API that lives. */
export async function troubleFor(
  shop: LiveShop,
  nodes: readonly ShopNode[],
  chance: Chance,
  { seconds, stillMs, everyMs }: { readonly seconds: number; readonly stillMs: number; readonly everyMs: number },
): Promise<readonly Trouble[]> {
  const troubles: Trouble[] = [];
  const until = performance.now() + seconds * 1_000;
  while (performance.now() < until) {
    await pause(everyMs * (0.5 + chance.next()));
    const node = nodes[chance.between(0, nodes.length - 1)];
    if (node === undefined) throw new Error('a shop has nodes');
    if (node.role === 'api') shop.url = nodes.find((other) => other.role === 'api' && other !== node)?.url ?? shop.url;
    const isKilled = chance.hit(0.5);
    troubles.push({ node: node.name, what: isKilled ? 'killed' : 'stood still' });
    if (isKilled) await node.killAndRestart();
    else await node.standStill(stillMs * (1 + chance.next()));
    const dead = nodes.filter(({ isRunning }) => !isRunning);
    if (dead.length > 0) throw new Error(`ended by themselves: ${dead.map(({ name }) => name).join(', ')}: ${shop.log}`);
  }
  return troubles;
}
