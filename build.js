// Writes dist: every module of src as Node runs it, with its source map, and the files of the pages as they are. Compiled as in the tests
// (swc.config.json). Types are not looked at here: `npm run typecheck` checks them, for CI and for whoever changes something.
'use strict';
const { cp, mkdir, readdir, writeFile } = require('node:fs/promises');
const { basename, dirname, join, relative } = require('node:path');
const { transformFile } = require('@swc/core');
const options = require('./swc.config.json');

const SRC = join(__dirname, 'src');
const DIST = join(__dirname, 'dist');
const PAGES = join('api', 'pages', 'files');

async function compile(module) {
  const source = join(SRC, module);
  const target = join(DIST, module.replace(/\.ts$/, '.js'));
  const sourceFileName = relative(dirname(target), source);
  const { code, map } = await transformFile(source, { ...options, sourceMaps: true, sourceFileName, inlineSourcesContent: false });
  await mkdir(dirname(target), { recursive: true });
  await Promise.all([writeFile(target, `${code}//# sourceMappingURL=${basename(target)}.map\n`), writeFile(`${target}.map`, map)]);
}

async function build() {
  const modules = (await readdir(SRC, { recursive: true })).filter((file) => file.endsWith('.ts'));
  await Promise.all([...modules.map(compile), cp(join(SRC, PAGES), join(DIST, PAGES), { recursive: true })]);
}

void build();
