import { createLocalJWKSet } from 'jose';
import type { Runtime } from '../../application/ports/runtime';
import type { KeySource } from './key-source';

export interface SigningKeyLimits {
  /** Keys this old are read anew in the background, so that a key which the issuer withdrew ends. */
  readonly refreshAfterMs: number;
  /** While the issuer is away its keys go on for so long, and no longer. */
  readonly staleMaxMs: number;
  /** From one question to the next, whatever tokens come: a stranger with invented key names must not make us flood the issuer. */
  readonly coolDownMs: number;
}

/** As jose takes it: finds the key that a token's header names. */
export type FindKey = ReturnType<typeof createLocalJWKSet>;

interface Known {
  readonly find: FindKey;
  readonly kids: ReadonlySet<string>;
  readonly readAtMs: number;
}

/** The issuer's keys as last read. An unknown name is a reason to read them anew: that is how an issuer rotates. */
export class SigningKeys {
  private known: Known | null = null;
  private reading: Promise<void> | null = null;
  private askedAtMs = Number.NEGATIVE_INFINITY;
  private isAway = false;

  constructor(
    private readonly source: KeySource,
    private readonly runtime: Pick<Runtime, 'monotonicMs'>,
    private readonly limits: SigningKeyLimits,
    /** Hears why the keys could not be had. Must not throw. */
    private readonly onAway: (why: string) => void,
  ) {}

  /** Waits only when the name is not known yet. Never rejects. */
  async find(kid: string): Promise<FindKey | 'UNKNOWN' | 'AWAY'> {
    if (!this.has(kid)) await this.readAnew();
    const known = this.usable();
    if (known?.kids.has(kid) === true) return known.find;
    return this.isAway ? 'AWAY' : 'UNKNOWN';
  }

  /** From memory; when that has grown old, newer ones are asked for meanwhile. */
  has(kid: string): boolean {
    const known = this.usable();
    if (known === null || this.ageOf(known) >= this.limits.refreshAfterMs) void this.readAnew();
    return known?.kids.has(kid) === true;
  }

  /** Ends the question that is under way, too. */
  async release(): Promise<void> {
    await this.source.release();
    await this.reading;
  }

  private usable(): Known | null {
    return this.known !== null && this.ageOf(this.known) < this.limits.staleMaxMs ? this.known : null;
  }

  private ageOf({ readAtMs }: Known): number {
    return this.runtime.monotonicMs() - readAtMs;
  }

  /** One question at a time, shared by all who wait for it, and none while the last one is too recent. */
  private readAnew(): Promise<void> {
    if (this.reading !== null) return this.reading;
    const nowMs = this.runtime.monotonicMs();
    if (nowMs - this.askedAtMs < this.limits.coolDownMs) return Promise.resolve();
    this.askedAtMs = nowMs;
    this.reading = this.read().finally(() => (this.reading = null));
    return this.reading;
  }

  private async read(): Promise<void> {
    const set = await this.source.read();
    this.isAway = 'why' in set;
    if ('why' in set) return this.onAway(set.why);
    const keys = [...set.keys];
    this.known = { find: createLocalJWKSet({ keys }), kids: new Set(keys.map(({ kid }) => kid)), readAtMs: this.runtime.monotonicMs() };
  }
}
