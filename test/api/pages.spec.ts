import { createHash } from 'node:crypto';
import { orderNumberFor } from '../../src/domain/kernel/ids';
import { buyerShell, consoleShell, pageFiles, sharedShell } from '../../src/api/pages/page-files';

const ORDER_NUMBER = orderNumberFor('0198c0de-0000-5000-8000-000000000001');
const shells = { 'the buyer page': buyerShell(ORDER_NUMBER), 'a shared order': sharedShell(ORDER_NUMBER), 'the console': consoleShell() };
const assets = [...pageFiles].map(([path, { body }]) => ({ path, text: body.toString() }));
const scripts = assets.filter(({ path }) => path.endsWith('.js'));
const everything = [...assets, ...Object.entries(shells).map(([path, { body }]) => ({ path, text: body }))];

const referencesOf = (text: string): readonly string[] => Array.from(text.matchAll(/["'](\/assets\/[^"']*)["']/g), ([, path = '']) => path);

describe.each(Object.entries(shells))('%s', (_name, { status, headers, body }) => {
  test('lets nothing run, load or connect but what we serve ourselves', () => {
    expect(status).toBe(200);
    const policy = Object.fromEntries(
      (headers['content-security-policy'] ?? '').split('; ').map((directive) => [directive.split(' ')[0], directive]),
    );
    expect(policy).toMatchObject({
      'default-src': "default-src 'none'",
      'script-src': "script-src 'self'",
      'style-src': "style-src 'self'",
      'connect-src': "connect-src 'self'",
      'img-src': "img-src 'self' data:",
      'base-uri': "base-uri 'none'",
      'form-action': "form-action 'none'",
      'frame-ancestors': "frame-ancestors 'none'",
    });
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
  });

  test('holds no inline script, style or handler', () => {
    expect(body).not.toMatch(/<script(?![^>]*\ssrc=)/i);
    expect(body).not.toMatch(/<style|\sstyle=/i);
    expect(body).not.toMatch(/\son[a-z]+=/i);
    expect(body).not.toMatch(/javascript:/i);
  });

  test('finds every element its scripts ask for', () => {
    const asked = reachableFrom(body).flatMap((text) => Array.from(text.matchAll(/byId\('([a-z-]+)'\)/g), ([, id = '']) => id));
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.filter((id) => !body.includes(`id="${id}"`))).toEqual([]);
  });
});

function reachableFrom(text: string, seen = new Set<string>()): readonly string[] {
  const fresh = referencesOf(text).filter((path) => path.endsWith('.js') && !seen.has(path));
  fresh.forEach((path) => seen.add(path));
  return fresh.flatMap((path) => {
    const script = pageFiles.get(path)?.body.toString() ?? '';
    return [script, ...reachableFrom(script, seen)];
  });
}

describe('assets', () => {
  test('everything that is referred to is served, and everything served is referred to', () => {
    const referred = new Set(everything.flatMap(({ text }) => referencesOf(text)));
    expect([...referred].sort()).toEqual([...pageFiles.keys()].sort());
  });

  test('nothing refers to another origin', () => {
    const foreign = everything.flatMap(({ path, text }) =>
      Array.from(text.matchAll(/(?:https?:)?\/\/[\w-]+(?:\.[\w-]+)+/gi), ([url]) => `${path}: ${url}`),
    );
    // The name of a vocabulary is no address that anybody loads.
    expect(foreign.filter((line) => !line.endsWith('http://www.w3.org'))).toEqual([]);
  });

  test('a path carries a hash of its content, so it may be kept for ever', () => {
    for (const [path, { body, headers }] of pageFiles) {
      expect(path).toMatch(/^\/assets\/[a-z-]+\.[0-9a-f]{16}\.[a-z]+$/);
      expect(path).toContain(createHash('sha256').update(body).digest('hex').slice(0, 16));
      expect(headers).toMatchObject({ 'cache-control': 'public, max-age=31536000, immutable', 'x-content-type-options': 'nosniff' });
    }
  });

  test('an unknown path is nothing, also one without the hash or with a way out of the folder', () => {
    for (const path of ['/assets/buyer.js', '/assets/', '/assets/../page-files.ts', '/assets/buyer.0000000000000000.js'])
      expect(pageFiles.get(path)).toBeUndefined();
  });

  test('content types are exact', () => {
    const types = new Set([...pageFiles].map(([path, { contentType }]) => `${path.slice(path.lastIndexOf('.'))} ${contentType}`));
    expect([...types].sort()).toEqual(['.css text/css; charset=utf-8', '.js text/javascript; charset=utf-8', '.svg image/svg+xml']);
  });

  test('no script turns text into markup or into code', () => {
    expect(scripts.length).toBeGreaterThan(10);
    for (const { text } of scripts)
      expect(text).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser|createContextualFragment/);
  });
});

describe('the order number on the buyer page', () => {
  test.each(['"><script>alert(1)</script>', "' onload='alert(1)", '<img src=x>'])('%s is text, never markup', (typed) => {
    const { body, status } = buyerShell(typed);
    expect(status).toBe(200);
    expect(body).not.toContain(typed);
    expect(body.match(/<script/g)).toHaveLength(1);
  });

  test('stands there as it is, though its check character may be a `$`', () => {
    expect(buyerShell('$&$1$`').body).toContain('data-order-number="$&amp;$1$`"');
  });

  test('is read as people type it', () => {
    expect(buyerShell(` ${ORDER_NUMBER.toLowerCase()} `).body).toContain(`data-order-number="${ORDER_NUMBER}"`);
  });

  test('is cut off where it can be no order number', () => {
    expect(buyerShell('9'.repeat(100_000)).body.length).toBeLessThan(buyerShell('').body.length + 500);
  });
});
