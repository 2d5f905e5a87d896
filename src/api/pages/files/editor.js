import { session } from './storage.js';

const INDENT = '  ';

/**
 * A textarea that indents with Tab and keeps its text for this tab. Escape lets the next Tab leave it, so that nobody who works by
 * keyboard is locked in.
 */
export function editor(area, storageKey, initial) {
  let leaving = false;
  area.value = session.get(storageKey) ?? initial;
  area.addEventListener('input', () => session.set(storageKey, area.value));
  area.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') leaving = true;
    else if (event.key === 'Tab' && !leaving && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      if (event.shiftKey) outdent(area);
      else insert(area, INDENT);
    } else if (event.key !== 'Shift') leaving = false;
  });
  return {
    get text() {
      return area.value;
    },
    set text(value) {
      area.value = value;
      session.set(storageKey, value);
    },
  };
}

function insert(area, text) {
  area.setRangeText(text, area.selectionStart, area.selectionEnd, 'end');
  area.dispatchEvent(new Event('input'));
}

function outdent(area) {
  const lineStart = area.value.lastIndexOf('\n', area.selectionStart - 1) + 1;
  if (!area.value.startsWith(INDENT, lineStart)) return;
  area.setRangeText('', lineStart, lineStart + INDENT.length, 'preserve');
  area.dispatchEvent(new Event('input'));
}

/** The operations of a document, as far as its text shows without parsing it: [{ kind, name }]. */
export function operationsOf(text) {
  const plain = text.replace(/#[^\n]*/g, '').replace(/"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"/g, '""');
  const operations = [];
  let depth = 0;
  for (const [word, name] of tokensOf(plain)) {
    if (word === '{') {
      if (depth === 0 && !operations.some(({ open }) => open)) operations.push({ kind: 'query', name: undefined, open: true });
      depth++;
    } else if (word === '}') {
      depth--;
      if (depth === 0) for (const operation of operations) operation.open = false;
    } else if (depth === 0) operations.push({ kind: word, name, open: true });
  }
  return operations.filter(({ kind }) => kind !== 'fragment').map(({ kind, name }) => ({ kind, name }));
}

const tokensOf = (text) =>
  Array.from(text.matchAll(/\b(query|mutation|subscription|fragment)\b\s*([A-Za-z_]\w*)?|[{}]/g), ([whole, kind, name]) => [kind ?? whole, name]);
