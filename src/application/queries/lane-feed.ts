import type { Runtime } from '../ports/runtime';

/** A lane is told of at most so often. */
const EVERY_MS = 1_000;

export interface LaneFeedKit<View> {
  /** What is told at once. */
  readonly first: readonly View[];
  /** How all stand now, from memory. */
  readonly look: () => Promise<readonly View[]>;
  /** False once the key that the follower came with is worth nothing any more. */
  readonly isStillValid: () => boolean;
  readonly runtime: Pick<Runtime, 'sleep'>;
  readonly signal: AbortSignal;
}

/**
 * Each lane as it stands, and then again when it stands otherwise, at most once a second. Nothing is kept for a slow follower: it hears less
 * often, and always how things are when it hears. Ends when the signal aborts or the key is worth nothing.
 */
export async function* laneFeed<View extends { readonly name: string }>(kit: LaneFeedKit<View>): AsyncGenerator<View, void, undefined> {
  const { first, look, isStillValid, runtime, signal } = kit;
  const told = new Map<string, string>();
  for (let views = first; ; views = await look()) {
    for (const view of views) {
      const text = JSON.stringify(view);
      if (told.get(view.name) === text) continue;
      if (signal.aborted || !isStillValid()) return;
      told.set(view.name, text);
      yield view;
    }
    await runtime.sleep(EVERY_MS, signal);
    if (signal.aborted || !isStillValid()) return;
  }
}
