import { fromIso, MINUTE_MS, type Instant } from '../domain/kernel/time';
import type { Runtime } from './ports/runtime';

/** Store time and the wall clock may differ so much before deadlines stop being believed. */
const DISAGREEMENT_MAX_MS = MINUTE_MS;

/**
 * The time that events and deadlines use: this node's monotonic clock plus an offset learnt from the store's `recordedAt`
 * of the node's first append, and before that from the events it reads. A wall clock that jumps afterwards moves nothing; it only makes `trusted` false.
 */
export class StoreClock {
  private offsetMs: number;
  private learnt = false;
  /** The store's time is at least this much ahead of the monotonic clock: an event that is read was stored before. */
  private provenOffsetMs = -Infinity;

  constructor(private readonly runtime: Runtime) {
    this.offsetMs = runtime.wallMs() - runtime.monotonicMs();
  }

  /** Nothing the store says moves it any more. */
  get hasLearnt(): boolean {
    return this.learnt;
  }

  now(): Instant {
    return Math.round(this.runtime.monotonicMs() + this.offsetMs);
  }

  /** Call with what is read. Until an append of its own has told the time, a process knows it from there, and no better. */
  saw(recordedAt: string): void {
    if (this.learnt) return;
    this.provenOffsetMs = Math.max(this.provenOffsetMs, fromIso(recordedAt) - this.runtime.monotonicMs());
    this.offsetMs = Math.max(this.offsetMs, this.provenOffsetMs);
  }

  /** Call with the answer of an append; only the first one counts. */
  learn(recordedAt: string): void {
    if (this.learnt) return;
    this.learnt = true;
    this.offsetMs = fromIso(recordedAt) - this.runtime.monotonicMs();
  }

  /** How far store time is from the wall clock. Milliseconds, positive when store time is ahead. */
  disagreementMs(): number {
    return this.now() - this.runtime.wallMs();
  }

  trusted(): boolean {
    return Math.abs(this.disagreementMs()) <= DISAGREEMENT_MAX_MS;
  }

  /**
   * Whether this time has certainly come at the store. A process that has appended nothing yet does not believe its wall clock here:
   * it is sure of the newest event it has read and of what has passed since, so that it may be late by as long as nothing was stored.
   */
  hasCome(at: Instant): boolean {
    return this.trusted() && this.runtime.monotonicMs() + (this.learnt ? this.offsetMs : this.provenOffsetMs) >= at;
  }
}
