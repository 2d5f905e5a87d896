import type { LeaseRecord, Leases } from '../../src/application/ports/leases';

/** How a suite gets its store: a fresh, empty one for each test. `open` gives one more connection to it, as another process has. */
export interface LeaseStore {
  open(): Leases;
  dispose(): Promise<void>;
}

const CONTENDERS = 8;

/** What every store of leases promises. Knows the port and nothing else. */
export function describeLeasesContract(name: string, openFresh: () => Promise<LeaseStore>): void {
  describe(`leases contract: ${name}`, () => {
    let store: LeaseStore;
    beforeEach(async () => {
      store = await openFresh();
    });
    afterEach(() => store.dispose());

    const x = async (leases: Leases): Promise<LeaseRecord | undefined> => (await leases.read(['x'])).get('x');

    it('a lease that was never held is not there', async () => {
      expect(await store.open().read(['x'])).toEqual(new Map());
    });

    it('is claimed under the next term, without a sign of life yet', async () => {
      const leases = store.open();
      expect(await leases.claim('x', 'a', 0)).toBe(true);
      expect(await x(leases)).toEqual({ holder: 'a', term: 1, beat: 0 });
    });

    it.each([0, 1])('of many claims at term %i one is told yes', async (term) => {
      const all = Array.from({ length: CONTENDERS }, () => store.open());
      if (term === 1) await all[0]?.claim('x', 'before', 0);
      const answers = await Promise.all(all.map((leases, i) => leases.claim('x', `holder-${i}`, term)));
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect(await x(store.open())).toEqual({ holder: `holder-${answers.indexOf(true)}`, term: term + 1, beat: 0 });
    });

    it('is not claimed at a term that has passed, not even by its holder', async () => {
      const leases = store.open();
      await leases.claim('x', 'a', 0);
      expect(await leases.claim('x', 'b', 0)).toBe(false);
      expect(await leases.claim('x', 'a', 0)).toBe(false);
      expect(await x(leases)).toEqual({ holder: 'a', term: 1, beat: 0 });
    });

    it('each sign of life of the holder shows to all, and a claim begins to count anew', async () => {
      const [one, other] = [store.open(), store.open()];
      await one.claim('x', 'a', 0);
      expect(await one.beat('x', 'a', 1)).toBe(true);
      expect(await one.beat('x', 'a', 1)).toBe(true);
      expect(await x(other)).toEqual({ holder: 'a', term: 1, beat: 2 });
      await other.claim('x', 'b', 1);
      expect(await x(one)).toEqual({ holder: 'b', term: 2, beat: 0 });
    });

    it('of a former term neither beats nor is given back', async () => {
      const leases = store.open();
      await leases.claim('x', 'a', 0);
      await leases.claim('x', 'b', 1);
      expect(await leases.beat('x', 'a', 1)).toBe(false);
      await leases.release('x', 'a', 1);
      expect(await x(leases)).toEqual({ holder: 'b', term: 2, beat: 0 });
    });

    it('of another holder neither beats nor is given back, though the term is right', async () => {
      const leases = store.open();
      await leases.claim('x', 'a', 0);
      expect(await leases.beat('x', 'b', 1)).toBe(false);
      await leases.release('x', 'b', 1);
      expect(await x(leases)).toEqual({ holder: 'a', term: 1, beat: 0 });
    });

    it('that was given back has no holder and keeps its term, and is claimed under the next', async () => {
      const leases = store.open();
      await leases.claim('x', 'a', 0);
      await leases.release('x', 'a', 1);
      expect(await x(leases)).toMatchObject({ holder: '', term: 1 });
      expect(await leases.beat('x', 'a', 1)).toBe(false);
      expect(await leases.claim('x', 'b', 1)).toBe(true);
      expect(await x(leases)).toEqual({ holder: 'b', term: 2, beat: 0 });
    });

    it('leases of other names stand apart, and are read together', async () => {
      const leases = store.open();
      await leases.claim('x', 'a', 0);
      expect(await leases.claim('y', 'b', 0)).toBe(true);
      expect(await leases.read(['y', 'z', 'x'])).toEqual(
        new Map([
          ['x', { holder: 'a', term: 1, beat: 0 }],
          ['y', { holder: 'b', term: 1, beat: 0 }],
        ]),
      );
    });
  });
}
