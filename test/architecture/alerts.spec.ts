import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { Metrics } from '../../src/infrastructure/observability/metrics';

const ROOT = join(__dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook_url: string };
}
const rules = (parse(read('deploy/observability/alerts.yaml')) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);

const DASHBOARDS = 'deploy/observability/dashboards';
const panels = readdirSync(join(ROOT, DASHBOARDS)).flatMap((file) => {
  const board = JSON.parse(read(join(DASHBOARDS, file))) as { panels: { title: string; targets: { expr: string }[] }[] };
  return board.panels.map(({ title, targets }) => ({ where: `${file}: ${title}`, exprs: targets.map(({ expr }) => expr) }));
});

/** Series a page may hold, by the name that stands in a query: histograms have three. */
async function seriesOnThePage(): Promise<ReadonlyMap<string, string>> {
  const types = [...(await new Metrics().text()).matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  return new Map(
    types.flatMap(([, name = '', kind = '']) =>
      (kind === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']).map((end): [string, string] => [name + end, kind]),
    ),
  );
}

const namesIn = (expr: string): readonly string[] => [...expr.matchAll(/cardrail_\w+/g)].map(([name]) => name);

describe('alerts and dashboards', () => {
  it.each([...rules.map(({ alert, expr }) => ({ where: alert, exprs: [expr] })), ...panels])(
    '$where asks only for metrics that there are',
    async ({ exprs }) => {
      const series = await seriesOnThePage();
      for (const name of exprs.flatMap(namesIn)) expect({ name, there: series.has(name) }).toEqual({ name, there: true });
    },
  );

  it('counters are asked for their rate, and gauges are not', async () => {
    const series = await seriesOnThePage();
    for (const expr of [...rules.map((rule) => rule.expr), ...panels.flatMap(({ exprs }) => exprs)]) {
      for (const [, call = '', name = ''] of expr.matchAll(/(rate|increase|delta)\((cardrail_\w+)/g))
        expect([call === 'delta', series.get(name)]).toEqual([
          call === 'delta',
          call === 'delta' ? 'gauge' : expect.stringMatching(/counter|histogram/),
        ]);
      const bare = expr.replaceAll(/(?:rate|increase)\([^)]*\)/g, '');
      for (const name of namesIn(bare)) expect([name, series.get(name)]).toEqual([name, 'gauge']);
    }
  });

  it.each(rules)('$alert has a page that says what it means, what buyers see, what to check and what to do', ({ alert, annotations }) => {
    expect(annotations.runbook_url).toBe(`docs/runbook/${alert}.md`);
    const page = read(annotations.runbook_url);
    expect(page.startsWith(`# ${alert}\n`)).toBe(true);
    for (const head of ['## What it means', '## What buyers see', '## What to check', '## What to do']) expect(page).toContain(head);
    expect(page).toMatch(/```sh\n.+/);
    for (const [, other = ''] of page.matchAll(/\]\((\w+)\.md\)/g)) expect(rules.map((rule) => rule.alert)).toContain(other);
  });

  it('every page belongs to an alert, and the list of pages is whole', () => {
    const pages = readdirSync(join(ROOT, 'docs/runbook')).filter((file) => file !== 'README.md');
    expect(pages.sort()).toEqual(rules.map(({ alert }) => `${alert}.md`).sort());
    for (const { alert } of rules) expect(read('docs/runbook/README.md')).toContain(`(${alert}.md)`);
  });
});
