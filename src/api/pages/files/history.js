import { lasting } from './storage.js';

const KEY = 'cardrail.console.history';
const ENTRIES_MAX = 20;

/** The last documents that were run, newest first. Documents only: headers and variables hold keys, tokens and codes. */
export function readHistory() {
  try {
    const entries = JSON.parse(lasting.get(KEY) ?? '[]');
    return Array.isArray(entries) ? entries.filter((entry) => typeof entry === 'string') : [];
  } catch {
    return [];
  }
}

export function addToHistory(text) {
  const entries = [text, ...readHistory().filter((entry) => entry !== text)].slice(0, ENTRIES_MAX);
  lasting.set(KEY, JSON.stringify(entries));
}

export const clearHistory = () => lasting.remove(KEY);

/** What an entry is about, in one line: its first line that says something. */
export const titleOf = (text) => (text.split('\n').find((line) => /\w/.test(line) && !line.trim().startsWith('#')) ?? text).trim().slice(0, 80);
