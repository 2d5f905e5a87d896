import { isDeepStrictEqual } from 'node:util';

/** An account that holds sockets; `release` ends what is under way. */
export interface Releasable {
  release(): Promise<void>;
}

/** The accounts at partners of one kind, as configured now, by id. */
export class Accounts<Settings extends { readonly id: string }, Account extends Releasable> {
  private readonly accounts = new Map<string, { readonly settings: Settings; readonly account: Account }>();

  /** `build` throws, without naming a secret, when settings cannot be used. */
  constructor(private readonly build: (settings: Settings) => Account) {}

  find(id: string): Account | undefined {
    return this.accounts.get(id)?.account;
  }

  /**
   * Sets an account up, or replaces it when its settings changed: calls under way at the old one still get their answers, its idle sockets time out.
   * Throws like `build`, and then everything stays as it was.
   */
  set(settings: Settings): void {
    if (isDeepStrictEqual(this.accounts.get(settings.id)?.settings, settings)) return;
    this.accounts.set(settings.id, { settings, account: this.build(settings) });
  }

  async release(): Promise<void> {
    await Promise.all([...this.accounts.values()].map(({ account }) => account.release()));
    this.accounts.clear();
  }
}
