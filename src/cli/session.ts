import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { Logger } from 'pino';
import { unlessAborted } from '../application/background';
import type { Caller, Locale } from '../application/caller';
import { type Config, readConfig } from '../config';
import type { Parts } from '../parts';
import type { Log } from '../stores';
import { WrongUse } from './exit';

/** Configuration as the environment says, with what the command line adds. Throws ConfigInvalid. */
export const configOf = (more: Readonly<Record<string, string>> = {}): Config => readConfig({ ...process.env, ...more });

/** A verb answers by itself; what it stands on is only heard when it is about to die. */
async function quietLog(): Promise<Logger> {
  const { createLogger } = await import('../workbench');
  const log = createLogger({ level: 'error' });
  log.level = 'fatal';
  return log;
}

/** A person who waits for an answer waits so long for a store that is away. */
export const PATIENCE_MS = 5_000;

/** Opens the shop's parts, also beside a running shop, and closes them whatever happens. */
export async function withParts<T>(config: Config, use: (parts: Parts, signal: AbortSignal) => Promise<T>): Promise<T> {
  const { openParts } = await import('../parts');
  const parts = await openParts(config, await quietLog(), { patienceMs: PATIENCE_MS });
  const ending = new AbortController();
  try {
    return await use(parts, ending.signal);
  } finally {
    ending.abort();
    await parts.close();
  }
}

/** What the settings of a long-lived shop take to read, and more. */
const SETTINGS_PATIENCE_MS = 30_000;

/** Brings the shop's settings to where the log ends now, and follows them no further. Throws when the store does not tell them in time. */
export async function readSettings({ settings }: Parts, patienceMs = SETTINGS_PATIENCE_MS): Promise<void> {
  const ending = new AbortController();
  const following = settings.start(ending.signal);
  const isRead = await unlessAborted(
    settings.ready().then(() => true),
    AbortSignal.timeout(patienceMs),
  );
  ending.abort();
  await following;
  if (isRead !== true)
    throw new Error(settings.problem ?? 'the event store does not tell the settings of the shop: cardrail doctor says whether it is there');
}

/** The shop's parts, with gateways, channels, products and keys as the log has them now. */
export const withSettings = <T>(config: Config, use: (parts: Parts, signal: AbortSignal) => Promise<T>): Promise<T> =>
  withParts(config, async (parts, signal) => {
    await readSettings(parts);
    return use(parts, signal);
  });

/** The shop's log to read. Throws WrongUse when there is none. */
export async function withLog<T>(config: Config, use: (log: Log) => Promise<T>): Promise<T> {
  const [{ filesOf, openLog }, { SystemRuntime }] = await Promise.all([import('../stores'), import('../workbench')]);
  const { events } = filesOf(config);
  if (config.values.CARDRAIL_STORE === 'embedded' && !existsSync(events)) throw new WrongUse('NO_EVENT_LOG', { file: events });
  const log = await openLog(config, { runtime: new SystemRuntime(), patienceMs: PATIENCE_MS });
  try {
    return await use(log);
  } finally {
    await log.close();
  }
}

/** Who runs this command: the account that may read the keyring may do what an administrator may. */
export function operator({ runtime }: Parts, locale: Locale = 'en'): Caller {
  return { role: 'ADMIN', clientId: 'cli', actor: { kind: 'CLI', id: accountName() }, requestId: runtime.newId(), locale };
}

/** Containers may run under a number that has no name. */
function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}

/** Aborted by Ctrl-C or SIGTERM. */
export function untilInterrupted(): AbortSignal {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());
  return ending.signal;
}
