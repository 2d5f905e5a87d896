import type { Worker } from 'node:worker_threads';
import { type Generation, ReadModelsUnavailable } from '../../../application/ports/read-models';
import { startWriter } from './start-writer';
import type { Command, FromWriter, Outcome, ToWriter, Trouble } from './write-protocol';

/** Commands that wait or are under way at most; one more is refused. */
export const QUEUE_COMMANDS_MAX = 1_024;
/** JSON text that waits or is under way at most, in UTF-16 code units; a command that finds the queue empty may be longer. */
const QUEUE_CHARS_MAX = 64 * 1_024 * 1_024;
/** One message and one transaction hold no more text than this, but for their last command: both threads have a copy of it. */
const GROUP_CHARS_MAX = 8 * 1_024 * 1_024;
const CLOSE_TIMEOUT_MS = 10_000;

/** The file failed under a group: nothing of it was written. */
export class WriteFailed extends Error {
  override readonly name = 'WriteFailed';

  constructor(
    readonly trouble: Trouble,
    message: string,
  ) {
    super(message);
  }
}

interface Member {
  readonly command: Command;
  readonly chars: number;
  resolve(done: Generation | null): void;
  reject(error: Error): void;
}

/** A thread with its end. */
interface Thread {
  readonly worker: Worker;
  readonly ended: Promise<void>;
}

/**
 * The event loop's side of the writer. What is asked for in one turn of the event loop, or while a group is under way, is the next group:
 * one message there, one transaction, one message back. The thread is started by the first command, holds up no process that has
 * nothing else to do, and when it dies the next command starts another: to write twice does no harm.
 */
export class WriteQueue {
  private readonly waiting: Member[] = [];
  private underWay: readonly Member[] = [];
  private chars = 0;
  private thread: Thread | undefined;
  private closed = false;
  private emptied: () => void = () => undefined;

  constructor(
    private readonly file: string,
    private readonly start: typeof startWriter = startWriter,
  ) {}

  /**
   * Resolves when it is committed. Rejects with WriteFailed when the file failed; with ReadModelsUnavailable when the queue is closed or
   * full, or when the writer died meanwhile, so that nobody knows; with what stands in its way when it was refused.
   */
  add(command: Command, chars: number): Promise<Generation | null> {
    return new Promise((resolve, reject) => {
      if (this.closed) return reject(new ReadModelsUnavailable('the read models are closed'));
      if (this.isFull(chars)) return reject(new ReadModelsUnavailable('too many writes of read models are waiting'));
      this.chars += chars;
      this.waiting.push({ command, chars, resolve, reject });
      if (this.waiting.length === 1) setImmediate(() => this.send());
    });
  }

  /** Whoever waits is told that the file is gone. Resolves when the writer has let go of it; what is added from then on goes to a new one. */
  async abandon(why: string): Promise<void> {
    this.settle([...this.underWay, ...this.waiting.splice(0)], (member) => member.reject(new ReadModelsUnavailable(why)));
    this.underWay = [];
    await this.end(this.takeThread(), AbortSignal.timeout(CLOSE_TIMEOUT_MS));
  }

  /** Lets everything that was accepted end, then the writer. What comes later is refused. */
  async close(): Promise<void> {
    this.closed = true;
    const late = AbortSignal.timeout(CLOSE_TIMEOUT_MS);
    this.send();
    await this.untilEmpty(late);
    const thread = this.takeThread();
    this.settle([...this.underWay, ...this.waiting.splice(0)], (member) => member.reject(new ReadModelsUnavailable('not written before the end')));
    this.underWay = [];
    await this.end(thread, late);
  }

  private isFull(chars: number): boolean {
    const members = this.waiting.length + this.underWay.length;
    return members >= QUEUE_COMMANDS_MAX || (members > 0 && this.chars + chars > QUEUE_CHARS_MAX);
  }

  private send(): void {
    if (this.underWay.length > 0 || this.waiting.length === 0) return;
    this.underWay = this.nextGroup();
    this.thread ??= this.startThread();
    // A process does not end while somebody waits for a write.
    this.thread.worker.ref();
    try {
      this.thread.worker.postMessage({ kind: 'commit', commands: this.underWay.map(({ command }) => command) } satisfies ToWriter);
    } catch (error) {
      this.refuse(this.thread.worker, error as Error);
    }
  }

  /** Something in it is no plain data: a defect of who asked for it, which the writer never sees. */
  private refuse(worker: Worker, why: Error): void {
    this.settle(this.answered(worker), (member) => member.reject(why));
    this.goOn();
  }

  private nextGroup(): readonly Member[] {
    let chars = 0;
    const last = this.waiting.findIndex((member) => (chars += member.chars) >= GROUP_CHARS_MAX);
    return this.waiting.splice(0, last === -1 ? this.waiting.length : last + 1);
  }

  private startThread(): Thread {
    const worker = this.start({ file: this.file });
    worker.unref();
    let cause: string | undefined;
    const isCurrent = (): boolean => this.thread?.worker === worker;
    worker.on('message', (message: FromWriter) => {
      if (isCurrent()) this.hear(worker, message);
    });
    worker.once('error', (error) => (cause = error.message));
    const ended = new Promise<void>((resolve) => {
      worker.once('exit', (code) => {
        if (isCurrent()) this.lose(cause ?? `it ended with code ${code}`);
        resolve();
      });
    });
    return { worker, ended };
  }

  private hear(worker: Worker, message: FromWriter): void {
    const members = this.answered(worker);
    if (message.kind === 'failed') this.settle(members, (member) => member.reject(new WriteFailed(message.trouble, message.message)));
    else this.settle(members, (member, index) => answer(member, message.outcomes[index]));
    this.goOn();
  }

  private answered(worker: Worker): readonly Member[] {
    const members = this.underWay;
    this.underWay = [];
    worker.unref();
    return members;
  }

  /** Those under way may have been written or not: who asked for them looks again. */
  private lose(cause: string): void {
    const members = this.underWay;
    this.underWay = [];
    this.thread = undefined;
    this.settle(members, (member) => member.reject(new ReadModelsUnavailable(`the writer of the read models died: ${cause}`)));
    this.goOn();
  }

  private settle(members: readonly Member[], tell: (member: Member, index: number) => void): void {
    members.forEach((member, index) => {
      this.chars -= member.chars;
      tell(member, index);
    });
  }

  private goOn(): void {
    if (this.waiting.length > 0) this.send();
    else this.emptied();
  }

  private async untilEmpty(late: AbortSignal): Promise<void> {
    if (this.waiting.length + this.underWay.length === 0) return;
    const empty = new Promise<void>((resolve) => (this.emptied = resolve));
    await Promise.race([empty, untilAborted(late)]);
  }

  /** What it says from now on concerns nobody. */
  private takeThread(): Thread | undefined {
    const { thread } = this;
    this.thread = undefined;
    return thread;
  }

  private async end(thread: Thread | undefined, late: AbortSignal): Promise<void> {
    if (thread === undefined) return;
    thread.worker.ref();
    thread.worker.postMessage({ kind: 'close' } satisfies ToWriter);
    await Promise.race([thread.ended, untilAborted(late)]);
    // One that the disk holds is left to end by itself: a thread that is stopped inside SQLite may take the whole process with it.
    thread.worker.unref();
  }
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

function answer(member: Member, outcome: Outcome | undefined): void {
  if (outcome === undefined) member.reject(new ReadModelsUnavailable('the writer left a write out of its answer'));
  else if ('refused' in outcome) member.reject(new Error(outcome.refused));
  else member.resolve(outcome.done);
}
