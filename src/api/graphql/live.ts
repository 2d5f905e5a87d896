import { Inject, Injectable } from '@nestjs/common';
import { API_OPTIONS, type ApiOptions } from '../api-options';
import { ApiError } from '../errors/api-error';

/** Live subscriptions of this node, of all kinds together. */
@Injectable()
export class LiveSeats {
  private taken = 0;

  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  /** Throws SERVICE_UNAVAILABLE when there is none left. Returns what gives it back, once however often it is called. */
  take(instead: string): () => void {
    if (this.taken >= this.options.subscriptionsMax)
      throw new ApiError('SERVICE_UNAVAILABLE', `Too many live subscriptions. Ask again with \`${instead}\` meanwhile.`, { retryAfterMs: 5_000 });
    this.taken++;
    let held = true;
    return () => {
      if (held) this.taken--;
      held = false;
    };
  }
}

/** Steps in the words of the schema. `return()` also ends them while they wait, as a generator alone would not. `ended` is called at least once. */
export function live<Step, Shown>(
  steps: AsyncGenerator<Step, void, undefined>,
  present: (step: Step) => Shown,
  stop: AbortController,
  ended: () => void,
): AsyncIterableIterator<Shown> {
  const end = (): { readonly done: true; readonly value: undefined } => {
    ended();
    stop.abort();
    return { done: true, value: undefined };
  };
  const iterator: AsyncIterableIterator<Shown> = {
    [Symbol.asyncIterator]: () => iterator,
    next: async () => {
      try {
        const step = await steps.next();
        return step.done === true ? end() : { done: false, value: present(step.value) };
      } catch (error) {
        end();
        throw error;
      }
    },
    return: async () => {
      const done = end();
      await steps.return();
      return done;
    },
  };
  return iterator;
}
