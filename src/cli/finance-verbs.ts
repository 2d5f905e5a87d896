import { Option } from 'commander';
import { changing, keyed, type VerbKit } from './desk-verbs';

const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'gbk', 'gb18030'];
const AMOUNT_MAX = 1_000_000_000_000;
const VOUCHER_KINDS = ['CHANNEL_TOPPED_UP', 'GATEWAY_PAID_OUT', 'GATEWAY_FEE', 'SUPPLIER_PAID', 'DISPUTE_REPAID'];

/** The books work on the files of the shop, beside a running one or without it. */
export function addFinance({ verb, noun, whole, localeOption }: VerbKit): void {
  const finance = noun('finance', 'money that adds up: the ledger, its days, and what gateways and channels say of it');
  verb(finance, 'ledger', 'the double-entry ledger of one day, by account')
    .option('--day <day>', 'YYYY-MM-DD by the calendar of the shop; today without it')
    .action(async (options: object) => (await import('./verbs/finance')).showLedger(options));
  changing(
    verb(finance, 'close', 'close a day of the ledger for good, and every open one before it; what comes later belongs to the next open day'),
    localeOption,
  )
    .requiredOption('--day <day>', 'YYYY-MM-DD by the calendar of the shop; it must be over')
    .action(async (options: object) => (await import('./verbs/finance')).closeDays(keyed(options) as never));
  changing(verb(finance, 'book', 'book money that moved outside of orders, by the paper that says so: a paper is booked once'), localeOption)
    .addOption(new Option('--kind <kind>', 'what moved').choices(VOUCHER_KINDS).makeOptionMandatory())
    .requiredOption('--party <id>', 'the gateway or channel; of a supplier its name')
    .requiredOption('--amount <minor>', 'how much, in minor units', whole(1, AMOUNT_MAX))
    .requiredOption('--currency <code>', 'ISO-4217 code, such as CNY')
    .requiredOption('--document <number>', 'number of the paper')
    .action(async (options: object) => (await import('./verbs/finance')).bookMoney(keyed(options) as never));
  changing(
    verb(finance, 'reconcile', 'hold a statement of one gateway or channel against the books; what differs is kept until it is settled'),
    localeOption,
  )
    .option('--gateway <id>', 'whose statement it is')
    .option('--channel <id>', 'whose statement it is')
    .option('--day <day>', 'the day that the file is of: YYYY-MM-DD by the calendar of the shop')
    .option('--file <file>', 'a statement as csv; read as a stream')
    .option('--ledger-url <url>', 'address of a sandbox, whose ledger covers everything')
    .addOption(new Option('--encoding <name>', 'how the text is encoded').choices(['auto', ...ENCODINGS]).default('auto'))
    .option('--delimiter <text>', 'what stands between the columns, such as ; or tab', ',')
    .option('--columns <pairs>', 'headings of the file: reference=…,amount=… and kind=…,currency=…,units=…', 'reference=reference,amount=amount')
    .option('--kinds <pairs>', 'what the words of the kind column mean, such as 交易=PAYMENT,退款=REFUND; other lines are left out')
    .addOption(new Option('--kind <kind>', 'of all lines, without a kind column').choices(['PAYMENT', 'REFUND', 'PURCHASE']).default('PAYMENT'))
    .option('--currency <code>', 'of all lines, without a currency column', 'CNY')
    .action(async (options: object) => (await import('./verbs/finance-reconcile')).reconcile(keyed(options) as never));
  verb(finance, 'evidence <order>', "write what is known of an order for a buyer's bank: its history with times and hashes, never a code")
    .requiredOption('--out <file>', 'where to')
    .action(async (order: string, options: object) => (await import('./verbs/finance-evidence')).writeEvidence(order, options as never));
  verb(finance, 'export', 'write the entries of a day as csv and NDJSON, with a manifest of their digests')
    .requiredOption('--day <day>', 'YYYY-MM-DD by the calendar of the shop')
    .requiredOption('--out <folder>', 'where to; made when it is not there')
    .action(async (options: object) => (await import('./verbs/finance-export')).exportDay(options as never));
}
