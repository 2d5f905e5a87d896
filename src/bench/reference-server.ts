import Database from 'better-sqlite3';
import fastify from 'fastify';

/**
 * What a bench compares with: a bare Fastify endpoint that stores about 400 bytes per request, group-committed with
 * synchronous FULL in the same kind of file. Run as a process of its own: argv[2] is the database file; prints its port.
 */
async function main(file: string): Promise<void> {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE IF NOT EXISTS events (position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, data TEXT NOT NULL)');
  const insert = db.prepare('INSERT INTO events (id, data) VALUES (?, ?)');
  let waiting: { readonly id: string; readonly data: string; readonly done: () => void }[] = [];
  const commit = (): void => {
    const group = waiting;
    waiting = [];
    db.transaction(() => {
      for (const { id, data } of group) insert.run(id, data);
    })();
    for (const { done } of group) done();
  };
  const app = fastify({ logger: false });
  app.post<{ Body: { id: string } }>('/', async (request) => {
    await new Promise<void>((done) => {
      waiting.push({ id: request.body.id, data: JSON.stringify(request.body).padEnd(400), done });
      if (waiting.length === 1) setImmediate(commit);
    });
    return { ok: true };
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const address = app.server.address();
  process.stdout.write(`${JSON.stringify({ port: typeof address === 'object' && address !== null ? address.port : 0 })}\n`);
}

void main(process.argv[2] ?? '');
