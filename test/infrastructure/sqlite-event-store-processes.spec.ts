import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { EventStore } from '../../src/application/ports/event-store';
import { StreamBuilder } from '../support/event-builders';
import { EventFile } from '../support/event-file';
import { spawnSources } from '../support/source-process';

const PROGRAM = join(__dirname, '../support/event-store-writer.ts');
const KILLS = 4;

interface Acknowledgement {
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
}

/** Runs the writer program until it has been told so many acknowledgements, kills it with -9 and answers what it had heard. */
function killedAfter(file: string, name: string, acknowledgements: number): Promise<readonly Acknowledgement[]> {
  return new Promise((resolve, reject) => {
    const child = spawnSources(PROGRAM, [file, name]);
    const heard: Acknowledgement[] = [];
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    createInterface({ input: child.stdout })
      .on('line', (line) => {
        const [stream, revision, position] = line.split(' ');
        if (stream === undefined || revision === undefined || position?.length !== 16) return;
        heard.push({ stream, revision: Number(revision), position });
        if (heard.length === acknowledgements) child.kill('SIGKILL');
      })
      .on('close', () => (heard.length < acknowledgements ? reject(new Error(errors)) : resolve(heard)));
  });
}

async function expectAllStored(store: EventStore, heard: readonly Acknowledgement[]): Promise<void> {
  for (const { stream, revision, position } of heard) {
    const [event] = await store.read(stream, { from: revision, limit: 1 });
    expect(event).toMatchObject({ stream, revision, position });
  }
}

describe('several processes on one event file', () => {
  let file: EventFile;
  beforeEach(() => {
    file = new EventFile();
  });
  afterEach(() => file.remove());

  it(`keeps every acknowledged event through ${KILLS} kills with -9, each time with a sound file`, async () => {
    const heard: Acknowledgement[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      heard.push(...(await killedAfter(file.path, `run${kill}`, 300 + 137 * kill)));
      const store = await file.open();
      await expectAllStored(store, heard);
      expect(await file.findings()).toEqual([]);
      // Every other time the file is left as the crash left it, for the next process to recover.
      if (kill % 2 === 0) await file.close();
    }
  });

  it('serialises two writing processes, and a third one hears all of it live and in order', async () => {
    const store = await file.open();
    const stop = new AbortController();
    const positions: string[] = [];
    let last: string | null = '';
    const following = (async () => {
      for await (const batch of store.subscribe({ after: null, signal: stop.signal })) {
        positions.push(...batch.events.map((event) => event.position));
        if (batch.position === last) stop.abort();
      }
    })();
    const [left, right] = await Promise.all([killedAfter(file.path, 'left', 500), killedAfter(file.path, 'right', 500)]);
    last = await store.head();
    if (positions.at(-1) === last) stop.abort();
    await following;
    await expectAllStored(store, [...left, ...right]);
    expect(positions).toEqual(Array.from({ length: positions.length }, (_, index) => String(index + 1).padStart(16, '0')));
    expect(positions.at(-1)).toBe(last);
    expect(await file.findings()).toEqual([]);
  });

  it('hears its own commits and those of another process, mixed, live and in order', async () => {
    const store = await file.open();
    const stop = new AbortController();
    const heard: string[] = [];
    const following = (async () => {
      for await (const batch of store.subscribe({ after: null, signal: stop.signal })) heard.push(...batch.events.map((event) => event.position));
    })();
    let isOver = false;
    const own = (async () => {
      for (let n = 0; !isOver; n++) {
        const order = new StreamBuilder(`order-own-${n}`);
        expect((await store.append(order.stream, order.expected, order.batch(1))).outcome).toBe('committed');
      }
    })();
    const others = await killedAfter(file.path, 'other', 300);
    isOver = true;
    await own;
    const last = Number(await store.head());
    while (heard.length < last) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort();
    await following;
    await expectAllStored(store, others);
    expect(heard).toEqual(Array.from({ length: last }, (_, index) => String(index + 1).padStart(16, '0')));
  });
});
