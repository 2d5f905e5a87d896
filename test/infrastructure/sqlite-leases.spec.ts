import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteLeases, type SqliteLeases } from '../../src/infrastructure/sqlite/leases/sqlite-leases';
import { describeLeasesContract } from '../contracts/leases.contract';

describeLeasesContract('SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cardrail-leases-'));
  const opened: SqliteLeases[] = [];
  return {
    open: () => {
      const leases = openSqliteLeases(join(folder, 'leases.db'));
      opened.push(leases);
      return leases;
    },
    dispose: async () => {
      for (const leases of opened) leases.close();
      rmSync(folder, { recursive: true });
    },
  };
});
