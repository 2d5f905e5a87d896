import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GenericContainer, Wait } from 'testcontainers';
import { FakeMongodb } from './fake-mongodb/fake-mongodb';

export interface RunningMongo {
  readonly url: string;
  stop(): Promise<void>;
}

/** A kind of server that suites can run on, or the reason why it cannot be had here. */
export interface MongoServer {
  readonly name: string;
  readonly missing?: string;
  start(): Promise<RunningMongo>;
}

const fake = (name: string, options: { readonly replicaSet?: string }): MongoServer => ({
  name,
  start: async () => {
    const server = await FakeMongodb.start(options);
    return { url: server.url, stop: () => server.stop() };
  },
});

export const fakeServers: readonly MongoServer[] = [fake('the fake, standing alone', {}), fake('the fake, as a replica set', { replicaSet: 'rs0' })];

const isOnPath = (program: string): boolean => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;

/** Looked for in this order: an address that is given, containers, programs on the path. */
export function realServers(): readonly MongoServer[] {
  const given = process.env['CARDRAIL_TEST_MONGODB_URL'];
  if (given !== undefined)
    return [{ name: 'the server of CARDRAIL_TEST_MONGODB_URL', start: async () => ({ url: given, stop: async () => undefined }) }];
  if (spawnSync('docker', ['info'], { stdio: 'ignore' }).status === 0) return ['7', '8'].map(container);
  if (isOnPath('mongod')) return [program('mongod', (folder, port) => ['--dbpath', folder, '--port', port, '--bind_ip', '127.0.0.1'])];
  if (isOnPath('ferretdb')) return [program('ferretdb', ferretdbArguments)];
  const missing = 'CARDRAIL_TEST_MONGODB_URL is not set, no container engine answers, and neither mongod nor ferretdb is on the path';
  return [{ name: 'a real MongoDB', missing, start: () => Promise.reject(new Error(missing)) }];
}

function container(version: string): MongoServer {
  return {
    name: `MongoDB ${version}, a replica set of one in a container`,
    start: async () => {
      const running = await new GenericContainer(`mongo:${version}`)
        .withCommand(['--replSet', 'rs0', '--bind_ip_all'])
        .withExposedPorts(27_017)
        .withWaitStrategy(Wait.forLogMessage(/Waiting for connections/i))
        .start();
      await running.exec(['mongosh', '--quiet', '--eval', 'rs.initiate({ _id: "rs0", members: [{ _id: 0, host: "localhost:27017" }] })']);
      const url = `mongodb://${running.getHost()}:${running.getMappedPort(27_017)}/?directConnection=true`;
      return { url, stop: async () => void (await running.stop()) };
    },
  };
}

const ferretdbArguments = (folder: string, port: string): string[] => [
  '--handler=sqlite',
  `--sqlite-url=file:${folder}/`,
  `--state-dir=${folder}`,
  `--listen-addr=127.0.0.1:${port}`,
  '--debug-addr=-',
  '--telemetry=disable',
];

function program(name: string, argumentsOf: (folder: string, port: string) => string[]): MongoServer {
  return {
    name: `${name} from the path`,
    start: async () => {
      const folder = mkdtempSync(join(tmpdir(), `cardrail-${name}-`));
      const port = await freePort();
      const child = spawn(name, argumentsOf(folder, String(port)), { stdio: 'ignore' });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      const stop = async (): Promise<void> => {
        child.kill('SIGKILL');
        await ended;
        rmSync(folder, { recursive: true, force: true });
      };
      return { url: `mongodb://127.0.0.1:${port}/`, stop };
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}

/** Runs the suite on each server that can be had, each time with a database of its own; says why it does not run on the others. */
export function onEachServer(
  servers: readonly MongoServer[],
  suite: (name: string, freshPlace: () => { url: string; database: string }) => void,
): void {
  for (const server of servers) {
    if (server.missing !== undefined) {
      process.stdout.write(`skipped on ${server.name}: ${server.missing}\n`);
      describe.skip(`on ${server.name}: ${server.missing}`, () => suite(server.name, () => ({ url: '', database: '' })));
      continue;
    }
    describe(`on ${server.name}`, () => {
      let running: RunningMongo;
      beforeAll(async () => {
        running = await server.start();
      });
      afterAll(() => running.stop());
      suite(server.name, () => ({ url: running.url, database: `test_${randomUUID().replaceAll('-', '')}` }));
    });
  }
}
