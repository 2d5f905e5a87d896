import { laneFeed } from '../../src/application/queries/lane-feed';

interface Seen {
  readonly name: string;
  readonly depth: number;
}
const lanes = (vip: number, rest: number): readonly Seen[] => [
  { name: 'vip', depth: vip },
  { name: 'default', depth: rest },
];

/** A feed over pictures that come one second after the other, on a clock that waits for nobody. */
function feedOf(pictures: readonly (readonly Seen[])[], isStillValid: (second: number) => boolean = () => true) {
  const stop = new AbortController();
  let second = 0;
  const feed = laneFeed({
    first: pictures[0] ?? [],
    look: async () => pictures[second] ?? [],
    isStillValid: () => isStillValid(second),
    runtime: {
      sleep: async (ms) => {
        expect(ms).toBe(1_000);
        if (++second >= pictures.length) stop.abort();
      },
    },
    signal: stop.signal,
  });
  return { feed, at: () => second };
}
const told = async ({ feed, at }: ReturnType<typeof feedOf>): Promise<readonly string[]> => {
  const all: string[] = [];
  for await (const { name, depth } of feed) all.push(`${at()}: ${name} ${depth}`);
  return all;
};

describe('a feed of lanes', () => {
  it('tells each lane as it is, then only those that have changed, and no lane twice in one second', async () =>
    expect(await told(feedOf([lanes(0, 5), lanes(0, 5), lanes(0, 7), lanes(1, 7)]))).toEqual([
      '0: vip 0',
      '0: default 5',
      '2: default 7',
      '3: vip 1',
    ]));

  it('tells a slow follower how things are when it asks, not what it has missed', async () => {
    const pictures = [lanes(0, 1), lanes(0, 2)];
    const { feed } = feedOf(pictures);
    expect((await feed.next()).value).toEqual({ name: 'vip', depth: 0 });
    expect((await feed.next()).value).toEqual({ name: 'default', depth: 1 });
    pictures[1] = lanes(0, 9);
    expect((await feed.next()).value).toEqual({ name: 'default', depth: 9 });
  });

  it('ends when the key of its follower is worth nothing any more', async () =>
    expect(await told(feedOf([lanes(0, 1), lanes(0, 2), lanes(0, 3)], (second) => second < 2))).toEqual([
      '0: vip 0',
      '0: default 1',
      '1: default 2',
    ]));
});
