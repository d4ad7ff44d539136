import { useTranslation } from "react-i18next";
import { ApiError } from "../api/client.ts";
import type { CaseDefinition } from "../api/cases.ts";
import type { ActorRef, Bilingual } from "../api/shapes/common.ts";
import { useErrorText } from "../i18n/use-error-text.ts";
import { useLanguage } from "../i18n/use-language.ts";
import { formatInstant, type Language } from "../lib/format.ts";
import { ACTION_NAMES, inLanguage, label } from "../lib/vocabulary.ts";
import { ActorName } from "./ActorName.tsx";
import styles from "./casework.module.css";

interface Change {
  readonly sequence: number;
  readonly title: Bilingual;
  readonly at: string;
  readonly by: ActorRef;
}
interface Difference {
  readonly field: string;
  readonly title: Bilingual;
  readonly before?: unknown;
  readonly now?: unknown;
}

const listOf = <Item,>(value: unknown): readonly Item[] => (Array.isArray(value) ? (value as readonly Item[]) : []);

/** Why an action was refused: what is possible instead, or what changed since the page was read. */
export function Refusal({ error, definition }: { error: unknown; definition: CaseDefinition | undefined }) {
  const { t } = useTranslation(["casework", "common"]);
  const language = useLanguage();
  const text = useErrorText(error);
  const joint = language === "zh" ? "、" : ", ";
  if (!(error instanceof ApiError)) return <strong>{text}</strong>;
  const changes = listOf<Change>(error.parameters.changes);
  const differences = listOf<Difference>(error.parameters.differences);
  // An action that is still offered was refused for what was entered: naming all others helps nobody.
  const isInputAtFault = error.possible?.some((name) => name === error.parameters.action) ?? false;
  const nameOf = (name: string): string => {
    const title = definition?.actions.find((each) => each.name === name)?.title;
    return title ? inLanguage(title, language) : label(ACTION_NAMES, name, language);
  };
  return (
    <>
      <strong>{text}</strong>
      <code>
        {error.code}
        {error.requestId ? ` · ${error.requestId}` : ""}
      </code>
      {error.possible !== undefined && !isInputAtFault && (
        <span>
          {error.possible.length > 0
            ? t("casework:possibleNow", { actions: error.possible.map(nameOf).join(joint) })
            : t("casework:nothingPossible")}
        </span>
      )}
      {changes.length > 0 && (
        <ul className={styles.consequences} aria-label={t("casework:changedSince")}>
          {changes.map((change) => (
            <li key={change.sequence}>
              <span className="num">{formatInstant(Date.parse(change.at))}</span> {inLanguage(change.title, language)} ·{" "}
              <ActorName actor={change.by} />
            </li>
          ))}
        </ul>
      )}
      {differences.length > 0 && (
        <ul className={styles.consequences} aria-label={t("casework:differs")}>
          {differences.map((each) => (
            <li key={each.field}>
              {inLanguage(each.title, language)}: {shown(each.before, language)} → {shown(each.now, language)}
            </li>
          ))}
        </ul>
      )}
      {changes.length > 0 && <span>{t("casework:confirmAgain")}</span>}
    </>
  );
}

export function shown(value: unknown, language: Language): string {
  if (value === undefined || value === null) return "–";
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return value.length === 0 ? "–" : value.map((each) => shown(each, language)).join(", ");
  const { dueAt, ended } = value as { dueAt?: unknown; ended?: unknown };
  if (typeof dueAt === "string" && !ended) return formatInstant(Date.parse(dueAt));
  if (typeof ended === "string") return language === "zh" ? "已结束" : "ended";
  return JSON.stringify(value);
}
