import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refused, requireYes, WrongUse } from '../exit';
import { answer } from '../output';
import { configOf, withLog } from '../session';
import { newTrialKeys } from '../trial/trial-keys';

const keyringFile = async (): Promise<string> => {
  const { filesOf } = await import('../../stores');
  return filesOf(configOf()).keyring;
};

/** Makes the keyring of a new shop. Throws KeyringRefused when there is one, Refused when there is a log whose codes it would not open. */
export async function init({ development, json }: { readonly development?: true; readonly json?: true }): Promise<void> {
  const file = await keyringFile();
  if (!existsSync(file) && (await hasEvents())) throw new Refused('KEYRING_OF_ANOTHER', { file });
  const { createKeyring } = await import('../../workbench');
  createKeyring(file, { development: development === true });
  await answer(
    json,
    { file, development: development === true },
    () => `${file} is made. Keep a copy of it apart from the backups: without it no stored code can be read.`,
  );
}

async function hasEvents(): Promise<boolean> {
  const { filesOf } = await import('../../stores');
  const config = configOf();
  if (config.values.CARDRAIL_STORE !== 'embedded' || !existsSync(filesOf(config).events)) return false;
  return withLog(config, async (log) => (await log.head()) !== null);
}

/** Secrets for a shop that is only tried out, a file for each, named as the example shop names them. Those that are there stay. */
export async function trial(folder: string, { json }: { readonly json?: true }): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const missing = Object.entries<string>({ ...newTrialKeys() }).filter(([name]) => !existsSync(join(folder, name)));
  for (const [name, value] of missing) writeFileSync(join(folder, name), value, { mode: 0o600, flag: 'wx' });
  const made = missing.map(([name]) => name);
  await answer(json, { folder, made }, () => `${folder}: ${made.length} secrets made for trying things out`);
}

/** Adds a key of one kind. The older ones stay. */
export async function add(kind: string, { yes, json }: { readonly yes?: true; readonly json?: true }): Promise<void> {
  if (kind !== 'sealing' && kind !== 'token' && kind !== 'audit') throw new WrongUse('KEY_KIND_UNKNOWN');
  requireYes(yes, 'KEY_WOULD_BE_USED', { kind });
  const file = await keyringFile();
  const { addAuditKey, addSealingKey, addTokenKey } = await import('../../workbench');
  const adders = { sealing: addSealingKey, token: addTokenKey, audit: addAuditKey };
  const id = String(adders[kind](file));
  await answer(
    json,
    { file, kind, id },
    () => `${file} has the new ${kind} key ${id}. Restart every process of the shop, and renew the copy of the keyring.`,
  );
}
