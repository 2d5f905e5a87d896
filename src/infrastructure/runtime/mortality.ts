import type { DeathPlace, DeathPoint } from '../../application/ports/death-point';

/** Which methods of a port lie at which place. */
type Places<Port> = { readonly [Method in keyof Port]?: DeathPlace };

interface Accounts<Account> {
  find(id: string): Account | undefined;
}

/**
 * For tests of what a crash leaves behind: wraps ports so that this process dies at one of their calls, at once and without a
 * word, as by kill -9, or stands still there. Without a point nothing is wrapped.
 */
export class Mortality {
  private passed = 0;

  constructor(
    private readonly point: DeathPoint | undefined,
    private readonly die: () => void = () => process.kill(process.pid, point?.stops === true ? 'SIGSTOP' : 'SIGKILL'),
  ) {}

  get isOn(): boolean {
    return this.point !== undefined;
  }

  pass(place: DeathPlace, side: DeathPoint['side']): void {
    const { point } = this;
    if (point?.place === place && point.side === side && ++this.passed === point.nth) this.die();
  }

  /** The same port; the methods named pass the point before they are called and after they have ended well. */
  at<Port extends object>(port: Port, places: Places<Port>): Port {
    if (!this.isOn) return port;
    return new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        const place: DeathPlace | undefined = places[name as keyof Port];
        const call = (args: unknown[]): unknown => Reflect.apply(member, target, args);
        return place === undefined ? (...args: unknown[]) => call(args) : (...args: unknown[]) => this.around(place, () => call(args));
      },
    });
  }

  /** The same accounts, found by the same ids, each as `at` makes it, once. */
  each<Account extends object>(accounts: Accounts<Account>, places: Places<Account>): Accounts<Account> {
    if (!this.isOn) return accounts;
    const known = new WeakMap<Account, Account>();
    return {
      find: (id) => {
        const account = accounts.find(id);
        if (account === undefined) return undefined;
        const wrapped = known.get(account) ?? this.at(account, places);
        known.set(account, wrapped);
        return wrapped;
      },
    };
  }

  private async around(place: DeathPlace, call: () => unknown): Promise<unknown> {
    this.pass(place, 'before');
    const result = await call();
    this.pass(place, 'after');
    return result;
  }
}
