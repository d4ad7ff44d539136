/** The trigger language for CodeMirror: colours, completion and what the editor says, from the words of the language. */
import {
  autocompletion,
  snippetCompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from "@codemirror/autocomplete";
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { Language } from "../lib/format.ts";
import { suggestions, tokenAt, wordStart, type Suggestion, type WordKind } from "../lib/trigger-words.ts";

const STYLES: Readonly<Partial<Record<WordKind, string>>> = {
  comment: "comment",
  string: "string",
  number: "number",
  unit: "unit",
  keyword: "keyword",
  function: "macroName",
  signal: "variableName",
  registry: "typeName",
};

interface LineState {
  inComment: boolean;
  afterNumber: boolean;
}

const grammar = StreamLanguage.define<LineState>({
  name: "sandglass-trigger",
  startState: () => ({ inComment: false, afterNumber: false }),
  copyState: (state) => ({ ...state }),
  token(stream, state) {
    const line = stream.string;
    if (state.inComment || line.startsWith("/*", stream.pos)) {
      const end = line.indexOf("*/", stream.pos + (state.inComment ? 0 : 2));
      state.inComment = end < 0;
      stream.pos = end < 0 ? line.length : end + 2;
      return "comment";
    }
    const { kind, end } = tokenAt(line, stream.pos, state.afterNumber);
    stream.pos = end;
    if (kind !== "blank") state.afterNumber = kind === "number";
    return STYLES[kind] ?? null;
  },
  languageData: {
    commentTokens: { line: "//", block: { open: "/*", close: "*/" } },
    closeBrackets: { brackets: ["(", "[", "{", '"'] },
  },
});

const colours = HighlightStyle.define([
  { tag: tags.comment, color: "var(--sg-text3)", fontStyle: "italic" },
  { tag: tags.string, color: "var(--sg-ok)" },
  { tag: [tags.number, tags.unit], color: "var(--sg-sand)" },
  { tag: tags.keyword, color: "var(--sg-primary)", fontWeight: "600" },
  { tag: tags.macroName, color: "var(--sg-unknown)" },
  { tag: tags.variableName, color: "var(--sg-sev1)" },
  { tag: tags.typeName, color: "var(--sg-sev2)" },
]);

/** How the editor looks, in every language. */
export const triggerTheme = EditorView.theme({
  "&": { height: "100%", fontSize: "13px", backgroundColor: "var(--sg-surface)", color: "var(--sg-text)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--sg-mono)", lineHeight: "20px" },
  ".cm-content": { padding: "8px 0", caretColor: "var(--sg-text)" },
  ".cm-cursor": { borderLeftColor: "var(--sg-text)" },
  ".cm-gutters": {
    backgroundColor: "var(--sg-surface)",
    color: "var(--sg-text3)",
    borderRight: "1px solid var(--sg-line)",
  },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--sg-raised)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--sg-primary-soft)",
  },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    backgroundColor: "var(--sg-hover)",
    outline: "1px solid var(--sg-line-strong)",
  },
  ".cm-tooltip": {
    backgroundColor: "var(--sg-raised)",
    color: "var(--sg-text)",
    border: "1px solid var(--sg-line-strong)",
    borderRadius: "4px",
  },
  ".cm-tooltip-autocomplete > ul": { fontFamily: "var(--sg-mono)", fontSize: "12px", maxHeight: "240px" },
  ".cm-tooltip-autocomplete > ul > li": { padding: "2px 8px", lineHeight: "18px" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--sg-primary-soft)",
    color: "var(--sg-text)",
  },
  ".cm-completionDetail": { color: "var(--sg-text2)", fontStyle: "normal", marginLeft: "10px" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "600", color: "var(--sg-primary)" },
  ".cm-diagnostic": { padding: "6px 10px", fontFamily: "var(--sg-sans)", fontSize: "12px", maxWidth: "520px" },
  ".cm-diagnostic-error": { borderLeft: "3px solid var(--sg-sev4)" },
  ".cm-diagnostic-warning": { borderLeft: "3px solid var(--sg-sev2)" },
  ".cm-diagnosticAction": {
    backgroundColor: "var(--sg-surface)",
    color: "var(--sg-text)",
    border: "1px solid var(--sg-line-strong)",
    borderRadius: "3px",
    padding: "1px 8px",
    marginLeft: "10px",
  },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--sg-sev4)",
    textUnderlineOffset: "3px",
  },
  ".cm-lintRange-warning": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--sg-sev2)",
    textUnderlineOffset: "3px",
  },
});

const TYPES: Readonly<Record<Suggestion["kind"], string>> = {
  keyword: "keyword",
  function: "function",
  signal: "variable",
  event: "class",
  registry: "type",
};

const SNIPPETS: Readonly<Record<Language, readonly Completion[]>> = {
  zh: [
    snippetCompletion(
      '触发器 ${ID} 版本 1 "${Title}" / "${标题}" {\n  适用于 车辆 ;\n  依据 "${依据}" 确定性 P ;\n  当 ${条件} 持续 30 秒 ;\n  等级 2 ;\n}',
      { label: "触发器 …", type: "text", detail: "完整模板" },
    ),
  ],
  en: [
    snippetCompletion(
      'trigger ${ID} version 1 "${Title}" {\n  applies to vehicle ;\n  basis "${basis}" certainty P ;\n  when ${condition} for 30 s ;\n  severity 2 ;\n}',
      { label: "trigger …", type: "text", detail: "whole template" },
    ),
  ],
};

function completionSource(language: Language): (context: CompletionContext) => CompletionResult | null {
  const options: Completion[] = [
    ...SNIPPETS[language],
    ...suggestions().map((suggestion) => ({
      label: suggestion.label,
      type: TYPES[suggestion.kind],
      detail: suggestion.detail,
      boost: (suggestion.language === language ? 1 : 0) + (suggestion.kind === "signal" ? 2 : 0),
    })),
  ];
  return ({ state, pos, explicit }) => {
    const line = state.doc.lineAt(pos);
    const start = wordStart(line.text, pos - line.from);
    if (start === undefined && !explicit) return null;
    return { from: start === undefined ? pos : line.from + start, options, validFor: /^[\p{Script=Han}\w.-]*$/u };
  };
}

/** What the editor itself says, in Chinese (its own words are English). */
const PHRASES: Readonly<Record<string, string>> = {
  Completions: "补全",
  "Control character": "控制字符",
  Diagnostics: "问题",
  "No diagnostics": "没有问题",
  "current match": "当前匹配",
};

export function triggerLanguage(language: Language): Extension {
  return [
    grammar,
    syntaxHighlighting(colours),
    autocompletion({ override: [completionSource(language)], icons: false, maxRenderedOptions: 60 }),
    language === "zh" ? EditorState.phrases.of(PHRASES) : [],
  ];
}
