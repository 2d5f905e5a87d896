import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildProgram } from '../../src/cli/program';
import { referenceText } from '../../src/cli/verbs/reference';

describe('docs/cli.md', () => {
  it('is what `cardrail reference` prints', () => {
    expect(readFileSync(join(__dirname, '../../docs/cli.md'), 'utf8')).toBe(referenceText(buildProgram()));
  });
});
