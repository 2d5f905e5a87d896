import { rowPages } from '../../src/application/row-pages';
import { MemoryReadModels } from '../../src/simulation/ports/memory-read-models';

const MODEL = { name: 'things', version: 1, indexes: [['kind', 'at']] };

async function modelsOf(ats: readonly number[]): Promise<MemoryReadModels> {
  const models = new MemoryReadModels();
  await models.prepare([MODEL]);
  const [active] = await models.generations(MODEL.name);
  if (active === undefined) throw new Error('there is no generation');
  const position = '0000000000000001';
  const rows = ats.map((at, index) => ({ key: `thing-${index}`, position, value: { kind: 'a', at } }));
  await models.write(active, { rows, checkpoint: position });
  return models;
}

const SORTED = { filter: { kind: { eq: 'a' } }, sort: { field: 'at', direction: 'asc' } } as const;

async function pagesOf(ats: readonly number[], options: object = {}): Promise<readonly (readonly number[])[]> {
  const pages: (readonly number[])[] = [];
  for await (const rows of rowPages<{ at: number }>(await modelsOf(ats), MODEL.name, { ...SORTED, pageRows: 3, ...options }))
    pages.push(rows.map(({ value }) => value.at));
  return pages;
}

describe('the pages of a read model', () => {
  it.each([
    [[], [[]]],
    [[2, 1], [[1, 2]]],
    [
      [3, 1, 2],
      [[1, 2, 3], []],
    ],
    [
      [5, 5, 5, 5, 4, 3, 9],
      [[3, 4, 5], [5, 5, 5], [9]],
    ],
  ])('of %j are %j: each row once, in order, and a last one that is not full', async (ats, pages) => expect(await pagesOf(ats)).toEqual(pages));
  it('end at their limit, full', async () =>
    expect(await pagesOf([1, 2, 3, 4, 5, 6, 7], { pagesMax: 2 })).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]));
  it('go by key where nothing else is said', async () => {
    const keys: string[] = [];
    for await (const rows of rowPages(await modelsOf([9, 8, 7, 6]), MODEL.name, { pageRows: 3 })) keys.push(...rows.map(({ key }) => key));
    expect(keys).toEqual(['thing-0', 'thing-1', 'thing-2', 'thing-3']);
  });
});
