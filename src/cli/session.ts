import { userInfo } from 'node:os';
import type { Logger } from 'pino';
import type { Caller, Locale } from '../application/caller';
import { type Config, readConfig } from '../config';
import type { Parts } from '../parts';

/** Configuration as the environment says, with what the command line adds. Throws ConfigInvalid. */
export const configOf = (more: Readonly<Record<string, string>> = {}): Config => readConfig({ ...process.env, ...more });

/** A verb answers by itself; what it stands on is only heard when it is about to die. */
async function quietLog(): Promise<Logger> {
  const { createLogger } = await import('../workbench');
  const log = createLogger({ level: 'error' });
  log.level = 'fatal';
  return log;
}

/** Opens the shop's parts, also beside a running shop, and closes them whatever happens. */
export async function withParts<T>(config: Config, use: (parts: Parts, signal: AbortSignal) => Promise<T>): Promise<T> {
  const { openParts } = await import('../parts');
  const parts = await openParts(config, await quietLog());
  const ending = new AbortController();
  try {
    return await use(parts, ending.signal);
  } finally {
    ending.abort();
    await parts.close();
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

/** As asked for, else as the terminal speaks. */
export function localeOf(asked: string | undefined): Locale {
  const spoken = asked ?? process.env['LC_ALL'] ?? process.env['LC_MESSAGES'] ?? process.env['LANG'] ?? 'en';
  return spoken.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

/** Aborted by Ctrl-C or SIGTERM. */
export function untilInterrupted(): AbortSignal {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());
  return ending.signal;
}
