import fc from 'fast-check';
import type { Filter, FindOptions, Generation, ModelDefinition, ReadModels, RowValue, RowWrite } from '../../src/application/ports/read-models';

/** How a suite gets its store: a fresh, empty one for each test, closed by `dispose`. */
export interface OpenedReadModels {
  readonly readModels: ReadModels;
  dispose(): Promise<void>;
}

const PEOPLE: ModelDefinition = { name: 'people', version: 1, indexes: [['city', 'age'], ['age'], ['name'], ['active']] };

/** Positions as the suites write them: fixed width, so that they sort like the log. */
export const at = (place: number): string => String(place).padStart(16, '0');

const row = (key: string, place: number, value: RowValue | null): RowWrite => ({ key, position: at(place), value });

/** What every store of read models promises. Knows the port and nothing else. */
export function describeReadModelsContract(name: string, openFresh: () => Promise<OpenedReadModels>): void {
  describe(`read models contract: ${name}`, () => {
    let opened: OpenedReadModels;
    let models: ReadModels;

    beforeEach(async () => {
      opened = await openFresh();
      models = opened.readModels;
      await models.prepare([PEOPLE]);
    });
    afterEach(() => opened.dispose());

    const generation = async (state: Generation['state'], model = PEOPLE.name): Promise<Generation> => {
      const found = (await models.generations(model)).find((one) => one.state === state);
      if (found === undefined) throw new Error(`no ${state} generation`);
      return found;
    };
    const write = async (place: number, ...rows: RowWrite[]): Promise<void> =>
      models.write(await generation('active'), { rows, checkpoint: at(place) });
    const keysOf = async (options: Partial<FindOptions>): Promise<string[]> =>
      (await models.find(PEOPLE.name, { limit: 100, ...options })).map(({ key }) => key);

    describe('rows', () => {
      it('gives back a row as it was written, with its position', async () => {
        const value = { name: 'Lin', tags: ['a', { b: null }], ratio: 0.1, text: 'NUL \u0000 quote " 汉字 𝄞 \ud800' };
        await write(7, row('a', 5, value));
        expect(await models.get(PEOPLE.name, 'a')).toEqual({ key: 'a', position: at(5), value });
      });

      it('has null for a key that was never written', async () => {
        expect(await models.get(PEOPLE.name, 'nobody')).toBeNull();
      });

      it('keeps keys apart that differ by NUL, case, blanks or an accent', async () => {
        const keys = ['a', 'A', 'a ', 'a\u0000', 'a\u0000b', 'é', 'e\u0301', '', '𝄞'];
        await write(1, ...keys.map((key) => row(key, 1, { name: key })));
        for (const key of keys) expect((await models.get(PEOPLE.name, key))?.value).toEqual({ name: key });
      });

      it('gives many in the order asked and leaves out what is missing', async () => {
        await write(1, row('a', 1, { age: 1 }), row('b', 1, { age: 2 }));
        expect((await models.getMany(PEOPLE.name, ['b', 'none', 'a'])).map(({ key }) => key)).toEqual(['b', 'a']);
      });

      it('ignores a row that is not newer than the stored one', async () => {
        await write(5, row('a', 5, { age: 5 }));
        await write(6, row('a', 5, { age: 50 }), row('b', 6, { age: 6 }));
        await write(7, row('a', 4, { age: 40 }));
        expect((await models.get(PEOPLE.name, 'a'))?.value).toEqual({ age: 5 });
        expect((await models.get(PEOPLE.name, 'b'))?.value).toEqual({ age: 6 });
      });

      it('hides a removed row from readers', async () => {
        await write(5, row('a', 5, { age: 5, name: 'Lin' }));
        await write(6, row('a', 6, null));
        expect(await models.get(PEOPLE.name, 'a')).toBeNull();
        expect(await models.getMany(PEOPLE.name, ['a'])).toEqual([]);
        expect(await keysOf({})).toEqual([]);
        expect(await models.count(PEOPLE.name, {}, 10)).toBe(0);
        expect(await models.scan(await generation('active'), null, 10)).toEqual([]);
      });

      it('shows the projector a tombstone until the checkpoint has passed it', async () => {
        await write(5, row('a', 9, null));
        expect(await models.rows(await generation('active'), ['a', 'b'])).toEqual([row('a', 9, null)]);
        await write(6, row('a', 8, { age: 8 }));
        expect(await models.get(PEOPLE.name, 'a')).toBeNull();
      });

      it('lets a removed row come back with a newer event', async () => {
        await write(6, row('a', 6, null));
        await write(7, row('a', 7, { age: 7 }));
        expect((await models.get(PEOPLE.name, 'a'))?.value).toEqual({ age: 7 });
      });
    });

    describe('checkpoint', () => {
      it('is null before the first write and then that of the last batch', async () => {
        expect(await models.checkpoint(PEOPLE.name)).toBeNull();
        await write(3);
        await write(8, row('a', 8, { age: 1 }));
        expect(await models.checkpoint(PEOPLE.name)).toBe(at(8));
      });

      it('never goes back, and a batch that ends behind it changes nothing', async () => {
        await write(8, row('a', 3, { age: 3 }), row('b', 5, { age: 5 }));
        await write(9, row('b', 9, null));
        await write(10);
        const park = [{ stream: 's-1', revision: 0, position: at(7), error: 'late', parkedAt: '2026-01-01T00:00:00.000Z' }];
        await models.write(await generation('active'), { rows: [row('a', 7, { age: 7 }), row('b', 7, { age: 7 })], checkpoint: at(7), park });
        expect(await models.checkpoint(PEOPLE.name)).toBe(at(10));
        expect((await models.get(PEOPLE.name, 'a'))?.value).toEqual({ age: 3 });
        expect(await models.get(PEOPLE.name, 'b')).toBeNull();
        expect(await models.parked(await generation('active'), 10)).toEqual([]);
      });

      it('stays where it was when a row of the batch cannot be stored', async () => {
        await write(1);
        const bad = row('bad', 2, { age: { nested: true } });
        await expect(write(2, row('good', 2, { age: 1 }), bad)).rejects.toThrow(TypeError);
        expect(await models.checkpoint(PEOPLE.name)).toBe(at(1));
        expect((await models.get(PEOPLE.name, 'good'))?.position ?? at(2)).toBe(at(2));
      });

      it('belongs to one model', async () => {
        await models.prepare([{ name: 'other', version: 1, indexes: [] }]);
        await write(4);
        expect(await models.checkpoint('other')).toBeNull();
      });
    });

    describe('filters', () => {
      beforeEach(() =>
        write(
          1,
          row('ann', 1, { name: 'Ann', city: 'Ulm', age: 30, active: true }),
          row('bob', 1, { name: 'Bob', city: 'Ulm', age: 9, active: false }),
          row('cyd', 1, { name: 'annika', city: 'Bonn', age: null }),
          row('dan', 1, { name: 'A%_nn', city: 'Bonn\u0000x', age: 30.5, active: true }),
          row('eve', 1, { name: '\ud83d\ude00 x', city: 30, age: '30' }),
        ),
      );

      const cases: readonly (readonly [string, Filter, readonly string[]])[] = [
        ['equal text', { city: { eq: 'Ulm' } }, ['ann', 'bob']],
        ['equal text ends where it ends, not at NUL', { city: { eq: 'Bonn' } }, ['cyd']],
        ['equal number, not the text that looks like it', { age: { eq: 30 } }, ['ann']],
        ['equal text, not the number that looks like it', { age: { eq: '30' } }, ['eve']],
        ['equal truth', { active: { eq: false } }, ['bob']],
        ['equal null: null or absent', { active: { eq: null } }, ['cyd', 'eve']],
        ['in', { name: { in: ['Ann', 'annika', 'Zoe'] } }, ['ann', 'cyd']],
        ['in nothing', { name: { in: [] } }, []],
        ['from', { age: { gte: 30 } }, ['ann', 'dan']],
        ['above', { age: { gt: 30 } }, ['dan']],
        ['up to', { age: { lte: 30 } }, ['ann', 'bob']],
        ['below', { age: { lt: 30 } }, ['bob']],
        ['below text, never numbers', { age: { lt: 'z' } }, ['eve']],
        ['between', { age: { gt: 9, lt: 30.5 } }, ['ann']],
        ['beginning, case and wildcards taken as they are', { name: { prefix: 'A' } }, ['ann', 'dan']],
        ['beginning with a wildcard', { name: { prefix: 'A%' } }, ['dan']],
        ['beginning outside the first plane', { name: { prefix: '\ud83d\ude00' } }, ['eve']],
        ['beginning with nothing: every text', { age: { prefix: '' } }, ['eve']],
        ['several fields at once', { city: { eq: 'Ulm' }, age: { gte: 10 } }, ['ann']],
        ['no condition', {}, ['ann', 'bob', 'cyd', 'dan', 'eve']],
      ];
      it.each(cases)('%s', async (_title, filter, keys) => {
        expect(await keysOf({ filter })).toEqual(keys);
        expect(await models.count(PEOPLE.name, filter, 100)).toBe(keys.length);
      });

      it('count stops at its cap', async () => {
        expect(await models.count(PEOPLE.name, {}, 3)).toBe(3);
      });

      const wrong: readonly (readonly [string, unknown])[] = [
        ['an undeclared field', { filter: { shoeSize: { eq: 1 } } }],
        ['a field that every object has', { filter: { constructor: { eq: 1 } } }],
        ['an operator of a store', { filter: { age: { $ne: 1 } } }],
        ['an inherited operator', { filter: { age: { toString: 1 } } }],
        ['an object as a value', { filter: { age: { eq: { $gt: '' } } } }],
        ['a number that is none', { filter: { age: { gte: NaN } } }],
        ['a prefix that is no text', { filter: { name: { prefix: 1 } } }],
        ['sorting by an undeclared field', { sort: { field: 'shoeSize', direction: 'asc' } }],
        ['a limit of 0', { limit: 0 }],
        ['a limit of 1001', { limit: 1_001 }],
      ];
      it.each(wrong)('refuses %s', async (_title, options) => {
        await expect(models.find(PEOPLE.name, { limit: 10, ...(options as Partial<FindOptions>) })).rejects.toThrow(/./);
      });

      it('refuses a model that was never prepared', async () => {
        await expect(models.get('unknown', 'a')).rejects.toThrow(/never prepared/);
      });
    });

    describe('pages', () => {
      it('sorts by key when nothing else is asked, in code-point order', async () => {
        await write(1, ...['b', 'a', '\uffff', '𝄞', 'B'].map((key) => row(key, 1, {})));
        expect(await keysOf({})).toEqual(['B', 'a', 'b', '\uffff', '𝄞']);
      });

      it('puts rows without the field first ascending and last descending, ties by key in the same direction', async () => {
        await write(1, row('d', 1, { age: 2 }), row('c', 1, { age: 1 }), row('b', 1, {}), row('a', 1, { age: 2 }), row('e', 1, { age: null }));
        expect(await keysOf({ sort: { field: 'age', direction: 'asc' } })).toEqual(['b', 'e', 'c', 'a', 'd']);
        expect(await keysOf({ sort: { field: 'age', direction: 'desc' } })).toEqual(['d', 'a', 'c', 'e', 'b']);
      });

      it('pages of any size join to the whole list, each row once', async () => {
        const people = fc.array(fc.record({ age: fc.option(fc.integer({ min: 0, max: 4 })), city: fc.constantFrom('Ulm', 'Bonn') }), {
          maxLength: 30,
        });
        const direction = fc.constantFrom('asc' as const, 'desc' as const);
        let place = 0;
        const check = fc.asyncProperty(people, fc.integer({ min: 1, max: 7 }), direction, async (rows, limit, order) => {
          const { model, ...rest } = await models.startBuild(PEOPLE);
          await models.write({ model, ...rest }, { rows: rows.map((value, i) => row(`k${i}`, ++place, value)), checkpoint: at(place) });
          await models.activate({ model, ...rest });
          for (const [sort, filter] of [
            [{ field: 'age', direction: order }, { city: { eq: 'Ulm' } }],
            [undefined, {}],
          ] as const) {
            const query = { filter, ...(sort && { sort }) };
            const whole = await models.find(PEOPLE.name, { ...query, limit: 1_000 });
            const paged: string[] = [];
            let after: FindOptions['after'];
            for (;;) {
              const page = await models.find<{ age?: number | null }>(PEOPLE.name, { ...query, limit, ...(after && { after }) });
              paged.push(...page.map(({ key }) => key));
              const last = page.at(-1);
              if (last === undefined || page.length < limit) break;
              after = { value: last.value.age ?? null, key: last.key };
            }
            expect(paged).toEqual(whole.map(({ key }) => key));
          }
        });
        await fc.assert(check, { numRuns: 25 });
      });

      it('scan goes through all rows of a generation in key order', async () => {
        await write(1, ...['c', 'a', 'b'].map((key) => row(key, 1, { age: 1 })));
        const active = await generation('active');
        expect((await models.scan(active, null, 2)).map(({ key }) => key)).toEqual(['a', 'b']);
        expect((await models.scan(active, 'b', 2)).map(({ key }) => key)).toEqual(['c']);
      });
    });

    describe('generations', () => {
      it('a new model is active and empty; preparing it again changes nothing', async () => {
        await write(1, row('a', 1, { age: 1 }));
        await models.prepare([PEOPLE]);
        const [only, ...more] = await models.generations(PEOPLE.name);
        expect(more).toEqual([]);
        expect(only).toMatchObject({ model: 'people', version: 1, state: 'active', checkpoint: at(1) });
        expect(await keysOf({})).toEqual(['a']);
      });

      it('tells of several models in one go, and nothing of those it does not know', async () => {
        await models.prepare([PEOPLE, { name: 'pets', version: 3, indexes: [] }]);
        await models.startBuild(PEOPLE);
        const told = await models.generations('pets', 'ghosts', PEOPLE.name);
        expect(new Set(told.map(({ model, version, state }) => `${model} ${version} ${state}`))).toEqual(
          new Set(['pets 3 active', 'people 1 active', 'people 1 building']),
        );
        expect(await models.generations()).toEqual([]);
      });

      it('a new version is built beside the old one, which serves until the switch', async () => {
        await write(4, row('a', 4, { age: 4 }));
        await models.prepare([{ ...PEOPLE, version: 2, indexes: [['nick']] }]);
        const building = await generation('building');
        expect(building).toMatchObject({ version: 2, checkpoint: null });
        await models.write(building, { rows: [row('a', 4, { nick: 'A' })], checkpoint: at(4) });
        expect((await models.get(PEOPLE.name, 'a'))?.value).toEqual({ age: 4 });
        await models.activate(building);
        expect((await models.get(PEOPLE.name, 'a'))?.value).toEqual({ nick: 'A' });
        expect(await keysOf({ filter: { nick: { eq: 'A' } } })).toEqual(['a']);
        expect(await models.generations(PEOPLE.name)).toMatchObject([{ version: 2, state: 'active', checkpoint: at(4) }]);
      });

      it('an older program does not touch the rows of a newer one', async () => {
        await models.prepare([{ ...PEOPLE, version: 2 }]);
        await models.activate(await generation('building'));
        await models.prepare([PEOPLE]);
        expect(await models.generations(PEOPLE.name)).toMatchObject([{ version: 2, state: 'active' }]);
      });

      it('starting a build again begins from empty, and nobody can feed the old one any more', async () => {
        const first = await models.startBuild(PEOPLE);
        await models.write(first, { rows: [row('a', 1, { age: 1 })], checkpoint: at(1) });
        const second = await models.startBuild(PEOPLE);
        expect(second.checkpoint).toBeNull();
        expect(await models.scan(second, null, 10)).toEqual([]);
        await expect(models.write(first, { rows: [], checkpoint: at(2) })).rejects.toThrow(/gone/);
      });

      it('the replaced generation is gone; activating twice changes nothing', async () => {
        const old = await generation('active');
        const next = await models.startBuild(PEOPLE);
        await models.activate(next);
        await models.activate(next);
        await expect(models.rows(old, ['a'])).rejects.toThrow(/gone/);
        await expect(models.activate(old)).rejects.toThrow(/gone/);
      });

      it('removes rows of replaced generations bit by bit while others are written', async () => {
        await write(1, ...Array.from({ length: 700 }, (_, i) => row(`k${i}`, 1, { age: i })));
        await models.activate(await models.startBuild(PEOPLE));
        for (let place = 2; place < 8; place++) await write(place, row('a', place, { age: place }));
        expect(await keysOf({})).toEqual(['a']);
      });
    });

    describe('parked sequences', () => {
      const sequence = { stream: 'order-1', revision: 3, position: at(3), error: 'boom \u0000', parkedAt: '2026-01-01T00:00:00.000Z' };

      it('are stored with the rows and let go with the rows', async () => {
        const active = await generation('active');
        await models.write(active, { rows: [], checkpoint: at(3), park: [sequence, { ...sequence, stream: 'order-2', position: at(2) }] });
        expect((await models.parked(active, 10)).map(({ stream }) => stream)).toEqual(['order-2', 'order-1']);
        expect(await models.parked(active, 1)).toHaveLength(1);
        await models.write(active, { rows: [row('a', 3, { age: 3 })], checkpoint: at(3), unpark: ['order-2'] });
        expect(await models.parked(active, 10)).toEqual([sequence]);
        expect((await models.get(PEOPLE.name, 'a'))?.position).toBe(at(3));
      });

      it('stay parked from the earliest event, unless let go in the same batch', async () => {
        const active = await generation('active');
        await models.write(active, { rows: [], checkpoint: at(3), park: [sequence] });
        await models.write(active, { rows: [], checkpoint: at(5), park: [{ ...sequence, revision: 5, position: at(5) }] });
        expect(await models.parked(active, 10)).toEqual([sequence]);
        const later = { ...sequence, revision: 5, position: at(5) };
        await models.write(active, { rows: [], checkpoint: at(5), unpark: ['order-1'], park: [later] });
        expect(await models.parked(active, 10)).toEqual([later]);
      });

      it('belong to one generation', async () => {
        await models.write(await generation('active'), { rows: [], checkpoint: at(3), park: [sequence] });
        const next = await models.startBuild(PEOPLE);
        expect(await models.parked(next, 10)).toEqual([]);
        await models.activate(next);
        expect(await models.parked(await generation('active'), 10)).toEqual([]);
      });
    });

    it.each(['', 'a b', 'a"b', "a';--", 'a\u0000', '../x', 'x'.repeat(60)])('refuses the model name %j', async (bad) => {
      await expect(models.prepare([{ name: bad, version: 1, indexes: [] }])).rejects.toThrow(TypeError);
    });

    it.each(['', 'a b', '$where', 'a.b', '__proto__', 'x"'])('refuses the index field %j', async (bad) => {
      await expect(models.prepare([{ name: 'fine', version: 1, indexes: [[bad]] }])).rejects.toThrow(TypeError);
    });
  });
}
