/** Who may do a thing that only one process should do. `term` grows with every holder; `beat` with every sign of life. */
export interface LeaseRecord {
  /** Empty when the last holder gave it back. */
  readonly holder: string;
  readonly term: number;
  readonly beat: number;
}

/**
 * Leases of one shop, seen by all its processes. Each call is one atomic step; all reject while the store is away. Nobody's clock
 * is stored: who waits for a silent holder measures the silence by its own monotonic clock.
 */
export interface Leases {
  /** Those of these leases that were ever held, by their name. */
  read(names: readonly string[]): Promise<ReadonlyMap<string, LeaseRecord>>;
  /** Makes `holder` the holder under `term` + 1 if the lease still stands at `term` (0: was never held). False: others were faster. */
  claim(name: string, holder: string, term: number): Promise<boolean>;
  /** A sign of life. False: the lease has gone to somebody else. */
  beat(name: string, holder: string, term: number): Promise<boolean>;
  /** Gives it back, if it is still held. */
  release(name: string, holder: string, term: number): Promise<void>;
}
