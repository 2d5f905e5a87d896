import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../src/config';
import { createKeyring } from '../../src/infrastructure/keyring/create-keyring';
import { createLogger } from '../../src/infrastructure/observability/logger';
import { openSqliteLeases } from '../../src/infrastructure/sqlite/leases/sqlite-leases';
import { runShop } from '../../src/main';
import { openParts } from '../../src/parts';

describe('a start that fails', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cardrail-start-'));
    createKeyring(join(folder, 'keyring.json'), { development: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const log = createLogger({ level: 'error' });
  const configWith = (more: Readonly<Record<string, string>>) => readConfig({ CARDRAIL_ENV: 'test', CARDRAIL_DATA_DIR: folder, ...more });

  /** Databases that somebody still holds open: the last one to close one copies its write-ahead log into it. */
  const heldOpen = (): readonly string[] => readdirSync(folder).filter((name) => name.endsWith('-wal') && statSync(join(folder, name)).size > 0);

  it('because its port is taken gives its seats back and closes its stores', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    await expect(runShop(configWith({ CARDRAIL_HOST: '127.0.0.1', CARDRAIL_PORT: String(port) }), log)).rejects.toThrow(`127.0.0.1:${port} is taken`);
    taken.close();
    const leases = openSqliteLeases(join(folder, 'leases.db'));
    const seats = [...(await leases.read(['projector-1', 'engine-1', 'api-1'])).values()];
    leases.close();
    expect(seats.map((seat) => seat?.holder ?? '')).toEqual(['', '', '']);
    expect(heldOpen()).toEqual([]);
  });

  it('half-way through its parts closes those that were opened', async () => {
    const config = configWith({ CARDRAIL_SMTP_URL: 'gopher://nobody', CARDRAIL_SMTP_FROM: 'shop@example.org' });
    await expect(openParts(config, log)).rejects.toThrow('An SMTP server is');
    expect(heldOpen()).toEqual([]);
  });
});
