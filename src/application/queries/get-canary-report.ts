import { clearlyWorse, hasEnough, seemsWorse, type ArmReport, type CanaryRule, type WorseBy } from '../../domain/routing/canary-report';
import { requireRole } from '../authorise';
import type { CanaryTrials } from '../canary-trials';
import type { Caller, Locale, Rights } from '../caller';
import type { Settings } from '../settings';
import { Query, type QueryHandler } from './query';

export interface CanaryReportView {
  /** The version that is tried, or was. */
  readonly version: string;
  /** Share of the orders that try it, in percent; null when its trial is over. */
  readonly percent: number | null;
  readonly canary: ArmReport;
  readonly control: ArmReport;
  readonly ordersMin: number;
  readonly enough: boolean;
  /** By what it seems worse: enough not to promote it. */
  readonly worseBy: readonly WorseBy[];
  readonly mayBePromoted: boolean;
  readonly words: string;
}

/** Both sides of a trial; of the one that runs unless a version is named. Null when none runs. */
export class GetCanaryReport extends Query<CanaryReportView | null> {
  static readonly operation = 'canaryReport';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly version?: string,
  ) {
    super();
  }
}

export class GetCanaryReportHandler implements QueryHandler<GetCanaryReport> {
  readonly query = GetCanaryReport;
  constructor(
    private readonly settings: Pick<Settings, 'routingPolicy'>,
    private readonly trials: CanaryTrials,
    private readonly rule: CanaryRule,
  ) {}

  async execute({ caller, version: asked }: GetCanaryReport): Promise<CanaryReportView | null> {
    requireRole(GetCanaryReport, caller);
    const { canary: running } = this.settings.routingPolicy();
    const version = asked ?? running?.policy.version;
    if (version === undefined) return null;
    const report = await this.trials.report(version);
    const percent = running?.policy.version === version ? running.percent : null;
    const { ordersMin } = this.rule;
    const [enough, worseBy] = [hasEnough(report, this.rule), seemsWorse(report, this.rule)];
    const mayBePromoted = percent !== null && enough && worseBy.length === 0;
    const clearly = clearlyWorse(report, this.rule).length > 0;
    const words = WORDS[caller.locale]({ n: Math.min(report.canary.orders, report.control.orders), ordersMin, enough, worseBy, clearly });
    return { version, percent, ...report, ordersMin, enough, worseBy, mayBePromoted, words };
  }
}

interface Verdict {
  readonly n: number;
  readonly ordersMin: number;
  readonly enough: boolean;
  readonly worseBy: readonly WorseBy[];
  readonly clearly: boolean;
}

const BY_ZH: Readonly<Record<WorseBy, string>> = { SUCCESS: '成功率', TIME: '用时', COST: '成本' };
const BY_EN: Readonly<Record<WorseBy, string>> = { SUCCESS: 'success', TIME: 'time', COST: 'cost' };

const WORDS: Readonly<Record<Locale, (verdict: Verdict) => string>> = {
  'zh-CN': ({ n, ordersMin, enough, worseBy, clearly }) => {
    if (!enough) return `数据不足（n=${n}，每侧需 ${ordersMin}）。`;
    if (worseBy.length === 0) return '灰度不差于对照，可以转正。';
    return `灰度${clearly ? '明显' : '似乎'}不如对照：${worseBy.map((by) => BY_ZH[by]).join('、')}。`;
  },
  en: ({ n, ordersMin, enough, worseBy, clearly }) => {
    if (!enough) return `Not enough data (n=${n}; each side needs ${ordersMin}).`;
    if (worseBy.length === 0) return 'The canary is no worse than the rest and may be promoted.';
    return `The canary is ${clearly ? 'clearly' : 'seemingly'} worse by ${worseBy.map((by) => BY_EN[by]).join(' and ')}.`;
  },
};
