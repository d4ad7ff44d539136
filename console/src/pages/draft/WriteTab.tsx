/** The text with what the compiler says about it, and the same triggers as sentences and in the other language. */
import { Button, SegmentedControl } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { checkQuery } from "../../api/rules.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import type { EditorHandle } from "../../rules/TriggerEditor.tsx";
import { Loading, Refused } from "../../ui/Feedback.tsx";
import page from "../../ui/page.module.css";
import { CheckSide } from "./CheckSide.tsx";
import { TruthPanel } from "./TruthPanel.tsx";
import type { DraftEditing } from "./use-draft-text.ts";
import { useSettled } from "./use-settled.ts";
import styles from "./draft.module.css";

const FormView = lazy(async () => ({ default: (await import("./form/FormView.tsx")).FormView }));
const TriggerEditor = lazy(async () => ({ default: (await import("../../rules/TriggerEditor.tsx")).TriggerEditor }));
const VIEWS = ["text", "form", "zh", "en"] as const;
type View = (typeof VIEWS)[number];
/** Typing pauses this long before the text is checked. */
const PAUSE_MS = 300;

export function WriteTab({ editing, editable }: { editing: DraftEditing; editable: boolean }) {
  const { t } = useTranslation("draft");
  const language = useLanguage();
  const [view, setView] = useState<View>("text");
  const editor = useRef<EditorHandle>(null);
  const settled = useSettled(editing.text, PAUSE_MS);
  const query = useQuery({ ...checkQuery(settled), placeholderData: keepPreviousData });
  const check = query.data;
  // An answer about an older text points at other places.
  const current = check !== undefined && !query.isPlaceholderData && settled === editing.text ? check : undefined;
  const rendered = (which: "zh" | "en"): string =>
    (current?.triggers ?? []).map(({ texts }) => texts[which]).join("\n");
  const shown = view === "text" || view === "form" ? editing.text : rendered(view);
  const remarks = /\/\/|#|\/\*|\blet\b|令/.test(editing.text);
  const take = (): void => {
    editing.setText(shown);
    setView("text");
  };
  return (
    <div className={page.columns}>
      <div className={styles.writing}>
        <div className={styles.bar}>
          <SegmentedControl
            aria-label={t("write.view")}
            value={view}
            data={VIEWS.map((value) => ({
              value,
              label: t(`write.views.${value}`),
              disabled: (value === "zh" || value === "en") && current?.ok !== true && view !== value,
            }))}
            onChange={(value) => setView(VIEWS.find((each) => each === value) ?? "text")}
          />
          {view === "text" || view === "form" ? (
            <span className="faint">
              {!editable ? t("write.readOnly") : view === "text" ? t("write.keys") : t("write.formHint")}
            </span>
          ) : (
            <>
              <span className="quiet">{remarks ? t("write.sameLost") : t("write.same")}</span>
              {editable && (
                <Button size="compact-xs" disabled={shown === ""} onClick={take}>
                  {t("write.take")}
                </Button>
              )}
            </>
          )}
        </div>
        <Suspense fallback={<Loading />}>
          {view === "form" ? (
            <FormView editing={editing} editable={editable} />
          ) : (
            <TriggerEditor
              key={view}
              handle={editor}
              label={t("write.label")}
              value={shown}
              readOnly={!editable || view !== "text"}
              errors={view === "text" ? (current?.errors ?? NONE) : NONE}
              warnings={view === "text" ? (current?.warnings ?? NONE) : NONE}
              {...(view === "text" && editable
                ? { onChange: editing.setText, onSave: () => void (editing.isDirty && editing.save()) }
                : {})}
            />
          )}
        </Suspense>
        {view === "text" && check?.ok === true && (
          <TruthPanel text={settled} triggers={check.triggers} goTo={(offset) => editor.current?.goTo(offset)} />
        )}
      </div>
      <aside className={`${page.side} ${styles.side}`} aria-label={t("write.result")}>
        {query.error && check === undefined ? (
          <Refused error={query.error} retry={() => void query.refetch()} />
        ) : check === undefined ? (
          <Loading />
        ) : (
          <CheckSide
            check={check}
            language={language}
            isOld={current === undefined}
            goTo={(offset) => {
              setView("text");
              editor.current?.goTo(offset);
            }}
          />
        )}
      </aside>
    </div>
  );
}

const NONE = [] as const;
