import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rightsPage } from '../../src/api/graphql/rights/rights-page';

const FILE = join(__dirname, '../../docs/rights.md');

describe('docs/rights.md', () => {
  it('is the matrix that the code has (UPDATE_DOCS=1 writes it anew)', () => {
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(FILE, rightsPage());
    expect(readFileSync(FILE, 'utf8')).toBe(rightsPage());
  });
});
