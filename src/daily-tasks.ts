import { makeCheckpoint } from './application/audit/make-checkpoint';
import { CloseDay } from './application/commands/close-day';
import { LedgerDesk } from './application/commands/ledger-desk';
import { SettingDesk } from './application/commands/setting-desk';
import { closeDays, type CloseOneDay } from './application/daily/close-days';
import { type DailyTask, type DailyTasksKit, runDailyTasks } from './application/daily/run-daily-tasks';
import { firstEventAt } from './application/daily/daily-state';
import { signCheckpoints } from './application/daily/sign-checkpoints';
import type { PositionWaiter } from './application/projections/position-waiter';
import { upToEnd } from './application/up-to-end';
import type { Instant } from './domain/kernel/time';
import { openAuditSigner } from './infrastructure/keyring/audit-signer';
import { openHeadBook } from './infrastructure/sqlite/head-book';
import type { Parts } from './parts';
import { filesOf, logOver } from './stores';

/** Closes the days of the ledger and signs checkpoints, where the settings want it. For one process at a time. */
export async function dailyTasks(parts: Parts, waiter: PositionWaiter, signal: AbortSignal): Promise<void> {
  const { config, commands, runtime, metrics, log } = parts;
  const { CARDRAIL_DAILY_CHECKPOINT: signs, CARDRAIL_DAILY_CLOSE: closes } = config.values;
  const policy = config.daily;
  const beginning = firstEventOf(parts);
  const tasks: readonly DailyTask[] = [
    ...(closes ? [closeDays({ commands, close: closeWith(parts, waiter), policy, firstEventAt: beginning })] : []),
    ...(signs ? [signCheckpoints({ commands, sign: () => signWith(parts), policy, firstEventAt: beginning })] : []),
  ];
  const onDone: DailyTasksKit['onDone'] = (task, times) => {
    metrics.set('daily_task_failing', 0, { task });
    for (let n = 0; n < times; n++) metrics.count('daily_tasks_done_total', { task });
    if (times > 0) log.info({ task, times }, 'the work of a day is done');
  };
  const onFailed: DailyTasksKit['onFailed'] = (task, error) => {
    metrics.set('daily_task_failing', 1, { task });
    log.warn({ task, err: error }, 'the work of a day cannot be done; tried again');
  };
  await runDailyTasks({ tasks, clock: commands.clock, runtime, onDone, onFailed }, signal);
  // Whoever leads now tells how it goes.
  for (const { name } of tasks) metrics.set('daily_task_failing', 0, { task: name });
}

/** Asked until there is an answer, which then stays. */
function firstEventOf({ store }: Parts): () => Promise<Instant | null> {
  let known: Instant | null = null;
  return async () => (known ??= await firstEventAt(upToEnd(store, null)));
}

function closeWith({ commands, keyring, store, readModels, config }: Parts, waiter: PositionWaiter): CloseOneDay {
  const setting = new SettingDesk(commands, keyring);
  const desk = new LedgerDesk({ commands, setting, store, readModels, waiter, timeZone: config.values.CARDRAIL_TIME_ZONE });
  return async (caller, day, idempotencyKey) => {
    const result = await desk.close(CloseDay, caller, { day, idempotencyKey, reason: 'the day is over' });
    return result.ok ? null : result.refusal.code;
  };
}

async function signWith({ config, store, codec, commands }: Parts): Promise<boolean> {
  const files = filesOf(config);
  const book = openHeadBook(files.audit);
  try {
    const signer = openAuditSigner(files.keyring);
    return (await makeCheckpoint({ log: logOver(store), codec, commands, book, signer, now: () => commands.clock.now() })).isNew;
  } finally {
    book.close();
  }
}
