import { existsSync } from 'node:fs';
import type { StoredEvent } from '../../domain/kernel/event';
import { WrongUse } from '../exit';
import { put } from '../output';
import { progressOf } from '../progress';
import { configOf, untilInterrupted } from '../session';

const FOLLOW_EVERY_MS = 100;

const logFile = async (): Promise<string> => {
  const { filesOf } = await import('../../parts');
  const file = filesOf(configOf()).events;
  if (!existsSync(file)) throw new WrongUse(`there is no event log at ${file}`);
  return file;
};

const lines = (events: readonly StoredEvent[]): string => events.map((event) => `${JSON.stringify(event)}\n`).join('');

/** The newest events, and with `follow` those to come. */
export async function tail({
  limit,
  stream = '',
  follow,
}: {
  readonly limit: number;
  readonly stream?: string;
  readonly follow?: true;
}): Promise<void> {
  const { openLogFile } = await import('../../workbench');
  const log = openLogFile(await logFile());
  const matches = (event: StoredEvent): boolean => event.stream.startsWith(stream);
  try {
    let head = await log.head();
    await put(lines(log.newest(limit).filter(matches)));
    if (follow !== true) return;
    const interrupted = untilInterrupted();
    while (!interrupted.aborted) {
      for (const batch of log.after(head)) {
        await put(lines(batch.events.filter(matches)));
        head = batch.position;
      }
      await new Promise((resolve) => setTimeout(resolve, FOLLOW_EVERY_MS));
    }
  } finally {
    log.close();
  }
}

/** The log from its beginning to where it ends now. */
export async function exportAll({ stream = '' }: { readonly stream?: string }): Promise<void> {
  const { eventsUpTo, openLogFile } = await import('../../workbench');
  const log = openLogFile(await logFile());
  const progress = progressOf('events');
  try {
    const head = await log.head();
    if (head === null) return;
    for (const batch of log.after(null)) {
      await put(lines(batch.events.filter((event) => event.position <= head && event.stream.startsWith(stream))));
      progress.at(Math.min(eventsUpTo(batch.position), eventsUpTo(head)), eventsUpTo(head), '');
      if (batch.position >= head) return;
    }
  } finally {
    progress.end();
    log.close();
  }
}

/** What may ever stand in the log. */
export async function catalog({ json }: { readonly json?: true }): Promise<void> {
  const { eventJsonSchemas, eventsCatalogMarkdown } = await import('../../workbench');
  await put(json === true ? `${JSON.stringify(eventJsonSchemas(), null, 2)}\n` : eventsCatalogMarkdown());
}
