import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codes, SKU, Terminal } from './terminal';

interface Checks {
  readonly checks: readonly { readonly check: string; readonly state: string }[];
}

describe('wrong use ends with 2 and one line, and changes nothing:', () => {
  const terminal = new Terminal();
  afterAll(() => terminal.leave());

  it.each<readonly [string, readonly string[]]>([
    ['an unknown verb', ['sell']],
    ['a noun without a verb', ['orders']],
    ['an unknown flag', ['keys', 'init', '--quickly']],
    ['a missing value', ['cards', 'import', 'codes.txt', '--sku']],
    ['a missing argument', ['apply']],
    ['an argument too many', ['keys', 'init', 'now']],
    ['a number that is none', ['demo', '--orders', 'many']],
    ['a number out of range', ['demo', '--orders', '0']],
    ['a word that is no choice', ['demo', '--profile', 'chaos']],
    ['a status that no order can have', ['orders', 'list', '--status', 'PAID']],
    ['a phase that no order can have', ['orders', 'list', '--phase', 'WAITING']],
    ['a phase that no order can have, for many orders', ['orders', 'bulk-retry', '--phase', 'WAITING']],
    ['a kind of review that there is none of', ['reviews', 'list', '--kind', 'money']],
    ['something destructive without --yes', ['keys', 'add', 'token']],
    ['cards taken out of sale without --yes', ['cards', 'void', '--card', 'c-1', '--reason', 'bad delivery']],
    ['cards taken out of sale without a reason', ['cards', 'quarantine', '--card', 'c-1', '--yes']],
    ['cards and a delivery at once', ['cards', 'restock', '--card', 'c-1', '--batch', 'b-1', '--yes', '--reason', 'x']],
    ['neither cards nor a delivery', ['cards', 'void', '--yes', '--reason', 'x']],
    ['a secret as an option', ['keys', 'init', '--key', 'hunter2']],
    ['a secret as an option with a value', ['apply', 'shop.yaml', '--webhook-secret=hunter2']],
    ['a secret as an argument', ['apply', 'whsec_aHVudGVyMg==']],
    ['a file that is not there', ['apply', 'nowhere.yaml']],
    ['a log that is not there', ['verify']],
    ['a read model that is not there', ['projections', 'rebuild', 'ghosts']],
  ])('%s', async (_what, args) => {
    const { code, stdout, stderr } = await terminal.run(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    const errors = stderr
      .trim()
      .split('\n')
      .filter((line) => line.startsWith('cardrail: '));
    expect(errors).toHaveLength(1);
    expect(stderr).not.toContain('hunter2');
    expect(existsSync(terminal.data)).toBe(false);
  });

  it('every problem of the configuration is named at once, and no value is', async () => {
    const { code, stderr } = await terminal.run(['config', 'print'], {
      CARDRAIL_PORT: 'hunter2',
      CARDRAIL_ENV: 'hunter3',
      CARDRAIL_DRAIN_MS: '-4711',
    });
    expect(code).toBe(2);
    for (const name of ['CARDRAIL_PORT', 'CARDRAIL_ENV', 'CARDRAIL_DRAIN_MS']) expect(stderr).toContain(name);
    expect(stderr).not.toMatch(/hunter|4711/);
    expect(stderr).toContain('CARDRAIL_PORT: must be a number');
    expect(stderr).toContain('CARDRAIL_ENV: must be development, test or production');
    expect(stderr).toContain('CARDRAIL_DRAIN_MS: must be at least 0');
  });

  it.each(['production', 'development'])('a process in %s cannot be told to die', async (environment) => {
    const { code, stderr } = await terminal.run(['config', 'print'], { CARDRAIL_ENV: environment, CARDRAIL_TEST_DIE_AT: 'append.after:1' });
    expect(code).toBe(2);
    expect(stderr).toContain('CARDRAIL_TEST_DIE_AT: is for tests');
  });

  it('help and version are no errors', async () => {
    const [help, version] = await Promise.all([terminal.alone(['--help']), terminal.alone(['--version'])]);
    expect([help.code, version.code]).toEqual([0, 0]);
    expect(help.stdout).toContain('Usage: cardrail');
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('what a shell is told of a process:', () => {
  const terminal = new Terminal();
  afterAll(() => terminal.leave());

  it.each<readonly [string, readonly string[], number]>([
    ['bad news: there is no keyring', ['doctor'], 1],
    ['done', ['keys', 'init'], 0],
    ['refused: there is one', ['keys', 'init'], 3],
    ['wrong use', ['keys', 'add', 'token'], 2],
  ])('%s', async (_what, args, code) => expect((await terminal.alone(args)).code).toBe(code));

  it('all that a verb has to say arrives, however much it is', async () => {
    const { code, stdout } = await terminal.alone(['events', 'catalog', '--json']);
    expect([code, stdout.endsWith('\n'), stdout.length > 65_536]).toEqual([0, true, true]);
    expect(JSON.parse(stdout)).toHaveProperty(['OrderSubmitted.v1', 'type'], 'object');
  });
});

describe('config print', () => {
  const terminal = new Terminal();
  afterAll(() => terminal.leave());

  it('shows what is set and where from, warns of a misspelt name, and never shows a secret', async () => {
    const { code, stdout, stderr } = await terminal.run(['config', 'print', '--json'], {
      CARDRAIL_WEBHOOK_SECRET: 'whsec_aHVudGVyMg==',
      CARDRAIL_PROT: '1',
    });
    expect(code).toBe(0);
    const shown = JSON.parse(stdout) as { name: string; value: string | null; from: string }[];
    expect(shown).toContainEqual(expect.objectContaining({ name: 'CARDRAIL_WEBHOOK_SECRET', value: '(set)', from: 'environment' }));
    expect(shown).toContainEqual(expect.objectContaining({ name: 'CARDRAIL_HOST', value: '127.0.0.1', from: 'default' }));
    expect(stdout).not.toContain('aHVudGVyMg');
    expect(stderr).toContain('did you mean CARDRAIL_PORT?');
  });
});

describe('keys', () => {
  const terminal = new Terminal();
  afterAll(() => terminal.leave());

  it('a keyring is made once, and never replaced', async () => {
    expect((await terminal.run(['keys', 'init'])).code).toBe(0);
    const again = await terminal.run(['keys', 'init']);
    expect(again.code).toBe(3);
    expect(again.stderr).toContain('it exists already');
  });

  it('a shop that has a log is given no other keyring, and doctor knows one that is not its own', async () => {
    const shop = new Terminal();
    await shop.openShop();
    await shop.json(['cards', 'import', shop.file('codes.txt', codes(2).join('\n')), '--sku', SKU.id]);
    const file = join(shop.data, 'keyring.json');
    const own = readFileSync(file);
    rmSync(file);
    const asked = await shop.run(['orders', 'list']);
    expect([asked.code, asked.stderr.includes('put the copy of it there')]).toEqual([3, true]);
    const made = await shop.run(['keys', 'init']);
    expect([made.code, existsSync(file)]).toEqual([3, false]);
    copyFileSync(join(terminal.data, 'keyring.json'), file);
    const keyring = async (): Promise<string | undefined> =>
      (JSON.parse((await shop.run(['doctor', '--json'])).stdout) as Checks).checks.find(({ check }) => check === 'keyring')?.state;
    expect(await keyring()).toBe('bad');
    writeFileSync(file, own, { mode: 0o600 });
    expect(await keyring()).toBe('ok');
    shop.leave();
  });

  it('each added key has a name of its own and is told by it only', async () => {
    const token = await terminal.json<{ id: string }>(['keys', 'add', 'token', '--yes']);
    const sealing = await terminal.json<{ id: string }>(['keys', 'add', 'sealing', '--yes']);
    expect(token.id).toBe('2');
    expect(sealing.id).toMatch(/^s2-/);
  });

  it('production refuses a keyring that was made for development', async () => {
    const other = new Terminal();
    await other.json(['keys', 'init', '--development']);
    const { code, stderr } = await other.run(['cards', 'stats'], { CARDRAIL_ENV: 'production' });
    expect(code).toBe(3);
    expect(stderr).toContain('made for development');
    other.leave();
  });
});
