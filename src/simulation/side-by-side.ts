import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Words } from './command-line';
import type { ToldStory } from './simulate';

/** Each thread holds a whole shop in a heap of its own: no more of them, however many cores there are. */
const THREADS_MAX = 8;
/** Stories that each thread is asked for ahead of the one that is waited for. */
const AHEAD_MAX = 3;
/** A story makes much garbage that is soon forgotten: with room for it, little of it is ever copied. */
const YOUNG_MB = 64;

interface Listener {
  resolve(story: ToldStory): void;
  reject(error: Error): void;
}

/** One thread and those who wait for its stories, which come in the order in which they were asked for. */
class StoryThread {
  private readonly worker: Worker;
  private readonly listeners: Listener[] = [];

  constructor(words: Words) {
    this.worker = new Worker(join(__dirname, 'story-thread.js'), { workerData: words, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
    this.worker.on('message', (story: ToldStory) => this.listeners.shift()?.resolve(story));
    this.worker.on('error', (error: Error) => this.fail(error));
    this.worker.on('exit', () => this.fail(new Error('a thread that told stories is gone')));
  }

  get waiting(): number {
    return this.listeners.length;
  }

  tell(seed: number): Promise<ToldStory> {
    const told = new Promise<ToldStory>((resolve, reject) => this.listeners.push({ resolve, reject }));
    // Whoever asked may still be busy with an earlier one when this fails, and hears of it when its turn comes.
    told.catch(() => undefined);
    this.worker.postMessage(seed);
    return told;
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private fail(error: Error): void {
    for (const listener of this.listeners.splice(0)) listener.reject(error);
  }
}

/** Tells stories on as many cores as there are, and hands them out in the order of their seeds. Ends its threads when nobody wants more. */
export async function* toldSideBySide(words: Words, seeds: readonly number[]): AsyncGenerator<ToldStory> {
  const threads = Array.from({ length: Math.min(THREADS_MAX, availableParallelism(), seeds.length) }, () => new StoryThread(words));
  const idlest = (): StoryThread => threads.reduce((least, thread) => (thread.waiting < least.waiting ? thread : least));
  const underWay: Promise<ToldStory>[] = [];
  try {
    for (const seed of seeds) {
      underWay.push(idlest().tell(seed));
      if (underWay.length >= AHEAD_MAX * threads.length) yield* firstOf(underWay);
    }
    while (underWay.length > 0) yield* firstOf(underWay);
  } finally {
    await Promise.all(threads.map((thread) => thread.end()));
  }
}

async function* firstOf(underWay: Promise<ToldStory>[]): AsyncGenerator<ToldStory> {
  const next = underWay.shift();
  if (next !== undefined) yield await next;
}
