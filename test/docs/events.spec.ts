import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventsCatalogMarkdown } from '../../src/infrastructure/codec/catalog-document';
import { ROOT } from './markdown';

const PAGE = join(ROOT, 'docs/events.md');

describe('docs/events.md', () => {
  it('is what `cardrail events catalog` prints; UPDATE_DOCS=1 writes it anew', () => {
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(PAGE, eventsCatalogMarkdown());
    expect(readFileSync(PAGE, 'utf8')).toBe(eventsCatalogMarkdown());
  });
});
