import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Terminal } from './terminal';

/** Writes the packages that a process has loaded, when it ends. */
const PROBE = `
const { isMainThread } = require('node:worker_threads');
if (isMainThread) process.on('exit', () => {
  const names = Object.keys(require.cache).flatMap((file) => /.*\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)\\//.exec(file)?.[1] ?? []);
  require('node:fs').writeFileSync(process.env.LOADED_TO, JSON.stringify([...new Set(names)]));
});`;

const API = ['@nestjs/core', '@nestjs/common', '@nestjs/cqrs', '@nestjs/graphql', '@apollo/server', 'graphql', 'fastify', 'rxjs'];
/** Loaded where somebody is called, or a file of theirs is read. */
const OUTSIDE = ['undici', 'stripe', 'nodemailer', 'jose', '@eventstore/db-client', 'mongodb', 'ws'];

describe('a process loads what it uses:', () => {
  const terminal = new Terminal();
  const loadedTo = join(terminal.folder, 'loaded.json');
  const probe = join(terminal.folder, 'probe.js');
  const seen = { NODE_OPTIONS: `--require=${probe}`, LOADED_TO: loadedTo };
  const loaded = (): readonly string[] => JSON.parse(readFileSync(loadedTo, 'utf8')) as readonly string[];

  beforeAll(async () => {
    writeFileSync(probe, PROBE);
    await terminal.openShop();
  });
  afterAll(() => terminal.leave());

  it.each<readonly [string, readonly string[]]>([
    ['config print', ['commander', 'zod']],
    ['events catalog --json', ['better-sqlite3', 'commander', 'zod']],
  ])('%s loads no more packages than it needs', async (verb, packages) => {
    expect((await terminal.alone(verb.split(' '), seen)).code).toBe(0);
    expect([...loaded()].sort()).toEqual(packages);
  });

  it.each(['orders list', 'verify', 'cards stats', 'events tail'])('%s: neither the API nor the outside, and no file of settings', async (verb) => {
    expect((await terminal.alone(verb.split(' '), seen)).code).toBe(0);
    expect(loaded().filter((name) => [...API, ...OUTSIDE, 'yaml'].includes(name))).toEqual([]);
  });

  it('apply, which reads YAML, carries out commands without Nest', async () => {
    expect((await terminal.alone(['apply', 'shop.yaml'], seen)).code).toBe(0);
    expect(loaded()).toContain('yaml');
    expect(loaded().filter((name) => API.includes(name))).toEqual([]);
  });

  it.each<readonly [string, readonly string[]]>([
    ['engine,projector,outbox', []],
    ['api', API],
  ])('serve --roles %s: of the API just this: %j', async (roles, packages) => {
    const server = terminal.start(['serve', '--roles', roles], seen);
    const ended = once(server, 'exit');
    if (server.stdout !== null) await once(server.stdout, 'data');
    server.kill('SIGTERM');
    await ended;
    expect(API.filter((name) => loaded().includes(name))).toEqual(packages);
  });
});
