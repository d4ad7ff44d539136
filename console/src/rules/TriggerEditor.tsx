/** CodeMirror for trigger texts. Loaded with the page that needs it, never with the console. */
import { closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, indentUnit } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { Compartment, EditorState } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { useEffect, useImperativeHandle, useRef, useState, type Ref } from "react";
import { useTranslation } from "react-i18next";
import type { CheckProblem } from "../api/rules.ts";
import { useLanguage } from "../i18n/use-language.ts";
import type { Language } from "../lib/format.ts";
import { triggerLanguage, triggerTheme } from "./trigger-language.ts";
import styles from "./rules.module.css";

export interface EditorHandle {
  /** Puts the cursor there and shows it. */
  goTo(offset: number): void;
}

interface TriggerEditorProps {
  readonly value: string;
  readonly label: string;
  readonly readOnly?: boolean;
  readonly errors?: readonly CheckProblem[];
  readonly warnings?: readonly CheckProblem[];
  readonly handle?: Ref<EditorHandle>;
  onChange?(text: string): void;
  onSave?(): void;
}

/** Only these suggestions can stand in for what they point at; others are examples. */
const REPLACING = new Set(["SG_TRIGGER_UNIT", "SG_TRIGGER_UNKNOWN_NAME"]);

export function TriggerEditor(props: TriggerEditorProps) {
  const { value, label, readOnly = false, errors, warnings, handle } = props;
  const { t } = useTranslation("draft");
  const language = useLanguage();
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const events = useRef(props);
  const [parts] = useState(() => ({ words: new Compartment(), mode: new Compartment(), fonts: new Compartment() }));
  useEffect(() => {
    events.current = props;
  });

  useEffect(() => {
    if (host.current === null) return;
    const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: events.current.value,
        extensions: [
          EditorView.cspNonce.of(nonce),
          lineNumbers(),
          highlightActiveLineGutter(),
          highlightActiveLine(),
          lintGutter(),
          history(),
          drawSelection(),
          bracketMatching(),
          closeBrackets(),
          indentUnit.of("  "),
          EditorView.lineWrapping,
          keymap.of([
            {
              key: "Mod-s",
              preventDefault: true,
              run: () => {
                events.current.onSave?.();
                return true;
              },
            },
            ...closeBracketsKeymap,
            ...completionKeymap,
            ...lintKeymap,
            ...historyKeymap,
            ...defaultKeymap,
          ]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) events.current.onChange?.(update.state.doc.toString());
          }),
          triggerTheme,
          parts.fonts.of([]),
          parts.words.of([]),
          parts.mode.of([]),
        ],
      }),
    });
    view.current = editor;
    // Lines that were measured in another font keep its height beside their numbers until the theme is another one.
    const measure = (): void => editor.dispatch({ effects: parts.fonts.reconfigure(EditorView.theme({})) });
    document.fonts.addEventListener("loadingdone", measure);
    return () => {
      document.fonts.removeEventListener("loadingdone", measure);
      editor.destroy();
      view.current = undefined;
    };
  }, [parts]);

  useEffect(() => {
    view.current?.dispatch({ effects: parts.words.reconfigure(triggerLanguage(language)) });
  }, [language, parts]);

  useEffect(() => {
    view.current?.dispatch({
      effects: parts.mode.reconfigure([
        EditorState.readOnly.of(readOnly),
        EditorView.contentAttributes.of({
          "aria-label": label,
          tabindex: "0",
          ...(readOnly ? { "aria-readonly": "true" } : {}),
        }),
      ]),
    });
  }, [readOnly, label, parts]);

  useEffect(() => {
    const editor = view.current;
    if (editor !== undefined && editor.state.doc.toString() !== value)
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    const editor = view.current;
    if (editor === undefined) return;
    const word = (problem: CheckProblem, severity: Diagnostic["severity"]) =>
      diagnosticOf(problem, severity, editor.state.doc.length, language, (replacement) =>
        t("write.replace", { replacement }),
      );
    const diagnostics = [
      ...(errors ?? []).map((problem) => word(problem, "error")),
      ...(warnings ?? []).map((problem) => word(problem, "warning")),
    ];
    editor.dispatch(setDiagnostics(editor.state, diagnostics));
  }, [errors, warnings, language, t]);

  useImperativeHandle(handle, () => ({
    goTo(offset) {
      const editor = view.current;
      if (editor === undefined) return;
      const anchor = Math.min(offset, editor.state.doc.length);
      editor.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
      editor.focus();
    },
  }));

  return <div ref={host} className={styles.editor} />;
}

function diagnosticOf(
  problem: CheckProblem,
  severity: Diagnostic["severity"],
  length: number,
  language: Language,
  replaceWord: (replacement: string) => string,
): Diagnostic {
  const from = Math.min(problem.start, length);
  const to = Math.min(Math.max(problem.end, from), length);
  const suggestion = (language === "zh" ? problem.suggestionZh : undefined) ?? problem.suggestion;
  const base = {
    from,
    to,
    severity,
    source: problem.code,
    message: language === "zh" ? problem.messageZh : problem.message,
  };
  if (suggestion === null || !REPLACING.has(problem.code) || to === from) return base;
  return {
    ...base,
    actions: [
      {
        name: replaceWord(suggestion),
        apply: (editor, start, end) => editor.dispatch({ changes: { from: start, to: end, insert: suggestion } }),
      },
    ],
  };
}
