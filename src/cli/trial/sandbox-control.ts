import { Pool } from 'undici';

/** The gateway's own account of the money, in minor units. */
export interface LedgerPayment {
  readonly reference: string;
  readonly capturedMinor: number;
  /** Refunds that are done. */
  readonly refundedMinor: number;
  readonly currency: string;
}

/** A channel's own account of one purchase. */
export interface LedgerPurchase {
  readonly requestId: string;
  readonly status: string;
  /** Lower-case hex SHA-256 of each code that was handed over; a top-up has none. */
  readonly codeHashes: readonly string[];
  /** Minor units. */
  readonly unitCostMinor: number;
  readonly currency: string;
}

/** A gateway has payments, a channel has purchases. */
export interface SandboxLedger {
  readonly payments: readonly LedgerPayment[];
  readonly purchases: readonly LedgerPurchase[];
}

export interface FaultRule {
  readonly fault: string;
  readonly percent: number;
}

const CONNECTIONS_MAX = 32;

/** The calls that only a sandbox knows. */
export class SandboxControl {
  private readonly pool: Pool;

  constructor(url: string) {
    this.pool = new Pool(url, { connections: CONNECTIONS_MAX });
  }

  /** Replaces the rules in force; the first that fits and comes up counts. */
  async setFaults(seed: number, rules: readonly FaultRule[]): Promise<void> {
    const { statusCode, body } = await this.pool.request({ method: 'PUT', path: '/faults', body: JSON.stringify({ seed, rules }) });
    await body.dump();
    if (statusCode !== 200) throw new Error(`the sandbox refused its faults: ${statusCode}`);
  }

  async ledger(): Promise<SandboxLedger> {
    const { body } = await this.pool.request({ method: 'GET', path: '/ledger' });
    return (await body.json()) as SandboxLedger;
  }

  /** Plays the buyer on the pay page. False: the page no longer takes money. */
  async pay(reference: string): Promise<boolean> {
    const { statusCode, body } = await this.pool.request({ method: 'POST', path: `/payments/${encodeURIComponent(reference)}/pay` });
    await body.dump();
    return statusCode === 200;
  }

  close(): Promise<void> {
    return this.pool.destroy();
  }
}
