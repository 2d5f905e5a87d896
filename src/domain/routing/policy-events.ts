import type { CanaryReport, WorseBy } from './canary-report';
import type { RoutingPolicy } from './policy';

/** How the shop chooses where to buy, on the one stream `routing-policy`. These names and shapes are stored for ever. */
export type RoutingPolicyEvent =
  | { readonly type: 'RoutingPolicyPublished'; readonly data: { readonly policy: RoutingPolicy } }
  | { readonly type: 'CanaryStarted'; readonly data: { readonly policy: RoutingPolicy; readonly percent: number; readonly against: string } }
  | { readonly type: 'CanaryPercentChanged'; readonly data: { readonly version: string; readonly percent: number } }
  /** From here on the canary is the policy. The report is what the decision was taken on. */
  | { readonly type: 'CanaryPromoted'; readonly data: { readonly version: string; readonly report: CanaryReport } }
  | {
      readonly type: 'CanaryRolledBack';
      readonly data: {
        readonly version: string;
        /** WORSE: cardrail itself found it clearly worse. */
        readonly cause: 'WORSE' | 'PERSON';
        readonly worseBy: readonly WorseBy[];
        readonly report?: CanaryReport;
      };
    };
