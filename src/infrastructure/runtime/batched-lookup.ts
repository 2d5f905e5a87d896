import DataLoader from 'dataloader';

/**
 * Look-ups by key that are asked in one turn of the event loop go out as one question, where asking costs more than answering.
 * Nothing is remembered. What `ask` does not find is null.
 */
export function batchedLookup<Found>(
  ask: (keys: readonly string[]) => Promise<ReadonlyMap<string, Found>>,
  keysMax: number,
): (key: string) => Promise<Found | null> {
  const batch = async (keys: readonly string[]): Promise<(Found | null)[]> => {
    const found = await ask(keys);
    return keys.map((key) => found.get(key) ?? null);
  };
  const loader = new DataLoader<string, Found | null>(batch, { cache: false, maxBatchSize: keysMax, batchScheduleFn: (run) => setImmediate(run) });
  return (key) => loader.load(key);
}
