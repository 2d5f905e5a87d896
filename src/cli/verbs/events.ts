import type { StoredEvent } from '../../domain/kernel/event';
import { put } from '../output';
import { progressOf } from '../progress';
import { configOf, untilInterrupted, withLog } from '../session';

const FOLLOW_EVERY_MS = 100;

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
  const matches = (event: StoredEvent): boolean => event.stream.startsWith(stream);
  await withLog(configOf(), async (log) => {
    let head = await log.head();
    await put(lines((await log.newest(limit)).filter(matches)));
    if (follow !== true) return;
    const interrupted = untilInterrupted();
    while (!interrupted.aborted) {
      for await (const batch of log.after(head)) {
        await put(lines(batch.events.filter(matches)));
        head = batch.position;
      }
      await new Promise((resolve) => setTimeout(resolve, FOLLOW_EVERY_MS));
    }
  });
}

/** The log from its beginning to where it ends now. */
export async function exportAll({ stream = '' }: { readonly stream?: string }): Promise<void> {
  const { eventCountAt } = await import('../../stores');
  const config = configOf();
  const progress = progressOf('events');
  try {
    await withLog(config, async (log) => {
      const head = await log.head();
      if (head === null) return;
      const total = eventCountAt(config.values.CARDRAIL_STORE, head) ?? 0;
      let read = 0;
      for await (const batch of log.after(null)) {
        const within = batch.events.filter(({ position }) => position <= head);
        await put(lines(within.filter((event) => event.stream.startsWith(stream))));
        progress.at((read += within.length), total, '');
        if (batch.position >= head) return;
      }
    });
  } finally {
    progress.end();
  }
}

/** What may ever stand in the log. */
export async function catalog({ json }: { readonly json?: true }): Promise<void> {
  const { eventJsonSchemas, eventsCatalogMarkdown } = await import('../../workbench');
  await put(json === true ? `${JSON.stringify(eventJsonSchemas(), null, 2)}\n` : eventsCatalogMarkdown());
}
