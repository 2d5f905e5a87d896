import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { buildSchema, getVariableValues, Kind, parse, validate, type DocumentNode } from 'graphql';
import { documentProblem } from '../../src/api/graphql/document-limits';
import { buildProgram } from '../../src/cli/program';
import { parseShopFile } from '../../src/cli/shop-file/shop-file';
import { codecCatalog } from '../../src/infrastructure/codec/catalog';
import { blocksIn, operationsOf, pages, ROOT, type Block } from './markdown';
import { cardrailArguments, commandsIn } from './shell-words';

const schema = buildSchema(readFileSync(join(ROOT, 'schema.graphql'), 'utf8'));

/** What is wrong with a document and the variables that stand with it. */
function problemsOf(document: DocumentNode, variables: Readonly<Record<string, unknown>> | null): readonly string[] {
  const tooMuch = documentProblem(document);
  const problems = [...(tooMuch === null ? [] : [tooMuch]), ...validate(schema, document).map(({ message }) => message)];
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (problems.length > 0 || variables === null || operation === undefined) return problems;
  return (getVariableValues(schema, operation.variableDefinitions ?? [], variables).errors ?? []).map(({ message }) => message);
}

const operations = pages.flatMap(operationsOf);

/** Bodies of requests in shell examples: what `-d` carries. */
const requests = blocksIn('sh', 'bash').flatMap(({ where, text }) =>
  [...text.matchAll(/-d '(\{[^']*"query"[^']*\})'/g)].map(([, body = '']) => ({
    where,
    ...(JSON.parse(body) as { query: string; variables?: Record<string, unknown> }),
  })),
);

describe('GraphQL in the docs', () => {
  it.each(operations)('$where is a document that the schema takes', ({ text, variables }) => {
    expect(problemsOf(parse(text), variables)).toEqual([]);
  });

  it.each(requests)('$where sends a document that the schema takes', ({ query, variables = {} }) => {
    expect(problemsOf(parse(query), variables)).toEqual([]);
  });

  it('variables stand right behind the document that they are for', () => {
    const lost = pages.flatMap(({ blocks }) => blocks.filter(({ claim }, at) => claim === 'variables' && blocks[at - 1]?.language !== 'graphql'));
    expect(lost.map(({ where }) => where)).toEqual([]);
  });
});

/** The command line as it is, only that nothing is done. */
function idleProgram(): Command {
  const program = buildProgram().configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  const idle = (command: Command): void => {
    command.action(() => undefined);
    command.commands.forEach(idle);
  };
  program.commands.forEach(function onlyVerbs(command) {
    if (command.commands.length > 0) command.commands.forEach(onlyVerbs);
    else idle(command);
  });
  return program;
}

const commandLines = blocksIn('sh', 'bash', 'console').flatMap(({ where, text }) =>
  commandsIn(text).flatMap((command) => {
    const words = cardrailArguments(command);
    return words === null ? [] : [{ where, line: words.join(' '), words }];
  }),
);

describe('commands in the docs', () => {
  it.each(commandLines)('$where: cardrail $line', async ({ words }) => {
    await expect(idleProgram().parseAsync([...words], { from: 'user' })).resolves.toBeDefined();
  });

  it('a verb or a flag that is not there would be noticed', async () => {
    for (const words of [['orders', 'mend', 'X'], ['verify', '--hard'], ['cards', 'import', 'codes.csv'], ['no-such-noun']])
      await expect(idleProgram().parseAsync(words, { from: 'user' })).rejects.toThrow();
  });

  it('verbs that are named in the text exist', () => {
    const named = pages.flatMap(({ path, prose }) =>
      [...prose.matchAll(/`(?:npx )?cardrail ([a-z-]+)(?: ([a-z-]+))?/g)].map(([text, noun, verb]) => ({ path, text, noun, verb })),
    );
    const unknown = named.filter(({ noun, verb }) => {
      const command = buildProgram().commands.find((one) => one.name() === noun);
      if (command === undefined) return true;
      return command.commands.length > 0 && verb !== undefined && !command.commands.some((one) => one.name() === verb);
    });
    expect(unknown).toEqual([]);
  });
});

const SHOP_KEYS = /^(gateways|channels|skus|apiKeys):/m;
const eventBlocks: readonly Block[] = blocksIn('json').filter(({ claim }) => claim === 'event');

describe('settings and data in the docs', () => {
  it.each(blocksIn('yaml').filter(({ text }) => SHOP_KEYS.test(text)))('$where is a shop', ({ text, where }) => {
    expect(() => parseShopFile(text, where)).not.toThrow();
  });

  it.each(blocksIn('json'))('$where is JSON', ({ text }) => {
    expect(() => JSON.parse(text) as unknown).not.toThrow();
  });

  it.each(eventBlocks)('$where is an event as it is stored', ({ text }) => {
    const { type, data } = JSON.parse(text) as { type: string; data: unknown };
    expect(Object.keys(codecCatalog)).toContain(type);
    expect(codecCatalog[type]?.schema.safeParse(data)).toMatchObject({ success: true });
  });

  it('there is something of each kind to look at', () => {
    expect([operations, requests, commandLines, eventBlocks].map(({ length }) => length > 0)).toEqual([true, true, true, true]);
  });
});
