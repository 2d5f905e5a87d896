import { parentPort, workerData } from 'node:worker_threads';
import { asked, type Words } from './command-line';
import { tellStory } from './simulate';

/** A thread of its own: is sent seeds, tells their stories one after the other, and sends back each. */
const options = asked(workerData as Words);
let told: Promise<void> = Promise.resolve();

parentPort?.on('message', (seed: number) => {
  told = told.then(async () => parentPort?.postMessage(await tellStory({ ...options, seed })));
});
