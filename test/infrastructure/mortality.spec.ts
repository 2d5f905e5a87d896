import { DEATH_PLACES, parseDeathPoint } from '../../src/application/ports/death-point';
import { Mortality } from '../../src/infrastructure/runtime/mortality';

class Diary {
  readonly #lines: string[] = [];
  readonly title = 'diary';

  get length(): number {
    return this.#lines.length;
  }

  async write(line: string): Promise<number> {
    return this.#lines.push(line);
  }

  read(): readonly string[] {
    return this.#lines;
  }
}

describe('a point to die at', () => {
  it('is read from its name', () => {
    expect(parseDeathPoint('append.after:37')).toEqual({ place: 'append', side: 'after', nth: 37 });
    expect(parseDeathPoint('channel.before:1:stop')).toEqual({ place: 'channel', side: 'before', nth: 1, stops: true });
    for (const place of DEATH_PLACES) expect(parseDeathPoint(`${place}.before:1`)).toEqual({ place, side: 'before', nth: 1 });
  });

  it.each([
    '',
    'append',
    'append.after',
    'append.after:0',
    'append.after:01',
    'append.during:1',
    'lunch.after:1',
    'append.after:1 ',
    'append.after:1:start',
    'append.after:9999999',
  ])('is not read from %j', (text) => expect(parseDeathPoint(text)).toBeNull());

  const diaryOf = (point: string) => {
    const died: number[] = [];
    const diary = new Diary();
    const mortality = new Mortality(parseDeathPoint(point) ?? undefined, () => died.push(diary.length));
    return { died, diary: mortality.at(diary, { write: 'append' }) };
  };

  it('is passed before the call, the nth time and only then', async () => {
    const { died, diary } = diaryOf('append.before:2');
    for (const line of ['a', 'b', 'c']) await diary.write(line);
    expect(died).toEqual([1]);
  });

  it('is passed after the call, before whoever called goes on', async () => {
    const { died, diary } = diaryOf('append.after:2');
    for (const line of ['a', 'b', 'c']) await diary.write(line);
    expect(died).toEqual([2]);
  });

  it('is not passed by other places, nor by what lies at none', async () => {
    const { died, diary } = diaryOf('gateway.before:1');
    await diary.write('a');
    expect([diary.read(), diary.length, diary.title]).toEqual([['a'], 1, 'diary']);
    expect(died).toEqual([]);
  });

  it('wraps nothing when there is none', () => {
    const diary = new Diary();
    const accounts = { find: () => diary };
    const mortality = new Mortality(undefined, () => undefined);
    expect(mortality.at(diary, { write: 'append' })).toBe(diary);
    expect(mortality.each(accounts, { write: 'append' })).toBe(accounts);
  });

  it('is passed by every account alike, each wrapped once', async () => {
    const diary = new Diary();
    const died: number[] = [];
    const mortality = new Mortality(parseDeathPoint('channel.after:1') ?? undefined, () => died.push(diary.length));
    const accounts = mortality.each({ find: (id: string) => (id === 'a' ? diary : undefined) }, { write: 'channel' });
    expect(accounts.find('b')).toBeUndefined();
    expect(accounts.find('a')).toBe(accounts.find('a'));
    await accounts.find('a')?.write('x');
    expect(died).toEqual([1]);
  });
});
