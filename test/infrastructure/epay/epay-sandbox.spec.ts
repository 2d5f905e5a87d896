import type { PaymentRequest } from '../../../src/application/ports/gateway';
import { tradeNumberOf } from '../../../src/infrastructure/gateways/trade-number';
import { buildGateway } from '../../../src/infrastructure/gateways/registry';
import type { GatewaySettings } from '../../../src/infrastructure/gateways/registry';
import { describeGatewayContract } from '../../contracts/gateway.contract';
import { epayMd5, epayRsa, epaySandboxAccount, orderReference } from '../../support/epay';
import { rememberingPages } from '../../support/opened-pages';
import { listenForNotices, paymentRequest, startTestSandbox } from '../../support/sandbox';

const numberOf = (reference: string): string => tradeNumberOf(reference) ?? 'none';

function describeEpay(name: string, settingsAt: (url: string) => GatewaySettings, namesRefunds: boolean): void {
  describeGatewayContract(name, async () => {
    const sandbox = await startTestSandbox({ epay: epaySandboxAccount });
    const gateway = buildGateway(settingsAt(sandbox.url), Date.now);
    const listener = await listenForNotices();
    const { gateway: opening, openPage } = rememberingPages(gateway);
    return {
      gateway: opening,
      kinds: ['redirect'],
      namesRefunds,
      newPayment: (changes: Partial<PaymentRequest> = {}) =>
        paymentRequest({ kind: 'redirect', merchantId: '1001', reference: orderReference(), notifyUrl: listener.url, ...changes }),
      async pay(reference) {
        await openPage(reference);
        const status = await sandbox.pay(numberOf(reference));
        if (status !== 200) throw new Error(`paying was answered ${status}`);
      },
      async noticeAbout(reference) {
        for (let wanted = 1; ; wanted++) {
          const notice = (await listener.count(wanted)).find(({ body }) => body.includes(`out_trade_no=${numberOf(reference)}&`));
          if (notice) return notice;
        }
      },
      async close() {
        await gateway.release();
        await sandbox.close();
        await listener.close();
      },
    };
  });
}

describeEpay('the sandbox over epay-md5', (url) => epayMd5(url), false);
describeEpay('the sandbox over epay-md5 by links', (url) => epayMd5(url, { checkout: 'PAGE' }), false);
describeEpay('the sandbox over epay-rsa', (url) => epayRsa(url), true);
describeEpay('the sandbox over epay-rsa with close', (url) => epayRsa(url, { flags: { replay: false, lookup: true, cancel: true } }), true);
