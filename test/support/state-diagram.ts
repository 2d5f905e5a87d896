import { planRows } from '../../src/domain/order/plan';
import { PHASES, statusOf, type Phase } from '../../src/domain/order/phase';
import { LEGAL_MOVES } from './explored-rules';

/** `moves` are those that explored stories really made: "FROM → TO". */
export function stateDiagram(moves: readonly string[]): string {
  const pairs = moves.map((move) => move.split(' → ') as [Phase, Phase]).filter(([from, to]) => from !== to);
  const mermaid = [...new Set(pairs.map(([from, to]) => `  ${from} --> ${to}`))].sort();
  return [
    '# How an order moves',
    '',
    'Generated from the code by `test/domain/order/exploration.spec.ts` (`UPDATE_DOCS=1 npx jest exploration` writes it anew). The moves are those that seeded stories make with the real plan, decisions and folds.',
    '',
    '```mermaid',
    'stateDiagram-v2',
    '  [*] --> QUEUED',
    ...mermaid,
    '```',
    '',
    '## What the buyer sees',
    '',
    '| phase | status |',
    '|---|---|',
    ...PHASES.map((phase) => `| ${phase} | ${statusOf(phase)} |`),
    '',
    '| status | may become |',
    '|---|---|',
    ...Object.entries(LEGAL_MOVES).map(([from, to]) => `| ${from} | ${to.join(', ')} |`),
    '',
    '## The plan',
    '',
    'The first row that wants something counts.',
    '',
    '| row | about |',
    '|---|---|',
    ...planRows.map(({ row, about }) => `| ${row} | ${about} |`),
    '| 15 wait | otherwise: until the earliest moment that any row noted |',
    '',
  ].join('\n');
}
