import type { Sqlite } from '../open-database';
import type { Finding } from './finding';

interface StreamRow {
  readonly id: number;
  readonly name: string;
  /** What the stream index says. */
  readonly revision: number;
  readonly last: number | null;
  readonly events: number;
}

const PAGE_STREAMS = 1_024;

/** Compares the stream index with the events: heads, and gaps between revisions; and counts the ids, for one that stands for no event. */
export function* checkStreams(db: Sqlite): Generator<Finding> {
  const page = db.prepare<[number, number], StreamRow>(`
    SELECT s.id, s.name, s.revision, max(e.revision) AS last, count(e.revision) AS events
    FROM (SELECT * FROM streams WHERE id > ? ORDER BY id LIMIT ?) s LEFT JOIN events e ON e.stream_id = s.id GROUP BY s.id ORDER BY s.id`);
  const firstGap = db
    .prepare<[number], number>(
      `SELECT min(n) FROM (SELECT revision, row_number() OVER (ORDER BY revision) - 1 AS n FROM events WHERE stream_id = ?) WHERE revision <> n`,
    )
    .pluck();
  for (let rows = page.all(0, PAGE_STREAMS); rows.length > 0; rows = page.all(rows.at(-1)?.id ?? Number.MAX_SAFE_INTEGER, PAGE_STREAMS)) {
    for (const { id, name, revision, last, events } of rows) {
      if (last !== revision) yield { kind: 'head-mismatch', stream: name, revision, what: `the last stored revision is ${last ?? 'none'}` };
      if (last !== null && events !== last + 1) yield { kind: 'revision-gap', stream: name, revision: Number(firstGap.get(id)) };
    }
  }
  const counts = db
    .prepare<[], { ids: number; events: number }>('SELECT (SELECT count(*) FROM event_ids) AS ids, (SELECT count(*) FROM events) AS events')
    .get();
  if (counts !== undefined && counts.ids !== counts.events) yield { kind: 'index', what: `${counts.ids} ids are known of ${counts.events} events` };
}
