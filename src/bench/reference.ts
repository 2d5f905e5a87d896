import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { start, stop } from './processes';
import { httpRequest, load, type LoadResult } from './raw-load';

const CONNECTIONS = 64;
const FILLER = 'x'.repeat(300);

/** Measures the reference endpoint on this machine, now: ratios against it hold where absolute numbers do not. */
export async function measureReference(seconds: number): Promise<LoadResult> {
  const folder = await mkdtemp(join(tmpdir(), 'cardrail-reference-'));
  const server = await start('bench/reference-server.js', [join(folder, 'reference.db')], {});
  const run = randomBytes(6).toString('hex');
  try {
    return await load({
      port: Number(server.says['port']),
      connections: CONNECTIONS,
      seconds,
      request: (n) => httpRequest('/', {}, JSON.stringify({ id: `${run}-${n}`, filler: FILLER })),
      onAnswer: ({ status }) => status === 200,
    });
  } finally {
    await stop(server);
    await rm(folder, { recursive: true, force: true });
  }
}
