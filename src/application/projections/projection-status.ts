import type { Position } from '../../domain/kernel/event';

/**
 * RUNNING: fed · REBUILDING: a build is under way while the old rows serve · PARKING: fed, but some streams wait ·
 * STOPPED: not fed until it is retried or rebuilt.
 */
export type ProjectionState = 'RUNNING' | 'REBUILDING' | 'STOPPED' | 'PARKING';

export interface BuildProgress {
  readonly generation: number;
  /** Events read by this process for the build, and how many per second. */
  readonly events: number;
  readonly eventsPerSecond: number;
  readonly position: Position | null;
  /** Newest event of the log when the build began or went on. */
  readonly head: Position | null;
}

export interface ProjectionStatus {
  readonly name: string;
  /** Version and number of the generation that serves. */
  readonly version: number;
  readonly generation: number;
  readonly state: ProjectionState;
  readonly position: Position | null;
  /** Age of the newest event reflected while more may follow; 0 when all that is stored was read. Milliseconds. */
  readonly lagMs: number;
  /** Sequences that wait. */
  readonly parked: number;
  /** Why it stopped. */
  readonly problem?: string;
  readonly progress?: BuildProgress;
}

/** Something a person should hear of. Never holds event data. */
export type ProjectionAlert =
  | { readonly kind: 'parked'; readonly projection: string; readonly stream: string; readonly revision: number; readonly error: string }
  | { readonly kind: 'stopped'; readonly projection: string; readonly error: string }
  | { readonly kind: 'revision-gap'; readonly stream: string; readonly from: number; readonly to: number; readonly recovered: number }
  | { readonly kind: 'checkpoint-beyond-head'; readonly projection: string; readonly checkpoint: Position; readonly head: Position | null }
  | { readonly kind: 'build-started' | 'activated'; readonly projection: string; readonly generation: number }
  | { readonly kind: 'paused'; readonly cause: string; readonly retryInMs: number };
