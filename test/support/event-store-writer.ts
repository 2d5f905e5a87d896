import { SystemRuntime } from '../../src/infrastructure/runtime/system-runtime';
import { openSqliteEventStore } from '../../src/infrastructure/sqlite/event-store';
import { StreamBuilder } from './event-builders';

/**
 * A program for tests to kill: `<file> <name>` appends to streams of its own for ever and prints
 * `<stream> <revision> <position>` for each acknowledgement. A pipe is written synchronously, so what was printed was heard.
 */
const WRITERS = 16;
const EVENTS_PER_STREAM = 20;

async function main(file: string, name: string): Promise<void> {
  const store = await openSqliteEventStore({ file, runtime: new SystemRuntime() });
  const write = async (writer: number): Promise<never> => {
    for (let round = 0; ; round++) {
      const order = new StreamBuilder(`order-${name}-${writer}-${round}`);
      for (let i = 0; i < EVENTS_PER_STREAM; i++) {
        const result = await store.append(order.stream, order.expected, order.batch(1 + (i % 3)));
        if (result.outcome !== 'committed') throw new Error(JSON.stringify(result));
        process.stdout.write(`${order.stream} ${result.revision} ${result.position}\n`);
      }
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
}

const [file = '', name = ''] = process.argv.slice(2);
main(file, name).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
