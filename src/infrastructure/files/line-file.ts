import { open, rename } from 'node:fs/promises';

const BUFFER_CHARACTERS = 1 << 18;

/** Writes lines to a file, a piece at a time, and puts it in place when it is whole and on the disk. */
export async function writeLines(file: string, lines: Iterable<string> | AsyncIterable<string>): Promise<void> {
  const draft = `${file}.${process.pid}.draft`;
  const handle = await open(draft, 'w', 0o600);
  try {
    let piece = '';
    for await (const line of lines) {
      piece += `${line}\n`;
      if (piece.length < BUFFER_CHARACTERS) continue;
      await handle.writeFile(piece, 'utf8');
      piece = '';
    }
    await handle.writeFile(piece, 'utf8');
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}
