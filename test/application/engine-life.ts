import type { IssuingChannel } from '../../src/application/ports/channel';
import type { PaymentGateway } from '../../src/application/ports/gateway';
import type { Surroundings } from './engine-shop';

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

/**
 * One life of an engine: at its n-th await on the outside it is gone, as a process is that was killed there. Nothing of it runs on:
 * every await it hangs in, and every later one, has no end.
 */
export class Life {
  readonly death: Promise<void>;
  private awaits = 0;
  private isOver = false;
  private die: () => void = () => undefined;
  private readonly ending = new AbortController();

  constructor(
    private readonly dieAt: number,
    private readonly side: 'before' | 'after',
  ) {
    this.death = new Promise((resolve) => (this.die = resolve));
  }

  /** Ends it in any case, also when it never came to its last await. */
  end(): void {
    this.isOver = true;
    this.ending.abort();
    this.die();
  }

  around = ({ store, runtime, gateway, channel, snapshots }: Surroundings): Surroundings => {
    const through =
      <A extends unknown[], T>(call: (...args: A) => Promise<T>) =>
      (...args: A): Promise<T> =>
        this.pass(() => call(...args));
    /** What is asked in the background comes at no fixed place: it is no await of this life. */
    const proxied = <T extends object>(port: T, background?: string): T =>
      new Proxy<T>(port, {
        get: (target, name) => {
          const value: unknown = Reflect.get(target, name);
          if (typeof value !== 'function') return value;
          const call = value.bind(target) as () => Promise<unknown>;
          return name === background ? (...args: []) => this.unlessOver(() => call(...args)) : through(call);
        },
      });
    const { ending } = this;
    return {
      store: {
        read: through(store.read.bind(store)),
        append: through(store.append.bind(store)),
        head: through(store.head.bind(store)),
        subscribe: (options) => this.whileAlive(store.subscribe({ ...options, signal: ending.signal })),
      },
      runtime: {
        wallMs: () => runtime.wallMs(),
        monotonicMs: () => runtime.monotonicMs(),
        random: () => runtime.random(),
        newId: () => runtime.newId(),
        turn: () => this.unlessOver(() => runtime.turn()),
        sleep: (ms, signal) => this.unlessOver(() => runtime.sleep(ms, signal)),
      },
      gateway: proxied<PaymentGateway>(gateway),
      channel: proxied<IssuingChannel>(channel, 'stock'),
      snapshots: { load: through(() => snapshots.load()), save: (snapshot) => this.unlessOver(() => snapshots.save(snapshot)) },
    };
  };

  private async pass<T>(call: () => Promise<T>): Promise<T> {
    const isLast = ++this.awaits === this.dieAt;
    if (isLast && this.side === 'before') this.end();
    return this.unlessOver(async () => {
      const answer = await call();
      if (isLast) this.end();
      return answer;
    });
  }

  private async unlessOver<T>(call: () => Promise<T>): Promise<T> {
    if (this.isOver) return never();
    const answer = await call();
    return this.isOver ? never() : answer;
  }

  private async *whileAlive<T>(batches: AsyncIterable<T>): AsyncGenerator<T> {
    for await (const batch of batches) {
      if (this.isOver) return never();
      yield batch;
    }
    await never();
  }
}
