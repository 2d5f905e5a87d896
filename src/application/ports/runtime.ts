/** The only source of time and chance, so that a simulator can own both. */
export interface Runtime {
  /** Wall clock, milliseconds since 1970 UTC. May jump. For display and for the first guess of store time only. */
  wallMs(): number;
  /** Never jumps, never goes back; its zero means nothing. */
  monotonicMs(): number;
  /** Resolves after so long, or early (without an error) when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Resolves after sockets and timers have had their turn. Whoever goes on working without waiting for the outside keeps everybody else out. */
  turn(): Promise<void>;
  /** In [0, 1), from a CSPRNG in production. */
  random(): number;
  /** A new unique id (UUIDv7 in production). */
  newId(): string;
}
