/** Fields of a frame: name, bytes, value, unit, clause. Up and down move; one row is a stop of the Tab key. */
import { Button } from "@mantine/core";
import { memo, useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import type { FrameField } from "../api/shapes/telemetry.ts";
import { useLanguage } from "../i18n/use-language.ts";
import { type Language } from "../lib/format.ts";
import { tintOf } from "../lib/frame-cursor.ts";
import { clauseText, describeField, FIELD_PROBLEMS, fieldTitle } from "../lib/frame-fields.ts";
import { label } from "../lib/vocabulary.ts";
import styles from "./frame-view.module.css";

/** Rows that are drawn at once. */
const SHOWN_FIELDS = 1_500;

interface FieldPaneProps {
  readonly fields: readonly FrameField[];
  readonly active: number | undefined;
  readonly selected: number | undefined;
  onHover(field: number | undefined): void;
  onSelect(field: number): void;
}

export function FieldPane({ fields, active, selected, onHover, onSelect }: FieldPaneProps) {
  const { t } = useTranslation("vehicle");
  const language = useLanguage();
  const list = useRef<HTMLDivElement>(null);
  const [all, setAll] = useState(false);
  const shown = all ? fields : fields.slice(0, SHOWN_FIELDS);
  const stop = selected !== undefined && selected < shown.length ? selected : 0;
  const onKey = (event: KeyboardEvent): void => {
    const at = Number((event.target as HTMLElement).dataset.field);
    if (Number.isNaN(at)) return;
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: shown.length - 1,
      PageDown: at + 20,
      PageUp: at - 20,
    };
    const wanted = steps[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(shown.length - 1, wanted));
    list.current?.querySelector<HTMLElement>(`[data-field="${next}"]`)?.focus();
    onSelect(next);
  };
  return (
    <div className={styles.fieldList} ref={list} onPointerLeave={() => onHover(undefined)} onKeyDown={onKey}>
      {shown.map((field, index) => (
        <FieldRow
          key={index}
          field={field}
          index={index}
          active={index === active}
          stop={index === stop}
          language={language}
          onHover={onHover}
          onSelect={onSelect}
        />
      ))}
      {shown.length < fields.length && (
        <Button variant="subtle" onClick={() => setAll(true)}>
          {t("frames.allFields", { count: fields.length })}
        </Button>
      )}
    </div>
  );
}

interface FieldRowProps {
  readonly field: FrameField;
  readonly index: number;
  readonly active: boolean;
  readonly stop: boolean;
  readonly language: Language;
  onHover(index: number): void;
  onSelect(index: number): void;
}

const FieldRow = memo(function FieldRow({ field, index, active, stop, language, onHover, onSelect }: FieldRowProps) {
  const depth = Math.min(3, field.name.split(".").length - 1);
  return (
    <button
      type="button"
      className={styles.field}
      data-field={index}
      data-on={active || undefined}
      data-depth={depth}
      data-tint={tintOf(field) || undefined}
      aria-pressed={active}
      tabIndex={stop ? 0 : -1}
      onPointerEnter={() => onHover(index)}
      onClick={() => onSelect(index)}
    >
      <span className={styles.fieldName} title={field.name}>
        {fieldTitle(field, language)}
      </span>
      <span className={styles.raw}>{field.raw === undefined ? "" : String(field.raw)}</span>
      <span className={styles.value} data-problem={field.problem}>
        {describeField(field, language)}
        {field.unit ? ` ${field.unit}` : ""}
        {field.problem !== undefined && field.problem !== "mismatch" && field.problem !== "unreadable" && (
          <em> {label(FIELD_PROBLEMS, field.problem, language)}</em>
        )}
      </span>
      <span className={styles.clauseCell} title={clauseText(field.clause, language)}>
        {clauseText(field.clause, language)}
      </span>
    </button>
  );
});
