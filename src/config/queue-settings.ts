import { z } from 'zod';
import { defaultBuyerLimits, type BuyerLimits } from '../domain/buyer/limits';
import { defaultAdmissionPolicy, type AdmissionPolicy } from '../domain/routing/admission';
import { setting } from './setting';
import { count, wholeMs } from './shapes';

const { unpaidMax, ...buyer } = defaultBuyerLimits;
const admission = defaultAdmissionPolicy;
const unpaid = (value: number, about: string) => setting(count, `${value}`, `unpaid open orders at once ${about}; 0 = no limit`);

/** How fast orders enter, and what one buyer may do; see `AdmissionPolicy` and `BuyerLimits`. */
export const queueSettings = {
  CARDRAIL_ADMISSION_PER_SECOND: setting(count.min(1), `${admission.perSecond}`, 'orders that enter per second, all API nodes together'),
  CARDRAIL_ADMISSION_BURST_MS: setting(wholeMs, `${admission.burstMs}`, 'what was not used of that in so long may be made up for at once'),
  CARDRAIL_ADMISSION_BACKLOG_MAX: setting(
    count.min(1),
    `${admission.backlogMax}`,
    'orders that may wait to enter, all API nodes together; above it the answer is SYSTEM_BUSY and nothing is stored',
  ),
  CARDRAIL_BUYER_SUBMITS_PER_MINUTE: setting(
    count,
    `${buyer.submitsPerMinute}`,
    'submits of one buyer in a minute before the answer is COOLING_DOWN; 0 = no limit',
  ),
  CARDRAIL_BUYER_COOL_DOWN_MS: setting(wholeMs.min(100), `${buyer.coolDownMs}`, 'the first wait of such a buyer; doubles each time'),
  CARDRAIL_BUYER_COOL_DOWN_MAX_MS: setting(wholeMs.min(100), `${buyer.coolDownMaxMs}`, 'the longest wait of such a buyer'),
  CARDRAIL_UNPAID_PER_BUYER_MAX: unpaid(unpaidMax.BUYER, 'of one buyer'),
  CARDRAIL_UNPAID_PER_CONTACT_MAX: unpaid(unpaidMax.CONTACT, 'with one e-mail address or phone number'),
  CARDRAIL_UNPAID_PER_ADDRESS_MAX: unpaid(unpaidMax.ADDRESS, 'from one client address'),
  CARDRAIL_UNPAID_PER_DEVICE_MAX: unpaid(unpaidMax.DEVICE, 'from one device'),
  CARDRAIL_RISK_FROM_PERCENT: setting(
    z.coerce.number().min(1).max(100),
    `${buyer.riskFrom * 100}`,
    'from this part of one of these limits on, an order carries a risk signal',
  ),
} as const;

type Values = { readonly [Name in keyof typeof queueSettings]: z.output<(typeof queueSettings)[Name]['schema']> };

export const admissionPolicyOf = (values: Values): AdmissionPolicy => ({
  perSecond: values.CARDRAIL_ADMISSION_PER_SECOND,
  burstMs: values.CARDRAIL_ADMISSION_BURST_MS,
  backlogMax: values.CARDRAIL_ADMISSION_BACKLOG_MAX,
});

export const buyerLimitsOf = (values: Values): BuyerLimits => ({
  submitsPerMinute: values.CARDRAIL_BUYER_SUBMITS_PER_MINUTE,
  coolDownMs: values.CARDRAIL_BUYER_COOL_DOWN_MS,
  coolDownMaxMs: Math.max(values.CARDRAIL_BUYER_COOL_DOWN_MS, values.CARDRAIL_BUYER_COOL_DOWN_MAX_MS),
  unpaidMax: {
    BUYER: values.CARDRAIL_UNPAID_PER_BUYER_MAX,
    CONTACT: values.CARDRAIL_UNPAID_PER_CONTACT_MAX,
    ADDRESS: values.CARDRAIL_UNPAID_PER_ADDRESS_MAX,
    DEVICE: values.CARDRAIL_UNPAID_PER_DEVICE_MAX,
  },
  riskFrom: values.CARDRAIL_RISK_FROM_PERCENT / 100,
});
