import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SimulatedSubjectKeys } from '../../src/simulation/ports/simulated-subject-keys';
import type { SubjectKeyPlace } from '../../src/application/ports/subject-keys';
import { openSqliteSubjectKeys } from '../../src/infrastructure/sqlite/subject-keys/sqlite-subject-keys';
import { describeSubjectKeyPlaceContract, describeSubjectKeysContract, type SubjectKeyStore } from '../contracts/subject-keys.contract';

const freshFolder = (): string => mkdtempSync(join(tmpdir(), 'cardrail-subject-keys-'));

async function freshFile(): Promise<SubjectKeyStore<SubjectKeyPlace>> {
  const folder = freshFolder();
  const opened: SubjectKeyPlace[] = [];
  return {
    open: () => {
      const keys = openSqliteSubjectKeys(join(folder, 'subject-keys.db'));
      opened.push(keys);
      return keys;
    },
    dispose: async () => {
      await Promise.all(opened.map((keys) => keys.close()));
      rmSync(folder, { recursive: true });
    },
  };
}
describeSubjectKeysContract('SQLite', freshFile);
describeSubjectKeyPlaceContract('SQLite', freshFile);

describeSubjectKeysContract('the simulated shop', async () => {
  const keys = new SimulatedSubjectKeys();
  return { open: () => keys, dispose: async () => undefined };
});

describe('a file of keys of persons', () => {
  const SUBJECT = '00000000-0000-5000-8000-00000000000a';
  let folder: string;
  beforeEach(() => {
    folder = freshFolder();
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const bytes = (): string =>
    readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'latin1'))
      .join();

  it('holds nothing of a key that was destroyed, in no free page and not in its write-ahead log, while it is open', async () => {
    const keys = openSqliteSubjectKeys(join(folder, 'subject-keys.db'));
    const canary = 'canary-of-a-key-that-must-go';
    await keys.keep({ subject: SUBJECT, generation: 1, wrapped: { kid: 's1', iv: 'i', tag: 't', ct: canary } });
    expect(bytes()).toContain(canary);
    await keys.retire({ subject: SUBJECT, generation: 1, orderedAt: '2026-01-01T00:00:00.000Z' });
    await keys.destroyRetired(SUBJECT);
    expect(bytes()).not.toContain(canary);
    await keys.close();
    expect(bytes()).not.toContain(canary);
  });

  it('holds nothing of the keys that have left for another place', async () => {
    const keys = openSqliteSubjectKeys(join(folder, 'subject-keys.db'));
    const canary = 'canary-of-a-key-that-went';
    await keys.keep({ subject: SUBJECT, generation: 1, wrapped: { kid: 's1', iv: 'i', tag: 't', ct: canary } });
    await keys.leave('MongoDB');
    expect(bytes()).not.toContain(canary);
    await keys.close();
  });

  it("keeps a key that was kept when its process ends without a word, and is its owner's alone", async () => {
    const file = join(folder, 'subject-keys.db');
    const keys = openSqliteSubjectKeys(file);
    await keys.keep({ subject: SUBJECT, generation: 1, wrapped: { kid: 's1', iv: 'i', tag: 't', ct: 'c' } });
    const other = openSqliteSubjectKeys(file);
    expect(await other.find({ subject: SUBJECT, generation: 1 })).toEqual({ kid: 's1', iv: 'i', tag: 't', ct: 'c' });
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
    await Promise.all([keys.close(), other.close()]);
  });
});
