import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseOrderNumber } from '../../domain/kernel/ids';

/** A static file as it is served. `headers` come besides the content type; their names are lower-case. */
export interface PageFile {
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A whole answer to GET; `headers` hold the content type, too. */
export interface Shell {
  readonly status: 200;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const FOLDER = join(__dirname, 'files');
const TYPES: Readonly<Record<string, string>> = { css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8', svg: 'image/svg+xml' };
const HASH_CHARACTERS = 16;
/** What may be typed or pasted as an order number; the rest of a longer text is none. */
const NUMBER_CHARACTERS_MAX = 40;

/** Only our own files, nothing inline, no frames, no forms, no text that becomes markup: what a page can do is what these few files do. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const SHELL_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};
const ASSET_HEADERS = { 'x-content-type-options': 'nosniff', 'cache-control': 'public, max-age=31536000, immutable' };

/** `'./name.js'` and its like, in scripts and in shells. */
const REFERENCE = /(["'])\.\/([a-z-]+\.(?:js|css|svg))\1/g;

/** Files of the pages by path. A path carries a hash of its content, and so of everything it refers to: it may be kept for ever. */
class PageFiles {
  readonly byPath = new Map<string, PageFile>();
  private readonly pathByName = new Map<string, string>();

  constructor() {
    for (const name of readdirSync(FOLDER).sort()) if (!name.endsWith('.html')) this.pathOf(name);
  }

  /** The text with every reference to a file turned into its path. */
  linked(text: string): string {
    return text.replace(REFERENCE, (_whole, quote: string, name: string) => `${quote}${this.pathOf(name)}${quote}`);
  }

  /** Files refer to each other without cycles, so each is hashed after those it needs. */
  private pathOf(name: string): string {
    const known = this.pathByName.get(name);
    if (known !== undefined) return known;
    const body = Buffer.from(this.linked(readFileSync(join(FOLDER, name), 'utf8')));
    const dot = name.lastIndexOf('.');
    const extension = name.slice(dot + 1);
    const path = `/assets/${name.slice(0, dot)}.${createHash('sha256').update(body).digest('hex').slice(0, HASH_CHARACTERS)}.${extension}`;
    this.pathByName.set(name, path);
    this.byPath.set(path, { contentType: TYPES[extension] ?? 'application/octet-stream', headers: ASSET_HEADERS, body });
    return path;
  }
}

const files = new PageFiles();
/** Every file by its exact path, such as `/assets/buyer.0123456789abcdef.js`. */
export const pageFiles: ReadonlyMap<string, PageFile> = files.byPath;

const shellOf = (name: string): string => files.linked(readFileSync(join(FOLDER, name), 'utf8'));
const [buyer, sharedOrder, graphqlConsole] = [shellOf('buyer.html'), shellOf('shared.html'), shellOf('console.html')];

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** The same page for every order: what it shows comes from the API, opened by the token in the fragment, which no server ever sees. */
function orderShell(page: string, typed: string): Shell {
  const orderNumber = escaped(parseOrderNumber(typed) ?? typed.slice(0, NUMBER_CHARACTERS_MAX));
  // Through a function: a check character may be `$`, which a replacement text would interpret.
  return { status: 200, headers: SHELL_HEADERS, body: page.replaceAll('{{orderNumber}}', () => orderNumber) };
}

/** For the buyer of an order. */
export const buyerShell = (typed: string): Shell => orderShell(buyer, typed);

/** For somebody outside whom the shop has given a link to an order. */
export const sharedShell = (typed: string): Shell => orderShell(sharedOrder, typed);

/** An editor for documents, with the schema beside it. */
export const consoleShell = (): Shell => ({ status: 200, headers: SHELL_HEADERS, body: graphqlConsole });
