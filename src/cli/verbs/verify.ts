import { existsSync } from 'node:fs';
import type { VerifyReport } from '../../application/verify/violation';
import type { VerifyRecord } from '../../application/verify/verify-store';
import { BadNews, WrongUse } from '../exit';
import { answer, say } from '../output';
import { progressOf } from '../progress';
import type { Log } from '../../stores';
import { configOf, withLog } from '../session';

const VIOLATIONS_SHOWN_MAX = 50;

/** Checks the shop's log. Reads only, needs no keys, and does not mind a running shop or a damaged file. */
export async function verify({ json }: { readonly json?: true }): Promise<void> {
  const { filesOf } = await import('../../stores');
  const config = configOf();
  const file = filesOf(config).events;
  const isEmbedded = config.values.CARDRAIL_STORE === 'embedded';
  if (isEmbedded && !existsSync(file)) throw new WrongUse('NO_EVENT_LOG', { file });
  const report = isEmbedded ? await verifyLog(file) : await withLog(config, verifyThroughPort);
  await answer(json, report, () => textOf(report));
  if (report.violations.length > 0) throw new BadNews(`${report.violations.length} violations`);
}

/** Everything that can be seen without the store's own files: chains, claims, money, schemas. */
export async function verifyThroughPort(log: Pick<Log, 'read' | 'head' | 'after'>): Promise<VerifyReport> {
  const [{ verifyStore }, bench] = await Promise.all([import('../../application/verify/verify-store'), import('../../workbench')]);
  const progress = progressOf('events');
  async function* records(): AsyncGenerator<VerifyRecord> {
    for await (const { events } of log.after(null))
      for (const event of events) yield { stream: event.stream, revision: event.revision, position: event.position, event };
  }
  try {
    // The end is read before the scan begins, so that what is stored meanwhile is counted on neither side.
    const head = await log.head();
    const options = { records: records(), head, store: log, codec: bench.createCodec(bench.codecCatalog) };
    return await verifyStore({ ...options, onProgress: ({ events, violations }) => progress.at(events, 0, `${violations} violations`) });
  } finally {
    progress.end();
  }
}

/** Everything that is wrong with one log file, by its own account and by what its events say. */
export async function verifyLog(file: string): Promise<VerifyReport> {
  const [{ verifyStore }, bench] = await Promise.all([import('../../application/verify/verify-store'), import('../../workbench')]);
  const progress = progressOf('events');
  const storeFindings = bench.checkStore(file);
  const codec = bench.createCodec(bench.codecCatalog);
  try {
    const log = bench.openLogFile(file);
    try {
      // The end is read before the scan begins, so that what is stored meanwhile is counted on neither side.
      const head = await log.head();
      const total = bench.eventsUpTo(head);
      say('checking pages and checksums');
      const options = { records: recordsOf(bench.scanForVerify(file)), head, store: log, codec, storeFindings };
      return await verifyStore({ ...options, onProgress: ({ events, violations }) => progress.at(events, total, `${violations} violations`) });
    } finally {
      log.close();
    }
  } catch (error) {
    return unreadable(error, bench.checkStore(file));
  } finally {
    progress.end();
  }
}

/** The one record that cannot be read ends the scan; what the store says of itself is all there is then. */
async function unreadable(error: unknown, findings: AsyncIterable<{ readonly kind: string; readonly what?: string }>): Promise<VerifyReport> {
  const violations: VerifyReport['violations'][number][] = [];
  for await (const { kind, what, ...where } of findings)
    violations.push({ ...where, kind: 'store', message: what === undefined ? kind : `${kind}: ${what}` });
  const why = error instanceof Error ? error.message : 'the file cannot be read';
  if (violations.length === 0) violations.push({ kind: 'unreadable', message: why });
  return { checked: { streams: 0, events: 0, cards: 0, orders: 0 }, violations, skipped: [{ why: `what the events mean: ${why}` }], money: {} };
}

async function* recordsOf(scanned: AsyncIterable<VerifyRecord>): AsyncGenerator<VerifyRecord> {
  for await (const { stream, revision, position, event } of scanned) yield { stream, revision, position, event };
}

function textOf({ checked, violations, skipped }: VerifyReport): string {
  const shown = violations.slice(0, VIOLATIONS_SHOWN_MAX).map(({ kind, stream, revision, position, field, message }) => {
    const place = [stream === undefined ? position : `${stream}${revision === undefined ? '' : `@${revision}`}`, field]
      .filter((part) => part !== undefined)
      .join(' ');
    return `${kind}${place === '' ? '' : ` ${place}`}: ${message}`;
  });
  const counts = `${checked.events} events in ${checked.streams} streams, ${checked.orders} orders, ${checked.cards} cards`;
  const rest = violations.length > shown.length ? [`… and ${violations.length - shown.length} more`] : [];
  return [
    ...shown,
    ...rest,
    ...skipped.map(({ stream, why }) => `not checked: ${stream ?? ''} ${why}`),
    `${counts}: ${violations.length === 0 ? 'nothing is wrong' : `${violations.length} violations`}`,
  ].join('\n');
}
