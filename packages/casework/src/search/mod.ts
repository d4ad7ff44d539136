/** Full-text search in Chinese and English: words of texts and of cases. */
export { askedWords, hasWords, wordsOf, type AskedWord } from "./words.ts";
export { caseQuery, wordsOfAction, wordsOfTitle, type CaseQuery } from "./case-words.ts";
