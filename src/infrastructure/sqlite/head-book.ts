import { BookMoved, type BookPlace, type HeadBook } from '../../application/ports/head-book';
import type { StreamHead } from '../../domain/audit/merkle';
import { openDatabase } from './open-database';

/** "CRab" */
const APPLICATION_ID = 0x43526162;

const UPGRADES = [
  `CREATE TABLE heads (stream TEXT PRIMARY KEY, revision INTEGER NOT NULL, hash TEXT NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE remarks (number INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
   CREATE TABLE place (one INTEGER PRIMARY KEY CHECK (one = 1), position TEXT, events INTEGER NOT NULL) STRICT;
   INSERT INTO place VALUES (1, NULL, 0);`,
] as const;

/** Its file can be made again from the log, so commits need not wait for the disk. */
export function openHeadBook(file: string): HeadBook {
  const db = openDatabase({ file, applicationId: APPLICATION_ID, upgrades: UPGRADES, synchronous: 'NORMAL' });
  const one = db.prepare<[string], StreamHead>('SELECT stream, revision, hash FROM heads WHERE stream = ?');
  const all = db.prepare<[], StreamHead>('SELECT stream, revision, hash FROM heads ORDER BY stream');
  const put = db.prepare('INSERT INTO heads VALUES (@stream, @revision, @hash) ON CONFLICT DO UPDATE SET revision = @revision, hash = @hash');
  const remark = db.prepare('INSERT INTO remarks (text) VALUES (?)');
  const move = db.prepare('UPDATE place SET position = @position, events = @events');
  const placeNow = db.prepare<[], BookPlace>('SELECT position, events FROM place');
  const look = (): BookPlace => placeNow.get() ?? { position: null, events: 0 };
  let seen = look();
  const write = db.transaction((heads: Iterable<StreamHead>, place: BookPlace, remarks: readonly string[]) => {
    if (look().events !== seen.events) throw new BookMoved();
    for (const head of heads) put.run(head);
    for (const text of remarks) remark.run(text);
    move.run(place);
  });
  return {
    place: () => (seen = look()),
    head: (stream) => one.get(stream),
    heads: () => all.iterate(),
    write: (heads, place, remarks = []) => {
      write.immediate(heads, place, remarks);
      seen = place;
    },
    remarks: () => db.prepare<[], string>('SELECT text FROM remarks ORDER BY number').pluck().all(),
    close: () => void db.close(),
  };
}
