import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(__dirname, '../..');

/** A fenced block: the words behind the fence (`json event` says what the JSON is), the text, and where it stands. */
export interface Block {
  readonly language: string;
  readonly claim: string;
  readonly text: string;
  /** File and line, for the message of a failing test. */
  readonly where: string;
}

export interface Page {
  /** From the root of the repository. */
  readonly path: string;
  /** Everything outside of fences. */
  readonly prose: string;
  readonly blocks: readonly Block[];
}

const FENCE = /^ *```(\w*) *([^\n]*)\n([\s\S]*?)^ *```$/gm;

export function readPage(path: string): Page {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const blocks = [...text.matchAll(FENCE)].map(({ 1: language = '', 2: claim = '', 3: inside = '', index }) => ({
    language,
    claim: claim.trim(),
    text: inside,
    where: `${path}:${text.slice(0, index).split('\n').length}`,
  }));
  return { path, prose: text.replaceAll(FENCE, ''), blocks };
}

const pagesUnder = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));

/** Everything that is written for people. */
export const pages: readonly Page[] = ['README.md', 'README.zh-CN.md', ...pagesUnder('docs')].map(readPage);

export const blocksIn = (...languages: readonly string[]): readonly Block[] =>
  pages.flatMap(({ blocks }) => blocks.filter(({ language }) => languages.includes(language)));

/** A document of a page and the variables right behind it. */
interface Operation {
  readonly where: string;
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>> | null;
}

/** Every GraphQL block; a `json variables` block belongs to the one right before it. */
export const operationsOf = ({ blocks }: Page): readonly Operation[] =>
  blocks.flatMap(({ language, text, where }, at) => {
    if (language !== 'graphql') return [];
    const next = blocks[at + 1];
    return [{ where, text, variables: next?.claim === 'variables' ? (JSON.parse(next.text) as Record<string, unknown>) : null }];
  });
