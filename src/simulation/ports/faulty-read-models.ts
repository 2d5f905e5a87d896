import { type ReadModels, ReadModelsUnavailable, type WriteBatch, type Generation } from '../../application/ports/read-models';
import type { Life } from '../node/life';
import type { Surroundings } from '../world/surroundings';
import type { Fate } from './faulty-event-store';

/** The read models as one process reaches them: slowly, and not at all while they are away. */
export function faultyReadModels(around: Surroundings, life: Life, fate: Fate): ReadModels {
  const { readModels, delays, outages } = around;
  const assertThere = (): void => {
    if (outages.has('read-models')) throw new ReadModelsUnavailable('the read models are away');
  };
  const through =
    <A extends readonly unknown[], T>(name: string, call: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      await life.sleep(delays.of(`${name} ${life.name}`, 0.2, 2));
      assertThere();
      const answer = await call(...args);
      return life.isAlive ? answer : new Promise<T>(() => undefined);
    };
  const write = async (generation: Generation, batch: WriteBatch): Promise<void> => {
    fate(`before checkpoint ${generation.model}`, undefined);
    await life.sleep(delays.of(`write ${life.name}`, 0.2, 3));
    assertThere();
    await readModels.write(generation, batch);
    fate(`after checkpoint ${generation.model}`, undefined);
    await life.sleep(0.1);
  };
  return {
    prepare: through('prepare', readModels.prepare.bind(readModels)),
    get: through('get', readModels.get.bind(readModels)) as ReadModels['get'],
    getMany: through('getMany', readModels.getMany.bind(readModels)) as ReadModels['getMany'],
    find: through('find', readModels.find.bind(readModels)) as ReadModels['find'],
    count: through('count', readModels.count.bind(readModels)),
    checkpoint: through('checkpoint', readModels.checkpoint.bind(readModels)),
    generations: through('generations', readModels.generations.bind(readModels)),
    startBuild: through('startBuild', readModels.startBuild.bind(readModels)),
    activate: through('activate', readModels.activate.bind(readModels)),
    rows: through('rows', readModels.rows.bind(readModels)),
    write,
    parked: through('parked', readModels.parked.bind(readModels)),
    scan: through('scan', readModels.scan.bind(readModels)),
    close: async () => undefined,
  };
}
