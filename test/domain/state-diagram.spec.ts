import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExploredShop, nothingSeen } from '../support/explored-shop';
import { stateDiagram } from '../support/state-diagram';

const FILE = join(__dirname, '../../docs/order-states.md');

describe('docs/order-states.md', () => {
  it('is what the code says', () => {
    const seen = nothingSeen();
    for (let story = 0; story < 3_000; story++) new ExploredShop(story, seen).run();
    const now = stateDiagram([...seen.moves.keys()]);
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(FILE, now);
    expect(readFileSync(FILE, 'utf8')).toBe(now);
  }, 120_000);
});
