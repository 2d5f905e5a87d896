// What a release is made of: a CycloneDX list, on standard output, of every package that runs in production. It is made of the lock file, and
// held against what is installed (`npm ci` first): every package that production can load has to be on it, at the version that lies on the disk, with
// licence and digest. Exit code 1 when one is not. `npm sbom --omit=dev` is not asked: it leaves out what a development package needs as well.
'use strict';
const { execFileSync } = require('node:child_process');
const { existsSync, readFileSync } = require('node:fs');
const { dirname, join, sep } = require('node:path');

const ROOT = join(__dirname, '..');
const LIST_BYTES_MAX = 64 * 1024 * 1024;
const manifestOf = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

const DEVELOPMENT = 'cdx:npm:package:development';

/** Packages of which at least one copy is for production. The list tells of one copy alone, which may be the other one. */
function ofProduction() {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const copies = Object.entries(packages).filter(([place, { dev }]) => place !== '' && dev !== true);
  return new Set(copies.map(([place, { name, version }]) => `${name ?? place.split('node_modules/').at(-1)}@${version}`));
}

/** The whole list less what only development needs. */
function listed() {
  const args = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only'];
  const all = JSON.parse(execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8', maxBuffer: LIST_BYTES_MAX }));
  const needed = ofProduction();
  const components = all.components
    .filter((one) => needed.has(`${one.name}@${one.version}`))
    .map((one) => ({ ...one, properties: (one.properties ?? []).filter((property) => property.name !== DEVELOPMENT) }));
  const { name, version } = manifestOf(ROOT);
  const component = { ...all.metadata.component, name };
  const refs = new Set([`${name}@${version}`, component['bom-ref'], ...components.map((one) => one['bom-ref'])]);
  const dependencies = all.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((one) => refs.has(one)) }));
  return { ...all, metadata: { ...all.metadata, component }, components, dependencies };
}

/** Where Node finds a package that is asked for from a folder: the nearest node_modules upwards. Null when it is not installed. */
function folderOf(name, from) {
  for (let at = from; at.startsWith(ROOT); at = dirname(at)) {
    const folder = join(at, 'node_modules', ...name.split('/'));
    if (!at.endsWith(`${sep}node_modules`) && existsSync(join(folder, 'package.json'))) return folder;
  }
  return null;
}

/** Everything that production reaches on the disk, as name@version, and what it asks for and does not find. */
function installed() {
  const [found, missing, seen, waiting] = [new Set(), [], new Set(), [ROOT]];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const { name: asker, dependencies = {}, optionalDependencies = {} } = manifestOf(folder);
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const there = folderOf(name, folder);
      if (there === null && !(name in optionalDependencies)) missing.push(`${name}, which ${asker} needs`);
      if (there === null || seen.has(there)) continue;
      seen.add(there);
      found.add(`${name}@${manifestOf(there).version}`);
      waiting.push(there);
    }
  }
  return { found, missing };
}

const list = listed();
const { found, missing } = installed();
const names = new Set(list.components.map(({ name, version }) => `${name}@${version}`));
const problems = [
  ...missing.map((what) => `not installed: ${what}`),
  ...[...found].filter((one) => !names.has(one)).map((one) => `not on the list: ${one}`),
  ...list.components.filter(({ licenses = [] }) => licenses.length === 0).map(({ name, version }) => `without a licence: ${name}@${version}`),
  ...list.components.filter(({ hashes = [] }) => hashes.length === 0).map(({ name, version }) => `without a digest: ${name}@${version}`),
];
for (const problem of problems) console.error(problem);
console.error(`${names.size} packages are on the list, ${found.size} are installed for production, ${problems.length} problems`);
process.stdout.write(`${JSON.stringify(list, null, 2)}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
