import cluster, { type Worker } from 'node:cluster';
import { textOf } from '../workbench';

type Part = readonly object[];

/** What processes of one shop say to each other about their metrics. `id` pairs an answer with its question. */
type Message =
  | { readonly metrics: 'page?'; readonly id: number }
  | { readonly metrics: 'page'; readonly id: number; readonly text: string }
  | { readonly metrics: 'part?'; readonly id: number }
  | { readonly metrics: 'part'; readonly id: number; readonly part: Part };

/** A process that does not answer in time is left out: its series are missing, which an alert sees. Both are below the 10 s of a scrape. */
const PART_MS = 3_000;
const PAGE_MS = 8_000;

const isMessage = (message: unknown): message is Message => typeof message === 'object' && message !== null && 'metrics' in message;

/** Answers by number, each waited for a bounded time. */
class Questions<Answer> {
  private readonly open = new Map<number, (answer: Answer | null) => void>();
  private count = 0;

  constructor(private readonly waitMs: number) {}

  /** Null when nobody answers in time. */
  ask(send: (id: number) => void): Promise<Answer | null> {
    const id = ++this.count;
    return new Promise((resolve) => {
      const settle = (answer: Answer | null): void => {
        clearTimeout(timer);
        this.open.delete(id);
        resolve(answer);
      };
      const timer = setTimeout(settle, this.waitMs, null);
      this.open.set(id, settle);
      send(id);
    });
  }

  answer(id: number, answer: Answer): void {
    this.open.get(id)?.(answer);
  }
}

/** In the first process: answers workers that were asked for the page of all. Returns the page itself, for a listener of its own. */
export function gatherFromWorkers(own: () => Promise<Part>): () => Promise<string> {
  const questions = new Questions<Part>(PART_MS);
  const page = async (): Promise<string> => {
    const workers = Object.values(cluster.workers ?? {}).filter((worker): worker is Worker => worker?.isConnected() === true);
    const asked = workers.map((worker) => questions.ask((id) => tell(worker, { metrics: 'part?', id })));
    const parts = await Promise.all([own(), ...asked]);
    return textOf(parts.filter((part) => part !== null));
  };
  cluster.on('message', (worker: Worker, message: unknown) => {
    if (!isMessage(message)) return;
    if (message.metrics === 'part') questions.answer(message.id, message.part);
    if (message.metrics === 'page?') void page().then((text) => tell(worker, { metrics: 'page', id: message.id, text }));
  });
  return page;
}

const tell = (worker: Worker, message: Message): void => {
  if (worker.isConnected()) worker.send(message, () => undefined);
};

/** In a worker: tells its numbers when asked, and asks the first process for the page of all. */
export function workerMetrics(own: () => Promise<Part>): () => Promise<string> {
  const questions = new Questions<string>(PAGE_MS);
  const say = (message: Message): void => void process.send?.(message, undefined, undefined, () => undefined);
  process.on('message', (message: unknown) => {
    if (!isMessage(message)) return;
    if (message.metrics === 'page') questions.answer(message.id, message.text);
    if (message.metrics === 'part?') void own().then((part) => say({ metrics: 'part', id: message.id, part }));
  });
  return async () => (await questions.ask((id) => say({ metrics: 'page?', id }))) ?? textOf([await own()]);
}
