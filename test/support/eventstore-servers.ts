import { spawnSync } from 'node:child_process';
import { GenericContainer, Wait, type StartedTestContainer } from 'testcontainers';

/** A real server that can be had here, or why it cannot. */
export type RealServer =
  | { readonly name: string; readonly start: () => Promise<{ readonly connectionString: string; stop(): Promise<void> }> }
  | { readonly name: string; readonly notRun: string };

const PORT = 2113;
const START_MS = 120_000;
const IMAGES = [
  ['EventStoreDB 23.10', 'eventstore/eventstore:23.10.1-jammy'],
  ['EventStoreDB 24.10', 'eventstore/eventstore:24.10'],
  ['KurrentDB', 'kurrentplatform/kurrentdb:latest'],
] as const;
/** Both families of names: each server ignores those of the other. */
const ENVIRONMENT = Object.fromEntries(
  ['EVENTSTORE', 'KURRENTDB'].flatMap((family) => [
    [`${family}_INSECURE`, 'true'],
    [`${family}_MEM_DB`, 'true'],
  ]),
);

/** An address in CARDRAIL_TEST_EVENTSTORE_URL, else containers; what cannot be had is named with its reason. */
export function realEventStores(): readonly RealServer[] {
  const connectionString = process.env['CARDRAIL_TEST_EVENTSTORE_URL'];
  if (connectionString !== undefined && connectionString !== '')
    return [{ name: 'the server of CARDRAIL_TEST_EVENTSTORE_URL', start: async () => ({ connectionString, stop: async () => undefined }) }];
  const engine = spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], { encoding: 'utf8', timeout: 10_000 });
  const notRun = 'CARDRAIL_TEST_EVENTSTORE_URL is not set and no container engine answers';
  return IMAGES.map(([name, image]) => (engine.status === 0 ? { name, start: () => startContainer(image) } : { name, notRun }));
}

async function startContainer(image: string): Promise<{ readonly connectionString: string; stop(): Promise<void> }> {
  const container: StartedTestContainer = await new GenericContainer(image)
    .withEnvironment(ENVIRONMENT)
    .withExposedPorts(PORT)
    .withWaitStrategy(Wait.forHttp('/health/live', PORT).forStatusCodeMatching((status) => status < 300))
    .withStartupTimeout(START_MS)
    .start();
  return {
    connectionString: `esdb://${container.getHost()}:${container.getMappedPort(PORT)}?tls=false`,
    stop: async () => {
      await container.stop();
    },
  };
}
