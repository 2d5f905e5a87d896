import type { Locale } from '../application/caller';
import { withFacts } from '../application/refusal-words';

type Words = Readonly<Record<Locale, string>>;

const sayYes: Words = { en: '; say --yes to do it', 'zh-CN': '。确认要这样做请加 --yes。' };
const confirmed = (words: Words): Words => ({ en: words.en + sayYes.en, 'zh-CN': words['zh-CN'] + sayYes['zh-CN'] });

/**
 * What the command line refuses, and what to do next; `{name}` stands for a fact of it. A code, once public, keeps its meaning. What the shop itself
 * refuses has its codes and words in `application/refusals`.
 */
export const cliRefusals = {
  SECRET_IN_ARGUMENTS: {
    en: 'secrets are not taken as arguments: name an environment variable or a file instead',
    'zh-CN': '密钥等机密不能写在命令行参数里。请改用环境变量或文件名。',
  },
  VERB_MISSING: { en: 'a verb is missing; see --help', 'zh-CN': '缺少子命令。可用 --help 查看。' },
  REASON_MISSING: { en: 'say why with --reason: it is kept for ever', 'zh-CN': '请用 --reason 写明原因。原因会永久保存。' },
  PROGRAM_NOT_STARTED: { en: 'the program was not started: see above', 'zh-CN': '程序未能启动。原因见上文。' },

  NO_EVENT_LOG: {
    en: 'there is no event log at {file}: name the folder of the shop with CARDRAIL_DATA_DIR',
    'zh-CN': '{file} 处没有事件日志。请用 CARDRAIL_DATA_DIR 指明店铺的数据目录。',
  },
  FILE_NOT_FOUND: { en: 'there is no file {file}', 'zh-CN': '没有文件 {file}。请核对路径。' },
  FILE_UNREADABLE: { en: '{file} is not a file that can be read', 'zh-CN': '{file} 不是可以读取的文件。请核对路径和权限。' },
  FILE_EXISTS: { en: '{file} is there already: name another one', 'zh-CN': '{file} 已经存在。请换一个文件名。' },
  FOLDER_EXISTS: {
    en: '{folder} is there already: name a folder that is not, so that nothing is mixed',
    'zh-CN': '{folder} 已经存在。请换一个不存在的目录，以免内容混在一起。',
  },
  DISK_READ_ONLY: {
    en: 'this account may not write there ({said}): look at CARDRAIL_DATA_DIR with cardrail doctor',
    'zh-CN': '当前账户无权写入（{said}）。请用 cardrail doctor 检查 CARDRAIL_DATA_DIR。',
  },
  DISK_FULL: {
    en: 'the disk is full ({said}): look at CARDRAIL_DATA_DIR with cardrail doctor',
    'zh-CN': '磁盘已满（{said}）。请用 cardrail doctor 检查 CARDRAIL_DATA_DIR。',
  },
  DISK_FILE_CLOSED: {
    en: 'a file of the shop cannot be opened ({said}): look at CARDRAIL_DATA_DIR with cardrail doctor',
    'zh-CN': '店铺的文件打不开（{said}）。请用 cardrail doctor 检查 CARDRAIL_DATA_DIR。',
  },
  DISK_FAILING: {
    en: 'the disk does not read or write ({said}): look at CARDRAIL_DATA_DIR with cardrail doctor',
    'zh-CN': '磁盘读写失败（{said}）。请用 cardrail doctor 检查 CARDRAIL_DATA_DIR。',
  },

  SHOP_RUNNING: { en: 'the shop is running: stop every process of it first', 'zh-CN': '店铺正在运行。请先停止它的所有进程。' },
  SHOP_ADDRESS_MISSING: {
    en: 'this acts on a running shop: set CARDRAIL_URL to its address',
    'zh-CN': '此命令作用于运行中的店铺。请把 CARDRAIL_URL 设为它的地址。',
  },
  SHOP_KEY_MISSING: {
    en: 'this acts on a running shop: set CARDRAIL_API_KEY to a key that may do it',
    'zh-CN': '此命令作用于运行中的店铺。请把 CARDRAIL_API_KEY 设为有相应权限的密钥。',
  },
  ORDER_NOT_FOUND: {
    en: 'there is no such order: look it up with cardrail orders list',
    'zh-CN': '没有这个订单。请用 cardrail orders list 查找。',
  },
  ORDER_AMBIGUOUS: { en: 'that fits several orders; name one by its number', 'zh-CN': '符合的订单不止一个。请用订单号指明。' },
  CHANGES_CARDS: confirmed({ en: '{verb} changes what is on sale', 'zh-CN': '{verb} 会改变在售的卡密' }),
  CHANGES_ORDERS: confirmed({ en: '{change} changes orders', 'zh-CN': '{change} 会改变多个订单' }),
  CHANGES_ORDER: confirmed({ en: '{change} changes the order', 'zh-CN': '{change} 会改变订单' }),
  INCIDENT_NOT_FOUND: {
    en: 'there is no such incident: look it up with cardrail incidents list',
    'zh-CN': '没有这个事件。请用 cardrail incidents list 查找。',
  },
  JOB_NOT_FOUND: { en: 'there is no such job: look it up with cardrail jobs list', 'zh-CN': '没有这个任务。请用 cardrail jobs list 查找。' },
  JOB_STOPS: confirmed({ en: 'a job that is stopped does not go on', 'zh-CN': '任务停止后不会继续' }),
  INCIDENT_STAYS_QUIET: confirmed({ en: 'nobody is reminded of an acknowledged incident', 'zh-CN': '确认后的事件不再提醒任何人' }),
  MESSAGE_TOLD_AGAIN: confirmed({ en: '{id} would hear it again', 'zh-CN': '{id} 会再次收到消息' }),
  BUYER_ERASED_FOR_GOOD: confirmed({
    en: 'what the shop holds of this buyer can never be read again',
    'zh-CN': '店铺持有的该买家信息将永远无法再读',
  }),
  CODES_LEAVE: confirmed({
    en: 'codes in plain text leave the shop, and are out of sale then',
    'zh-CN': '卡密将以明文离开店铺，并随即停售',
  }),
  ORDERS_UNNAMED: {
    en: 'say which orders: nothing repairs all orders there are',
    'zh-CN': '请指明是哪些订单。不能一次处理全部订单。',
  },
  NOTIFIER_NOT_FOUND: {
    en: 'no such notifier hears of incidents; cardrail notifiers list tells them',
    'zh-CN': '没有接收事件通知的该通知端。可用 cardrail notifiers list 查看。',
  },
  NOTIFIER_REFUSED: { en: '{id} did not take it: {why}', 'zh-CN': '{id} 没有接收：{why}。请检查它的地址和密钥。' },
  PROJECTION_UNKNOWN: {
    en: 'there is no read model of that name; there are {names}',
    'zh-CN': '没有这个名称的读模型。现有：{names}。',
  },
  STREAM_WOULD_BE_MISSING: confirmed({
    en: 'revision {revision} of {stream} would be missing in {projection} until it is rebuilt',
    'zh-CN': '在重建之前，{projection} 将缺少 {stream} 的第 {revision} 版',
  }),

  KEYRING_OF_ANOTHER: {
    en: 'the shop of {file} has a log: a new keyring opens none of its codes. Put the copy of its own one there',
    'zh-CN': '{file} 所属的店铺已有日志，新密钥环打不开其中任何卡密。请把原密钥环的副本放回原处。',
  },
  KEY_KIND_UNKNOWN: { en: 'the kind of a key is sealing, token or audit', 'zh-CN': '密钥种类只能是 sealing、token 或 audit。请改正。' },
  KEY_WOULD_BE_USED: confirmed({ en: 'a new {kind} key will be used from the next start on', 'zh-CN': '下次启动起将使用新的 {kind} 密钥' }),
  KEY_ISSUED: confirmed({ en: '{role} {client} is let in', 'zh-CN': '{role} {client} 将获准访问' }),
  KEY_ROTATED: confirmed({
    en: 'whoever uses the old text is locked out when its time is over',
    'zh-CN': '旧密钥到期后，仍在使用它的一方将无法访问',
  }),
  KEY_REVOKED: confirmed({ en: 'whoever uses the key is locked out now, for good', 'zh-CN': '使用该密钥的一方将立即且永久无法访问' }),
  CARDS_SEALED_ANEW: confirmed({ en: 'all cards will be sealed with the newest key', 'zh-CN': '所有卡密都会改用最新密钥加密' }),
  KEY_DESTROYED: confirmed({
    en: '{kid} will be destroyed, and what it sealed can never be opened again',
    'zh-CN': '{kid} 将被销毁，由它加密的内容将永远无法打开',
  }),
  BUYER_KEYS_REFUSED: { en: '{file} is refused: {why}', 'zh-CN': '{file} 被拒绝：{why}。请换一份完好的备份。' },
  BUYER_KEYS_ADDED: confirmed({
    en: 'keys of buyers are added from {file}, and who is erased there is erased here',
    'zh-CN': '将从 {file} 加入买家密钥，其中已抹除的买家在此处也会被抹除',
  }),

  WOULD_BE_REPLACED: confirmed({ en: '{file} is there and would be replaced', 'zh-CN': '{file} 已存在，将被替换' }),
  WOULD_BE_SET_ASIDE: confirmed({ en: '{file} is there and would be set aside', 'zh-CN': '{file} 已存在，将被移到一旁' }),
  COPY_ONTO_ITSELF: { en: 'a shop cannot be copied onto itself: name another file', 'zh-CN': '不能把店铺复制到它自己。请换一个文件名。' },
  COPY_NOT_FOUND: { en: 'there is no copy at {file}', 'zh-CN': '{file} 处没有备份。请核对路径。' },
  COPY_IS_THE_LOG: { en: 'that is the log of the shop itself: name the copy', 'zh-CN': '那是店铺自己的日志。请指明备份文件。' },
  COPY_NOT_SOUND: { en: '{file} is not sound: {why}', 'zh-CN': '{file} 不完好：{why}。请换一份备份。' },
  BACKUP_OF_CLUSTER: {
    en: 'EventStoreDB is backed up with its own tools, in the order that docs/moving-and-backup.md says; this copies the embedded store only',
    'zh-CN': '此命令只复制内嵌存储。EventStoreDB 请用它自己的工具备份，顺序见 docs/moving-and-backup.md。',
  },
  MOVE_TO_ITSELF: { en: 'a log is moved from one store to another one: name two', 'zh-CN': '日志要从一个存储搬到另一个。请指明两个不同的存储。' },
  MOVE_NEEDS_STOP: confirmed({
    en: 'every process of the shop has to be stopped while its log is copied',
    'zh-CN': '复制日志期间，店铺的所有进程都必须停止',
  }),
  MONGODB_URL_MISSING: {
    en: 'CARDRAIL_MONGODB_URL: is needed to take the keys of buyers to MongoDB',
    'zh-CN': '把买家密钥搬到 MongoDB 需要 CARDRAIL_MONGODB_URL。请设置后重试。',
  },
  AUDIT_FILE_UNKNOWN: { en: '{file} is not a file of audit export', 'zh-CN': '{file} 不是 audit export 写出的文件。请核对。' },

  SHOP_FILE_WRONG: { en: '{file} has {counted}:\n{problems}', 'zh-CN': '{file} 有 {count} 处问题，未作任何改动。请逐一改正：\n{problems}' },
  SHOP_FILE_TOO_LONG: { en: '{file} is too long: the limit is {max} characters', 'zh-CN': '{file} 过长。上限为 {max} 个字符。' },
  API_KEYS_UNREADABLE: {
    en: 'nothing was applied; the digests of API keys are made here, so the keys must be here:\n{problems}',
    'zh-CN': '未作任何改动。API 密钥的摘要在此处生成，因此密钥必须在此处可读：\n{problems}',
  },
  ENTRIES_REFUSED: { en: '{refused} of {entries} were refused: see above', 'zh-CN': '{entries} 项中有 {refused} 项被拒绝。原因见上文。' },
  ENTRY_REFUSED: { en: '{kind} {id}: {why}', 'zh-CN': '{kind} {id} 被拒绝：{why}。' },

  CARDS_OR_BATCH: { en: 'name cards with --card, or one delivery with --batch', 'zh-CN': '请用 --card 指明卡密，或用 --batch 指明一个批次。' },
  TOO_MANY_CARDS: { en: 'at most {max} cards at a time', 'zh-CN': '一次最多 {max} 张卡密。请分批进行。' },
  COLUMNS_WRONG: {
    en: '--columns has to name each column of the file in its order, and exactly one of them `code`',
    'zh-CN': '--columns 须按顺序写出文件的每一列，且恰有一列为 code。请改正。',
  },
  DELIMITER_WRONG: {
    en: '--delimiter has to be 1 to {max} characters without quotes and line ends, or one of tab, comma, …',
    'zh-CN': '--delimiter 须为 1 至 {max} 个字符，不含引号和换行，或写 tab、comma 等。请改正。',
  },
  UTC_OFFSET_WRONG: { en: '--utc-offset has to be Z or look like +08:00', 'zh-CN': '--utc-offset 须为 Z 或形如 +08:00。请改正。' },
  SUPPLIER_WRONG: { en: '--supplier has to be 1 to {max} characters of plain text', 'zh-CN': '--supplier 须为 1 至 {max} 个普通字符。请改正。' },
  EXPIRES_WRONG: {
    en: '--expires has to be a date such as 2030-12-31, or a date with a time',
    'zh-CN': '--expires 须为日期，如 2030-12-31，或带时间的日期。请改正。',
  },
  COST_WRONG: {
    en: '--cost has to be what one card cost, such as 46.50 or "46.50 CNY"',
    'zh-CN': '--cost 须为单张成本，如 46.50 或 "46.50 CNY"。请改正。',
  },

  DAY_WRONG: { en: '{day} is no day: say it as YYYY-MM-DD', 'zh-CN': '{day} 不是日期。请写成 YYYY-MM-DD。' },
  BOOKS_INCOMPLETE: {
    en: '{parked} streams are missing from the ledger: see cardrail projections parked books',
    'zh-CN': '账本缺少 {parked} 个流。请看 cardrail projections parked books。',
  },
  BOOKING_WRONG: { en: 'this cannot be booked: {problems}', 'zh-CN': '无法入账：{problems}。请改正。' },
  STATEMENT_OF_WHOM: { en: 'say whose statement it is: --gateway or --channel', 'zh-CN': '请说明是谁的对账单：--gateway 或 --channel。' },
  STATEMENT_WHERE: {
    en: 'say where the statement is: --file, or --ledger-url for the ledger of a sandbox',
    'zh-CN': '请说明对账单在哪里：--file，或沙箱账本的 --ledger-url。',
  },
  STATEMENT_DAY_MISSING: { en: 'say which day the file is of: --day', 'zh-CN': '请用 --day 说明文件是哪一天的。' },
  STATEMENT_UNREADABLE: { en: 'the statement cannot be read: {why}', 'zh-CN': '对账单无法读取：{why}。请核对文件与列名。' },
  STATEMENT_COLUMNS_WRONG: {
    en: '--columns names the headings of the file as reference=…,amount=… and, where there are such, kind=…,currency=…,units=…',
    'zh-CN': '--columns 请写成 reference=…,amount=…，如有再加 kind=…,currency=…,units=…，值为文件的列名。',
  },
  STATEMENT_KIND_UNKNOWN: {
    en: '--kinds: {kind} is none of PAYMENT, REFUND, PURCHASE',
    'zh-CN': '--kinds：{kind} 不是 PAYMENT、REFUND、PURCHASE 之一。请改正。',
  },
  PAIRS_WRONG: { en: '{flag} takes name=word pairs, comma-separated', 'zh-CN': '{flag} 请写成 名称=词 的形式，用逗号分隔。' },
  DAY_STAYS_CLOSED: confirmed({ en: 'a closed day stays closed', 'zh-CN': '结账后的日子不能重开' }),
  BOOKED_FOR_GOOD: confirmed({ en: 'what is booked stays booked', 'zh-CN': '入账后不能撤销' }),
  DIFFERENCES_ARE_STORED: confirmed({ en: 'what differs is stored for good', 'zh-CN': '差异会永久保存' }),
  ADDRESS_WRONG: { en: '{url} is no address', 'zh-CN': '{url} 不是地址。请改正。' },
  LEDGER_AWAY: { en: 'the ledger is not to be had: HTTP {status}', 'zh-CN': '取不到账本：HTTP {status}。请核对地址。' },
  LEDGER_TOO_LONG: { en: 'the ledger is too long: the limit is {max} bytes', 'zh-CN': '账本过长。上限为 {max} 字节。' },
  LEDGER_UNREADABLE: { en: 'it is no ledger: {place}', 'zh-CN': '那不是账本：{place}。请核对地址。' },

  OLD_SHOP_UNKNOWN: { en: '{kind} is no shop that can be read; one of: {kinds}', 'zh-CN': '无法读取 {kind} 的数据。可选：{kinds}。' },
  CURRENCY_WRONG: { en: '--currency: three capital letters, such as CNY', 'zh-CN': '--currency 须为三个大写字母，如 CNY。请改正。' },
  DUMP_EMPTY: {
    en: 'no product was found in {file}: is it a whole dump of {kind}?',
    'zh-CN': '{file} 中没有找到商品。请确认它是 {kind} 的完整导出。',
  },
  TRIAL_IN_PRODUCTION: {
    en: 'start makes development keys and plays a gateway, which production refuses; use keys init, apply and serve',
    'zh-CN': 'start 会生成开发密钥并模拟网关，生产环境不允许。请用 keys init、apply 和 serve。',
  },
  TRIAL_RUNNING: {
    en: 'a shop is running in {folder} already: use that one, stop it, or name another folder with CARDRAIL_DATA_DIR',
    'zh-CN': '{folder} 中已有店铺在运行。请使用它、停止它，或用 CARDRAIL_DATA_DIR 换一个目录。',
  },
} as const satisfies Readonly<Record<string, Words>>;

export type CliCode = keyof typeof cliRefusals;
/** What a refusal is about. Never a secret. */
export type Facts = Readonly<Record<string, string | number>>;

/** The code, and its words in a language. */
export const refusalText = (code: CliCode, facts: Facts, locale: Locale): string => `${code}: ${withFacts(cliRefusals[code][locale], facts)}`;
