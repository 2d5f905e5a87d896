import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildProgram } from '../../src/cli/program';
import { readConfig, settings } from '../../src/config';
import { type Pages, listenForProbes } from '../../src/probes';
import { SERVER_FLAGS } from '../../src/server-flags';
import { compose, dockerfile, imageEnvironment, ROOT, type Service, text } from './support';

const { services, volumes, networks } = compose();
const own = Object.entries(services).filter(([, { image }]) => image.startsWith('cardrail:'));
const nodes = own.filter(([, { command }]) => command?.includes('serve') === true);
const environmentOf = ({ environment }: Service): Readonly<Record<string, string>> => ({ ...imageEnvironment(), ...environment });

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(command: string, args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, env: { PATH: process.env['PATH'] ?? '', ...environment } });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

describe('docker-compose.yml', () => {
  it('runs every role, and the demo: both stores, a sandbox, and what sets it up', () => {
    const roles = nodes.flatMap(([, { command }]) => command?.at(-1)?.split(',') ?? []);
    expect(roles.sort()).toEqual(['api', 'engine', 'outbox', 'projector']);
    expect(Object.keys(services)).toEqual(expect.arrayContaining(['setup', 'sandbox', 'eventstore', 'mongo-1', 'mongo-2', 'mongo-3']));
    expect(services['engine']?.deploy?.replicas).toBeGreaterThan(1);
  });

  it('names only services, volumes and networks that there are', () => {
    for (const [name, service] of Object.entries(services)) {
      const depends = Array.isArray(service.depends_on) ? service.depends_on : Object.keys(service.depends_on ?? {});
      for (const other of depends) expect({ name, other, there: other in services }).toEqual({ name, other, there: true });
      for (const volume of service.volumes ?? []) expect(Object.keys(volumes)).toContain(volume.split(':')[0]);
      for (const network of service.networks) expect(Object.keys(networks)).toContain(network);
    }
  });

  it('pins every image to one version', () => {
    const images = [
      ...Object.values(services).map(({ image }) => image),
      ...dockerfile().flatMap(({ word, rest }) => (word === 'FROM' ? [rest.split(' ')[0] ?? ''] : [])),
    ];
    for (const image of images) expect(image).toMatch(/^[a-z/]+:\d+\.\d+\.\d+(-[a-z-]+)?$/);
  });

  it.each(own)('%s runs with a read-only root, no capabilities, no way to new ones and no core dumps', (_name, service) => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], ulimits: { core: 0 }, security_opt: ['no-new-privileges:true'], init: true });
  });

  it('publishes the API on loopback and nothing else, at the port it listens on, one for each of them', () => {
    const published = Object.entries(services).flatMap(([name, { ports = [] }]) => ports.map((port) => `${name} ${port}`));
    expect(published).toEqual([`api 127.0.0.1:4000-4001:${imageEnvironment()['CARDRAIL_PORT']}`]);
    expect(services['api']?.deploy?.replicas).toBe(2);
  });

  it.each(nodes)('%s gets only settings that there are, and they make a configuration', (_name, service) => {
    const environment = environmentOf(service);
    for (const name of Object.keys(environment).filter((one) => one.startsWith('CARDRAIL_'))) expect(Object.keys(settings)).toContain(name);
    const config = readConfig({ ...environment, CARDRAIL_ROLES: service.command?.at(-1) ?? '' });
    expect(config.warnings).toEqual([]);
    expect(config.values).toMatchObject({ CARDRAIL_STORE: 'eventstoredb', CARDRAIL_READ_MODELS: 'mongodb' });
  });

  it('stops a process later than it may drain', () => {
    for (const [, service] of nodes) {
      const { CARDRAIL_DRAIN_MS, CARDRAIL_DRAIN_NOTICE_MS = 2_000 } = readConfig(environmentOf(service)).values;
      expect(Number.parseInt(service.stop_grace_period ?? '', 10) * 1_000).toBeGreaterThan(CARDRAIL_DRAIN_MS + CARDRAIL_DRAIN_NOTICE_MS);
    }
  });

  it('runs verbs and programs that there are', () => {
    const verbs = buildProgram().commands.map((command) => command.name());
    for (const [, { command = [] }] of own) {
      const program = command[1] ?? '';
      if (command.length === 0) continue;
      expect(command[0]).toBe('node');
      if (program === 'bin/cardrail.js') expect(verbs).toContain(command[2]);
      else expect(existsSync(join(ROOT, program.replace(/^dist\/(.*)\.js$/, 'src/$1.ts')))).toBe(true);
    }
  });

  it('runs servers with the flags that all our starters give them', () => {
    const flags = SERVER_FLAGS.join(' ');
    expect(imageEnvironment()['NODE_OPTIONS']).toBe(flags);
    expect(text('bin/cardrail.js').split('\n')[0]).toBe(`#!/usr/bin/env -S node ${flags}`);
  });

  it('holds no secret', () => {
    const files = ['Dockerfile', 'docker-compose.yml', 'deploy/container/entrypoint.sh', 'deploy/demo/setup.sh'];
    for (const file of files) {
      expect(text(file)).not.toMatch(/whsec_|:\/\/[^/\s:@]+:[^/\s@]+@|[A-Za-z0-9_-]{43,}/);
      expect(text(file)).not.toMatch(/^\s*-?\s*\w*(_KEY|SECRET|PASSWORD|TOKEN)\s*[:=]\s*\S/m);
    }
  });
});

describe('Dockerfile', () => {
  const all = dockerfile();
  const last = all.slice(all.findLastIndex(({ word }) => word === 'FROM'));
  const wordOf = (word: string): string => last.find((one) => one.word === word)?.rest ?? '';

  it('builds in one stage and runs in another, as nobody in particular', () => {
    expect(all.filter(({ word }) => word === 'FROM')).toHaveLength(2);
    expect(wordOf('USER')).toMatch(/^[1-9]\d{3,}:[1-9]\d{3,}$/);
    expect(last.slice(last.findIndex(({ word }) => word === 'USER')).map(({ word }) => word)).not.toContain('RUN');
  });

  it('copies only what is there, and what .dockerignore lets through', () => {
    const allowed = text('.dockerignore')
      .split('\n')
      .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
    const copied = all.filter(({ word, rest }) => word === 'COPY' && !rest.startsWith('--from'));
    for (const source of copied.flatMap(({ rest }) => rest.split(/\s+/).slice(0, -1))) {
      expect({ source, there: existsSync(join(ROOT, source)) }).toEqual({ source, there: true });
      expect(allowed).toContain(source);
    }
  });

  it('opens the ports that it listens on', () => {
    const { CARDRAIL_PORT, CARDRAIL_PROBE_PORT } = imageEnvironment();
    expect(wordOf('EXPOSE').split(' ')).toEqual([CARDRAIL_PORT, CARDRAIL_PROBE_PORT]);
  });

  it.each([
    [true, 0],
    [false, 1],
  ])('its health check, asked of the real listener: ready %s, ends with %d', async (ready, code) => {
    const [, command = '[]'] = /CMD (\[.*\])$/.exec(wordOf('HEALTHCHECK')) ?? [];
    const [program = '', ...args] = JSON.parse(command) as string[];
    const port = await freePort();
    const pages: Pages = { readiness: async () => ({ ready, reasons: ready ? [] : ['draining'] }), metrics: async () => '' };
    const probes = await listenForProbes(pages, 'text/plain', port, '127.0.0.1');
    try {
      const ended = await run(program, args, { CARDRAIL_PROBE_PORT: String(port) });
      expect({ code: ended.code, said: JSON.parse(ended.stdout) as object }).toEqual({ code, said: await pages.readiness() });
    } finally {
      await probes.close();
    }
  });

  it('its health check of a process that is not there ends with 1', async () => {
    const ended = await run('node', ['deploy/container/health.js'], { CARDRAIL_PROBE_PORT: String(await freePort()) });
    expect(ended.code).toBe(1);
  });
});

describe('in a container', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'cardrail-container-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('files of /run/secrets become variables; what is set stays, and a name that is none is passed over', async () => {
    await writeFile(join(folder, 'STOREFRONT_KEY'), "it's $HOME `x` \\n");
    await writeFile(join(folder, 'ADMIN_KEY'), 'from the file');
    await writeFile(join(folder, 'not-a-name'), 'x');
    const print = 'process.stdout.write(JSON.stringify([process.env.STOREFRONT_KEY, process.env.ADMIN_KEY]))';
    const { code, stdout } = await run('sh', ['deploy/container/entrypoint.sh', 'node', '-e', print], { SECRETS_DIR: folder, ADMIN_KEY: 'set' });
    expect([code, JSON.parse(stdout)]).toEqual([0, ["it's $HOME `x` \\n", 'set']]);
  });

  it('the set-up makes a shop from nothing, and changes nothing when it runs again', async () => {
    const secrets = join(folder, 'secrets');
    const environment = {
      SECRETS_DIR: secrets,
      CARDRAIL_DATA_DIR: join(folder, 'data'),
      CARDRAIL_KEYRING_FILE: join(folder, 'keyring.json'),
      CARDRAIL_ENV: 'development',
    };
    const first = await run('sh', ['deploy/demo/setup.sh'], environment);
    expect({ code: first.code, stderr: first.code === 0 ? '' : first.stderr }).toEqual({ code: 0, stderr: '' });
    for (const name of await readdir(secrets)) expect((await stat(join(secrets, name))).mode & 0o077).toBe(0);
    const keyring = await readFile(join(folder, 'keyring.json'), 'utf8');
    const count = async (): Promise<number> => {
      const { stdout } = await run('node', ['bin/cardrail.js', 'events', 'export'], environment);
      return stdout.split('\n').length - 1;
    };
    const events = await count();
    expect(events).toBeGreaterThan(1_000);
    expect((await run('sh', ['deploy/demo/setup.sh'], environment)).code).toBe(0);
    expect(await readFile(join(folder, 'keyring.json'), 'utf8')).toBe(keyring);
    expect(await count()).toBe(events);
  }, 240_000);
});
