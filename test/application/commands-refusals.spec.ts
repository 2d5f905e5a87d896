import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { refusals, refuse, wordsOf } from '../../src/application/refusals';

const sources = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8'));

describe('refusals', () => {
  it('have words for every code that domain and application speak', () => {
    const spoken = ['domain', 'application']
      .flatMap((room) => sources(join(__dirname, '../../src', room)))
      .flatMap((text) => [...text.matchAll(/\b(?:reject|refuse|refused)\('([A-Z_]+)'/g)].map(([, code]) => code ?? ''));
    expect(spoken.length).toBeGreaterThan(30);
    expect([...new Set(spoken)].filter((code) => !Object.hasOwn(refusals, code))).toEqual([]);
  });

  it.each(Object.entries(refusals))('%s says in both languages what to do next', (_code, words) => {
    expect(words['zh-CN']).toMatch(/\p{Script=Han}.*。$/u);
    expect(words['zh-CN'].split('。').length).toBeGreaterThan(2);
    expect(words.en).toMatch(/^[A-Z].*[.;].+\.$/);
  });

  it('fill in the facts of the case', () => {
    const refusal = refuse('QUANTITY_OUT_OF_RANGE', { details: { maxPerOrder: 10 } });
    expect(wordsOf(refusal, 'en')).toContain('from 1 to 10');
    expect(wordsOf(refusal, 'zh-CN')).toContain('1 至 10');
  });
});
