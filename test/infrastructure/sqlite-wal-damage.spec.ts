import { copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { StoreDamaged } from '../../src/infrastructure/sqlite/event-store';
import { StreamBuilder } from '../support/event-builders';
import { EventFile } from '../support/event-file';

const HEAD_BYTES = 32;
const FRAME_BYTES = 24 + 4_096;
const COMMITS = 6;

/** SQLite ends a write-ahead log at the first frame that is not whole. Whether a power cut or a bad disk made it so is for us to find out. */
describe('a write-ahead log that a crash left behind', () => {
  let live: EventFile;
  let crashed: EventFile;

  /** Where the n-th commit ends: the number of frames up to there. */
  const ends: number[] = [];

  beforeEach(async () => {
    live = new EventFile();
    crashed = new EventFile();
    ends.length = 0;
    const store = await live.open();
    const order = new StreamBuilder('order-1');
    for (let commit = 0; commit < COMMITS; commit++) {
      const { expected } = order;
      expect(await store.append(order.stream, expected, order.batch(1))).toMatchObject({ outcome: 'committed' });
      ends.push((readFileSync(`${live.path}-wal`).length - HEAD_BYTES) / FRAME_BYTES);
    }
    // What the disk holds of a process that goes on no further.
    copyFileSync(live.path, crashed.path);
    copyFileSync(`${live.path}-wal`, `${crashed.path}-wal`);
    await live.close();
  });
  afterEach(async () => {
    await live.remove();
    await crashed.remove();
  });

  const flip = (at: number): void => {
    const wal = readFileSync(`${crashed.path}-wal`);
    wal[at] = (wal[at] ?? 0) ^ 0x10;
    writeFileSync(`${crashed.path}-wal`, wal);
  };
  /** In the middle of the page of a frame; frames count from 1. */
  const flipFrame = (frame: number): void => flip(HEAD_BYTES + (frame - 1) * FRAME_BYTES + 2_000);
  const eventsAfterStart = async (): Promise<number> => (await (await crashed.open()).read('order-1')).length;

  it('is read to its end when it is whole', async () => {
    expect(await crashed.findings()).toEqual([]);
    expect(await eventsAfterStart()).toBe(COMMITS);
  });

  it('ends before the last commit when a cut has torn that: it was never acknowledged', async () => {
    truncateSync(`${crashed.path}-wal`, HEAD_BYTES + ((ends.at(-1) ?? 0) - 1) * FRAME_BYTES + 512);
    expect(await crashed.findings()).toEqual([]);
    expect(await eventsAfterStart()).toBe(COMMITS - 1);
  });

  it.each([0, 1, 2, 3])('that is damaged in commit %i, before two others, is refused with its place, and nothing is forgotten', async (commit) => {
    const frame = ends[commit] ?? 0;
    flipFrame(frame);
    const before = readFileSync(`${crashed.path}-wal`);
    expect(await crashed.findings()).toContainEqual({ kind: 'wal', what: expect.stringContaining(`frame ${frame} of`) as string });
    await expect(crashed.open()).rejects.toThrow(StoreDamaged);
    await expect(crashed.open()).rejects.toThrow(new RegExp(`position 0*${commit + 1}: frame ${frame} of the write-ahead log`));
    expect(readFileSync(`${crashed.path}-wal`)).toEqual(before);
  });

  it('that is damaged in the last commit but one is refused: that one says itself that another could follow', async () => {
    flipFrame(ends[COMMITS - 2] ?? 0);
    expect(await crashed.findings()).toContainEqual(expect.objectContaining({ kind: 'wal' }));
    await expect(crashed.open()).rejects.toThrow(StoreDamaged);
  });

  it('whose head is damaged is refused, where SQLite would take it for empty', async () => {
    flip(18);
    expect(await crashed.findings()).toContainEqual({ kind: 'wal', what: expect.stringContaining('the head of') as string });
    await expect(crashed.open()).rejects.toThrow(/the head of the write-ahead log/);
  });

  it('that is damaged in its very last commit looks as a cut would have left it', async () => {
    flipFrame(ends.at(-1) ?? 0);
    expect(await crashed.findings()).toEqual([]);
    expect(await eventsAfterStart()).toBe(COMMITS - 1);
  });

  it('is not copied as if it were whole', async () => {
    const store = await live.open();
    flipFrame(ends[1] ?? 0);
    copyFileSync(`${crashed.path}-wal`, `${live.path}-wal`);
    await expect(store.backupTo(`${live.path}.copy`)).rejects.toThrow(/cannot be copied whole/);
  });
});
