import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { KeyMissing, SealBroken } from '../../../src/application/ports/keyring';
import { addSealingKey, addTokenKey, createKeyring } from '../../../src/infrastructure/keyring/create-keyring';
import { openKeyring } from '../../../src/infrastructure/keyring/file-keyring';
import { KeyringRefused } from '../../../src/infrastructure/keyring/keyring-file';

const PLAIN = 'STEAM-7QX2-PL4N-T3XT';
const CONTEXT = 'card-1|steam-50';

describe('the keyring file', () => {
  let folder: string;
  let file: string;
  const open = (allowDevelopment = true) => openKeyring(file, { allowDevelopment });
  const content = () =>
    JSON.parse(readFileSync(file, 'utf8')) as {
      sealingKeys: { kid: string; key: string }[];
      fingerprintKey: string;
      tokenKeys: { version: number; key: string }[];
    };
  const rewrite = (changes: object) => writeFileSync(file, JSON.stringify({ ...content(), ...changes }));
  const thrownBy = (act: () => unknown): Error => {
    try {
      act();
    } catch (error) {
      return error as Error;
    }
    throw new Error('nothing was thrown');
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'keyring-'));
    file = join(folder, 'keys', 'keyring.json');
    createKeyring(file);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('opens what it sealed, whatever the text', () => {
    const keyring = open();
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        fc.string({ unit: 'grapheme' }),
        (plain, context) => keyring.open(keyring.seal(plain, context), context) === plain,
      ),
    );
  });

  it('seals the same text differently each time, and never in the clear', () => {
    const [first, second] = [open().seal(PLAIN, CONTEXT), open().seal(PLAIN, CONTEXT)];
    expect(first.ct).not.toEqual(second.ct);
    expect(first.iv).not.toEqual(second.iv);
    expect(Buffer.from(first.ct, 'base64url').toString('latin1')).not.toContain(PLAIN.slice(0, 4));
  });

  it('refuses a text that was moved to another context', () => {
    const sealed = open().seal(PLAIN, CONTEXT);
    expect(() => open().open(sealed, 'card-2|steam-50')).toThrow(SealBroken);
  });

  it.each(['iv', 'tag', 'ct'] as const)('refuses a text whose %s has one flipped bit, is cut short or is no base64url', (part) => {
    const sealed = open().seal(PLAIN, CONTEXT);
    const bytes = Buffer.from(sealed[part], 'base64url');
    bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
    for (const broken of [bytes.toString('base64url'), bytes.subarray(1).toString('base64url'), `${sealed[part]}!`, ''])
      expect(() => open().open({ ...sealed, [part]: broken }, CONTEXT)).toThrow(SealBroken);
  });

  it('a short tag is refused, so that nobody can guess one of 4 bytes', () => {
    const sealed = open().seal(PLAIN, CONTEXT);
    const short = Buffer.from(sealed.tag, 'base64url').subarray(0, 4).toString('base64url');
    expect(() => open().open({ ...sealed, tag: short }, CONTEXT)).toThrow(SealBroken);
  });

  it('a missing key is told apart from a broken seal, and neither error nor keyring shows a secret', () => {
    const sealed = open().seal(PLAIN, CONTEXT);
    const missing = thrownBy(() => open().open({ ...sealed, kid: 's9-00000000' }, CONTEXT));
    const broken = thrownBy(() => open().open(sealed, 'elsewhere'));
    expect(missing).toBeInstanceOf(KeyMissing);
    const keys = [content().fingerprintKey, ...content().sealingKeys.map(({ key }) => key), ...content().tokenKeys.map(({ key }) => key)];
    for (const shown of [inspect(missing), inspect(broken), inspect(open(), { depth: 9, showHidden: true }), JSON.stringify(open())])
      for (const secret of [PLAIN, ...keys, ...keys.map((key) => Buffer.from(key, 'base64url').toString('hex'))]) expect(shown).not.toContain(secret);
  });

  it('an added sealing key seals from then on, and the old one still opens', () => {
    const old = open().seal(PLAIN, CONTEXT);
    const kid = addSealingKey(file);
    expect(open().seal(PLAIN, CONTEXT).kid).toBe(kid);
    expect(open().open(old, CONTEXT)).toBe(PLAIN);
  });

  it('an added token key signs from then on, the old version still verifies, an unknown one is missing', () => {
    const old = open().tokenMac('order-1');
    expect(addTokenKey(file)).toBe(2);
    expect(open().tokenMac('order-1').version).toBe(2);
    expect(open().tokenMac('order-1').mac).not.toBe(old.mac);
    expect(open().tokenMac('order-1', 1)).toEqual(old);
    expect(() => open().tokenMac('order-1', 3)).toThrow(KeyMissing);
  });

  it('a fingerprint is the same across added keys and differs by purpose and by shop', () => {
    const before = open().fingerprint(PLAIN, 'steam-50');
    addSealingKey(file);
    addTokenKey(file);
    expect(open().fingerprint(PLAIN, 'steam-50')).toBe(before);
    expect(open().fingerprint(PLAIN, 'steam-100')).not.toBe(before);
    const other = join(folder, 'other.json');
    createKeyring(other);
    expect(openKeyring(other, { allowDevelopment: true }).fingerprint(PLAIN, 'steam-50')).not.toBe(before);
  });

  it('purpose and text cannot be moved into each other', () => {
    expect(open().fingerprint('bc', 'a')).not.toBe(open().fingerprint('c', 'ab'));
    expect(() => open().fingerprint('c', 'a\u001fb')).toThrow(TypeError);
  });

  it('is made for its owner only, and refused once others may read it', () => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    addSealingKey(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    chmodSync(file, 0o640);
    expect(() => open()).toThrow(/mode 640/);
  });

  it('is never overwritten by a second init', () => {
    const before = readFileSync(file);
    expect(() => createKeyring(file)).toThrow(KeyringRefused);
    expect(readFileSync(file)).toEqual(before);
    expect(existsSync(`${file}.new`)).toBe(false);
  });

  it('a change that was cut short locks out the next and leaves the keys alone', () => {
    writeFileSync(`${file}.new`, '{');
    const before = readFileSync(file);
    expect(() => addSealingKey(file)).toThrow(/cut short/);
    expect(readFileSync(file)).toEqual(before);
  });

  it('made for development, it is refused in production', () => {
    const development = join(folder, 'development.json');
    createKeyring(development, { development: true });
    expect(() => openKeyring(development, { allowDevelopment: false })).toThrow(/made for development/);
    expect(() => openKeyring(development, { allowDevelopment: true })).not.toThrow();
    expect(() => open(false)).not.toThrow();
  });

  const base64url = (bytes: number[] | string) => Buffer.from(bytes as string).toString('base64url');
  it.each([
    ['all zero', base64url(Array.from({ length: 32 }, () => 0)), /all zero/],
    ['too short', base64url([1, 2, 3]), /3 bytes long/],
    ['readable text', base64url('change-me-change-me-please-12345'), /readable text/],
    ['one byte repeated', base64url(Array.from({ length: 32 }, () => 0xee)), /pattern/],
    ['counting up', base64url(Array.from({ length: 32 }, (_, at) => at)), /pattern/],
    ['not base64url', 'not a key!', /not base64url/],
  ])('a key that is %s is refused, by name and without quoting it', (_, key, words) => {
    rewrite({ fingerprintKey: key });
    const refusal = thrownBy(() => open());
    expect(refusal).toBeInstanceOf(KeyringRefused);
    expect(refusal.message).toMatch(words);
    expect(refusal.message).not.toContain(key);
  });

  it('lists every problem at once', () => {
    const [sealing] = content().sealingKeys;
    rewrite({ fingerprintKey: 'AAAA', sealingKeys: [sealing, { kid: 's2', key: sealing?.key }] });
    expect((thrownBy(() => open()) as KeyringRefused).problems).toHaveLength(2);
  });

  it.each([
    ['no JSON', 'keys'],
    ['another shape', '{"format":2}'],
    ['null', 'null'],
  ])('%s is refused', (_, text) => {
    writeFileSync(file, text);
    expect(() => open()).toThrow(KeyringRefused);
  });

  it('a missing file names the command that makes one', () => {
    file = join(folder, 'nowhere.json');
    expect(() => open()).toThrow(/cardrail keys init/);
  });

  it('lets go of a key that is destroyed: it opens nothing, is in no file, and does not come back with an old file', () => {
    const before = readFileSync(file, 'utf8');
    const keyring = open();
    const old = keyring.kidInUse;
    const text = keyring.seal('code', 'card');
    const kid = addSealingKey(file);
    expect(keyring.kidInUse).toBe(old);
    keyring.renew();
    expect(keyring.kidInUse).toBe(kid);
    expect(keyring.open(text, 'card')).toBe('code');
    keyring.destroy(old);
    expect(() => keyring.open(text, 'card')).toThrow(KeyMissing);
    expect(() => keyring.seal('code', 'card', old)).toThrow(KeyMissing);
    expect(keyring.kids).toEqual([kid]);
    expect(readFileSync(file, 'utf8')).not.toContain(old);
    expect(() => open().open(text, 'card')).toThrow(KeyMissing);
    keyring.destroy(old);
    writeFileSync(file, before);
    keyring.renew();
    expect(keyring.kids).toEqual([]);
    expect(() => keyring.destroy(old)).toThrow(/put the newest keyring/);
    expect(() => keyring.seal('code', 'card')).toThrow(KeyMissing);
  });
});
