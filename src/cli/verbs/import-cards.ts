import { basename } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { UserRefusal } from '../../application/caller';
import type { RowProblem } from '../../application/import-cards/card-rows';
import type { ImportKit, ImportReport, ImportResult, OnProgress } from '../../application/import-cards/import-cards';
import type { PreviewReport } from '../../application/import-cards/preview-cards';
import type { FileShape } from '../../application/import-cards/shape';
import type { Config } from '../../config';
import type { BatchTerms } from '../../domain/batch/events';
import { derivedId } from '../../domain/kernel/ids';
import type { Parts } from '../../parts';
import { cardFile, type CardFile, type CardFileOptions, termsOf, type TermsOptions } from '../cards/card-file';
import { problemWords } from '../cards/problem-words';
import { BadNews, ShopSays } from '../exit';
import { answer, say } from '../output';
import { progressOf } from '../progress';
import { localeOf } from '../locale';
import { configOf, operator, untilInterrupted, withParts } from '../session';

export interface ImportOptions extends CardFileOptions, TermsOptions {
  readonly sku: string;
  readonly batch?: string;
  readonly preview?: true;
  readonly reason?: string;
  readonly locale?: string;
  readonly json?: true;
}

/**
 * A collected heap may grow by a fifth before it is collected again. Left to itself V8 lets it grow several times over, since the machine has memory;
 * but an import runs beside a shop that needs it. Measured: a fifth less memory in all, and not slower.
 */
const THRIFTY_HEAP = '--heap-growing-percent=20';
const PROBLEMS_SHOWN_MAX = 20;
/** Enough of a fingerprint to tell codes apart by eye. */
const FINGERPRINT_SHOWN = 12;

/** Imports a file, or says what importing it would come to, and prints how it went, without a single code in it. */
export async function importFile(file: string, options: ImportOptions): Promise<void> {
  if (options.preview === true) return previewFile(file, options);
  const { batch, replayed } = await importCards(configOf(), file, options, untilInterrupted());
  showProblems(batch.problems, options);
  await answer(options.json, { ...batch, replayed }, () => `${replayed ? 'already imported: ' : ''}${countsText(batch)} (batch ${batch.batchId})`);
  if (batch.state === 'OPEN') throw new BadNews('stopped: the same command goes on from here');
}

async function previewFile(file: string, options: ImportOptions): Promise<void> {
  const { preview, shape } = await previewCards(configOf(), file, options, untilInterrupted());
  showProblems(preview.problems, options);
  await answer(options.json, { ...preview, shape }, () =>
    [`nothing was imported; ${shapeText(shape)}`, `${countsText(preview)}${stateText(preview)}`].join('\n'),
  );
}

export interface Imported {
  readonly batch: ImportReport;
  /** The same file had been imported before. */
  readonly replayed: boolean;
}

/** Throws WrongUse for a file that cannot be read, Refused for what the shop says no to. */
export async function importCards(config: Config, file: string, options: ImportOptions, signal?: AbortSignal): Promise<Imported> {
  const { importCardsFromStream } = await import('../../application/import-cards/import-cards');
  const result = await withFile<ImportResult>(config, file, options, (work) => {
    const { actor, requestId: causationId } = operator(work.parts);
    const { kit, batchId, contentHash, terms, shape, onProgress } = work;
    const source = options.batch ?? basename(file);
    const reason = options.reason ?? `cardrail cards import ${basename(file)}`;
    const told = { skuId: options.sku, batchId, source, reason, actor, causationId, contentHash, terms, shape, ...(signal && { signal }) };
    return importCardsFromStream(kit, work.bytes, told, onProgress);
  });
  return result.ok ? result : refused(result.refusal, options);
}

export async function previewCards(
  config: Config,
  file: string,
  options: ImportOptions,
  signal?: AbortSignal,
): Promise<{ readonly preview: PreviewReport; readonly shape: FileShape }> {
  const { previewRows } = await import('../../application/import-cards/preview-cards');
  const { rowsOf } = await import('../../application/import-cards/rows');
  return withFile(config, file, options, async ({ kit, batchId, terms, shape, bytes, onProgress }) => {
    const asked = { skuId: options.sku, batchId, ...(terms.expiresAt && { expiresAt: terms.expiresAt }), ...(signal && { signal }) };
    const result = await previewRows(kit, rowsOf(bytes, shape), asked, onProgress);
    return result.ok ? { preview: result.preview, shape } : refused(result.refusal, options);
  });
}

interface FileWork {
  readonly parts: Parts;
  readonly kit: ImportKit;
  readonly batchId: string;
  readonly contentHash: string;
  readonly terms: BatchTerms;
  readonly shape: FileShape;
  readonly bytes: ReturnType<CardFile['open']>;
  readonly onProgress: OnProgress;
}

/** Opens the shop and the file, names the delivery by its content, and shows how far it is. */
async function withFile<T>(config: Config, path: string, options: ImportOptions, use: (work: FileWork) => Promise<T>): Promise<T> {
  setFlagsFromString(THRIFTY_HEAP);
  const file = cardFile(path, options);
  const { contentHashOf } = await import('../../application/import-cards/content-hash');
  const { StoredCatalog } = await import('../../application/commands/catalog');
  const progress = progressOf('KiB');
  const kib = (count: number): number => Math.round(count / 1_024);
  return withParts(config, async (parts) => {
    const { commands, keyring, runtime } = parts;
    const kit = { commands, keyring, runtime, catalog: new StoredCatalog(commands) };
    const { settings } = await kit.catalog.sku(options.sku);
    const terms = termsOf(options, settings?.price.currency ?? 'CNY');
    const contentHash = await contentHashOf(keyring, file.open(), file.shape);
    const batchId = derivedId('batch', 'cli', options.sku, options.batch ?? contentHash);
    const bytes = file.open();
    const onProgress: OnProgress = ({ rows, elapsedMs }) =>
      progress.at(kib(bytes.bytesRead), kib(file.bytes), `${rows} rows, ${Math.round((rows / Math.max(elapsedMs, 1)) * 1_000)} rows/s`);
    return use({ parts, kit, batchId, contentHash, terms, shape: file.shape, bytes, onProgress });
  }).finally(() => progress.end());
}

async function refused(refusal: UserRefusal, { locale }: ImportOptions): Promise<never> {
  const { codeAndWords } = await import('../../application/refusals');
  throw new ShopSays('Refused', codeAndWords(refusal, localeOf(locale)));
}

function showProblems(problems: readonly RowProblem[], { locale }: ImportOptions): void {
  const spoken = localeOf(locale) === 'zh-CN' ? 'zh' : 'en';
  for (const { row, reason, fingerprint } of problems.slice(0, PROBLEMS_SHOWN_MAX))
    say(
      `row ${row}: ${reason}${fingerprint === undefined ? '' : ` (code ${fingerprint.slice(0, FINGERPRINT_SHOWN)})`}: ${problemWords[reason][spoken]}`,
    );
  if (problems.length > PROBLEMS_SHOWN_MAX) say('… more with --json');
}

const countsText = ({ rows, accepted, duplicates, rejected }: Pick<ImportReport, 'rows' | 'accepted' | 'duplicates' | 'rejected'>): string =>
  `${rows} rows, ${accepted} accepted, ${duplicates} duplicates, ${rejected} rejected`;

const stateText = ({ state, comparedAll }: PreviewReport): string =>
  [
    ...(state === 'CLOSED' ? ['this very file was imported before: importing it again changes nothing'] : []),
    ...(state === 'OPEN' ? ['a part of it was imported before: importing it goes on from there'] : []),
    ...(comparedAll ? [] : ['it is too large to look for all duplicates within it']),
  ]
    .map((line) => `\n${line}`)
    .join('');

/** Only headings that were told or recognised are shown: a first row that is a card stays secret. */
function shapeText({ encoding, delimiter, columns, hasHeading }: FileShape): string {
  const cells = delimiter === null ? 'one code per line' : `cells by ${JSON.stringify(delimiter)}: ${columns.map((name) => name ?? '-').join(', ')}`;
  return `read as ${encoding}, ${cells}${hasHeading ? ', first row is a heading' : ''}`;
}
