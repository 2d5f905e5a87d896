import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { pages, readPage, ROOT, type Page } from './markdown';

/** As a heading is named in an address: small letters, hyphens for spaces, no punctuation. */
const anchorOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
const anchorsOf = ({ prose }: Page): readonly string[] => [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));

const links = pages.flatMap(({ path, prose }) =>
  [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => ({ path, target })).filter(({ target }) => !/^[a-z]+:/.test(target)),
);

/** Paths of the repository, as they stand in backticks. */
const PLACE = /^(?:src|test|docs|deploy|examples|bin|\.ci)\/[\w./-]+$/;
const places = pages.flatMap(({ path, prose }) =>
  [...prose.matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => ({ path, text })).filter(({ text }) => PLACE.test(text)),
);

describe('the docs', () => {
  it('every link leads to a page, and to a heading of it', () => {
    const broken = links.filter(({ path, target }) => {
      const [file = '', anchor] = target.split('#');
      const page = file === '' ? path : normalize(join(dirname(path), file));
      if (!existsSync(join(ROOT, page))) return true;
      return anchor !== undefined && !anchorsOf(readPage(page)).includes(decodeURIComponent(anchor));
    });
    expect(broken).toEqual([]);
  });

  it('every file that is named is there', () => {
    expect(places.filter(({ text }) => !existsSync(join(ROOT, text)))).toEqual([]);
    expect(places.length).toBeGreaterThan(20);
  });

  it('the front page leads to every page, and to every decision', () => {
    const front = new Set(links.filter(({ path }) => path === 'docs/README.md').map(({ target }) => normalize(join('docs', target))));
    const missing = pages.map(({ path }) => path).filter((path) => /^docs\/(?!README|runbook\/Cardrail)/.test(path) && !front.has(path));
    expect(missing).toEqual([]);
    expect(readdirSync(join(ROOT, 'docs/adr')).length).toBeGreaterThan(0);
  });
});
