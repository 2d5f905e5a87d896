import type { DomainEvent, Position } from '../../domain/kernel/event';
import type { CommandHandling } from '../handle-command';
import type { EventStore } from '../ports/event-store';
import type { Runtime } from '../ports/runtime';
import type { Spans } from '../ports/spans';
import type { WakeSnapshots } from '../ports/wake-snapshots';
import type { Share } from '../work-share';
import type { AgendaLimits } from './agenda';
import type { LaneShare } from './lane-queues';

export interface EngineLimits extends AgendaLimits {
  /** Outside calls in flight. */
  readonly callsMax: number;
  /** Instances waiting to be worked on before the log is read further. */
  readonly dirtyMax: number;
  /** Back-off of an instance that got nowhere: first, and at most. Milliseconds. */
  readonly stuckFirstMs: number;
  readonly stuckMaxMs: number;
  readonly snapshotEveryMs: number;
  /** Those who waited for something that has come and are looked at again, per second. */
  readonly wakesPerSecond: number;
  /** Runs in a row that got nowhere before a person is called. */
  readonly stuckReviewAfter: number;
}

export const defaultEngineLimits: EngineLimits = {
  callsMax: 256,
  runningMax: 512,
  dirtyMax: 20_000,
  stuckFirstMs: 500,
  stuckMaxMs: 600_000,
  snapshotEveryMs: 10_000,
  overdueMs: 3_000,
  wakesPerSecond: 1_000,
  // With the back-off above that is after a quarter of an hour.
  stuckReviewAfter: 11,
};

/** What an engine is doing now, for metrics and operators. */
export interface EngineStatus {
  readonly session: string;
  readonly position: Position | null;
  readonly dirty: number;
  /** Instances of other engines that nobody took in time, and that this one is about to take. */
  readonly overdue: number;
  readonly running: number;
  readonly waiting: number;
  readonly callsInFlight: number;
  readonly callsQueued: number;
  readonly clockTrusted: boolean;
}

/** What an engine is doing in one lane. */
export interface LaneCounts {
  /** Orders it is about to work on. */
  readonly dirty: number;
  /** Orders it works on. */
  readonly running: number;
  readonly callsInFlight: number;
  /** What it may have in flight at this moment. */
  readonly callsMax: number;
  /** Of those running, how many wait for a slot. */
  readonly callsQueued: number;
}

export interface EngineObserver<E = DomainEvent, S = unknown> {
  /** This engine stored a decision, which led to this state. Nobody else tells of it. Must not throw. */
  committed?(id: string, events: readonly E[], state: S): void;
  /** A run of one instance failed or got nowhere; it is tried again. */
  stuck(processName: string, id: string, cause: string): void;
  /** The subscription or a snapshot failed; it is taken up again. */
  failed(what: string, error: unknown): void;
  /** An instance of another engine was overdue, and this one took it a step on. Must not throw. */
  helpedOut?(id: string): void;
  /** Somebody else wrote to an instance while this engine was at it. Must not throw. */
  lostRace?(id: string): void;
}

export interface EngineKit<E = DomainEvent, S = unknown> {
  readonly store: EventStore;
  readonly commands: CommandHandling;
  readonly runtime: Runtime;
  readonly snapshots: WakeSnapshots;
  readonly limits: EngineLimits;
  readonly observer: EngineObserver<E, S>;
  readonly spans?: Pick<Spans, 'within'>;
  /** Absent where there is one engine only. */
  readonly share?: Share;
  /** What a lane may have of the engine. Asked each time. */
  readonly shareOf: (lane: string) => LaneShare;
}
