import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { HttpCaller } from '../../src/infrastructure/http/http-call';

/** A server on a thread of its own: it answers while this thread does nothing, and says when it has. `/silent` is never answered. */
const SERVER = `
const { createServer } = require('node:http');
const { parentPort, workerData } = require('node:worker_threads');
const say = () => { Atomics.add(workerData, 0, 1); Atomics.notify(workerData, 0); };
const server = createServer((request, response) => {
  if (request.url === '/silent') say();
  else response.end('{}', say);
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;
const TIMEOUT_MS = 100;

const said = new Int32Array(new SharedArrayBuffer(4));
let server: Worker;
let caller: HttpCaller;
beforeAll(async () => {
  server = new Worker(SERVER, { eval: true, workerData: said });
  const [port] = (await once(server, 'message')) as [number];
  caller = new HttpCaller({ baseUrl: `http://127.0.0.1:${port}`, headers: {}, answerBytesMax: 1_000 });
});
afterAll(async () => {
  await caller.release();
  await server.terminate();
});

/** While the call is under way this thread's event loop stands still, as in a long computation: until the server has done its part and the time is over. */
async function calledThroughAPause(path: string) {
  // A connection that is open already: the call itself is one write and one read.
  await caller.call({ method: 'GET', path: '/' }, { timeoutMs: 60_000 });
  await turn();
  const before = Atomics.load(said, 0);
  const answer = caller.call({ method: 'GET', path }, { timeoutMs: TIMEOUT_MS });
  await turn();
  Atomics.wait(said, 0, before, 30_000);
  Atomics.wait(said, 0, before + 1, 2 * TIMEOUT_MS);
  return answer;
}

it('an answer that came while our own process paused is no time-out, although its time was over when it was read', async () => {
  await expect(calledThroughAPause('/')).resolves.toMatchObject({ end: 'replied', status: 200 });
});

it('silence is silence, with a pause of our own or without', async () => {
  await expect(calledThroughAPause('/silent')).resolves.toEqual({ end: 'lost', cause: 'TIMEOUT' });
  await expect(caller.call({ method: 'GET', path: '/silent' }, { timeoutMs: TIMEOUT_MS })).resolves.toEqual({ end: 'lost', cause: 'TIMEOUT' });
});
