/**
 * Texts as words to look for. Chinese is written without blanks, so a run of its characters is taken apart into all pairs of
 * neighbours (bigrams), which finds any part of it without a dictionary; other scripts are words as they are written.
 *
 * A run 电池起火 gives 电池, 池起, 起火 and its last character 火: every character is then the beginning of a word, and one alone is
 * found by that. What looks like a VIN is no word at all: vehicles are found by VIN in one place, which is logged.
 */

export interface AskedWord {
  readonly word: string;
  /** Words that begin like this count too. */
  readonly isPrefix: boolean;
}

/** Longer ones are hashes and encoded data, nothing that people type. */
const LONGEST = 40;
/** A query of more words asks for its first ones. */
const MOST_ASKED = 24;
const RUN =
  /(?<cjk>[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}々〇]+)|(?<word>(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}々〇])[\p{L}\p{N}\p{M}])+)/gu;
const VIN = /^(?=.*\d)[0-9a-hj-npr-z]{17}$/;

interface Run {
  readonly text: string;
  readonly isCjk: boolean;
}

function* runsOf(text: string): Generator<Run> {
  for (const { groups } of text.normalize("NFKC").toLowerCase().matchAll(RUN)) {
    if (groups?.cjk !== undefined) yield { text: groups.cjk, isCjk: true };
    else if (groups?.word !== undefined && groups.word.length <= LONGEST && !VIN.test(groups.word))
      yield { text: groups.word, isCjk: false };
  }
}

const pairsOf = (run: string): string[] => {
  const characters = [...run];
  return characters.slice(1).map((character, index) => characters[index]! + character);
};

/** The words under which a text is found, each once. */
export function wordsOf(text: string): string[] {
  const words = new Set<string>();
  for (const run of runsOf(text)) {
    if (!run.isCjk) words.add(run.text);
    else for (const word of [...pairsOf(run.text), [...run.text].at(-1)!]) words.add(word);
  }
  return [...words];
}

/** The words that a query asks for, all of which a text must have; empty when there is nothing to look for. */
export function askedWords(query: string): AskedWord[] {
  const asked = new Map<string, AskedWord>();
  for (const run of runsOf(query)) {
    const pairs = run.isCjk ? pairsOf(run.text) : [];
    if (pairs.length === 0) asked.set(`${run.text}*`, { word: run.text, isPrefix: true });
    for (const word of pairs) asked.set(word, { word, isPrefix: false });
  }
  return [...asked.values()].slice(0, MOST_ASKED);
}

/** Whether a text has every word of a query. */
export function hasWords(text: string, query: string): boolean {
  const words = wordsOf(text);
  const asked = askedWords(query);
  return (
    asked.length > 0 &&
    asked.every(({ word, isPrefix }) => words.some((each) => (isPrefix ? each.startsWith(word) : each === word)))
  );
}
