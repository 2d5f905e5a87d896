import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { startThread } from '../start-thread';
import type { WriterSetup } from './write-protocol';

export const startWriter = (setup: WriterSetup): Worker => startThread(join(__dirname, 'write-worker'), setup);
