import type { Instant } from '../../domain/kernel/time';
import type { Runtime } from '../ports/runtime';
import { repeat } from '../repeat';

export type DailyTaskName = 'checkpoint' | 'day_close';

/** Something that is to be done once for each day. */
export interface DailyTask {
  readonly name: DailyTaskName;
  /** Does what is due by now, and resolves with how often something was done. Cut off anywhere, the next call goes on. */
  run(now: Instant): Promise<number>;
}

export interface DailyTasksKit {
  readonly tasks: readonly DailyTask[];
  readonly clock: { now(): Instant };
  readonly runtime: Runtime;
  /** Both must not throw. */
  readonly onDone: (name: DailyTaskName, times: number) => void;
  /** It is tried again with the next look. */
  readonly onFailed: (name: DailyTaskName, error: unknown) => void;
}

const LOOK_EVERY_MS = 60_000;

/** Does the work of each day when it is due, and what was missed while nobody was there. For one process at a time. Never rejects. */
export async function runDailyTasks({ tasks, clock, runtime, onDone, onFailed }: DailyTasksKit, signal: AbortSignal): Promise<void> {
  // Each for itself: what keeps one from being done is no reason to leave out the other.
  const follow = (task: DailyTask): Promise<void> =>
    repeat(
      async () => onDone(task.name, await task.run(clock.now())),
      { runtime, waitMs: () => LOOK_EVERY_MS, onFailed: (error) => onFailed(task.name, error) },
      signal,
    );
  await Promise.all(tasks.map(follow));
}
