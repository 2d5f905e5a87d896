import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { startThread } from '../start-thread';
import type { WorkerSetup } from './worker-protocol';

export const startWorker = (setup: WorkerSetup): Worker => startThread(join(__dirname, 'append-worker'), setup);
