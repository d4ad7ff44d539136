import type { CaseDefinition } from "../api/cases.ts";
import type { Bilingual } from "../api/shapes/common.ts";
import { useLanguage } from "../i18n/use-language.ts";
import { formatInstant, type Language } from "../lib/format.ts";
import { inLanguage, label, type Terms } from "../lib/vocabulary.ts";
import { termsOf } from "./actions.ts";
import styles from "./casework.module.css";

export interface Difference {
  readonly field: string;
  readonly title: Bilingual;
  readonly before?: unknown;
  readonly now?: unknown;
}

interface DifferencesProps {
  readonly differences: readonly Difference[];
  readonly definition: CaseDefinition | undefined;
  readonly title: string;
}

/** What differs between two versions of a case. Data that its kind shows nobody has no name: it is not read out as it is stored. */
export function Differences({ differences, definition, title }: DifferencesProps) {
  const language = useLanguage();
  const named = differences.filter((each) => each.field !== `data.${each.title.en}`);
  if (named.length === 0) return null;
  const terms: Terms = { ...termsOf(definition?.states), ...termsOf(definition?.flags) };
  return (
    <ul className={styles.consequences} aria-label={title}>
      {named.map((each) => (
        <li key={each.field}>
          {inLanguage(each.title, language)}: {shown(each.before, terms, language)} → {shown(each.now, terms, language)}
        </li>
      ))}
    </ul>
  );
}

function shown(value: unknown, terms: Terms, language: Language): string {
  const isChinese = language === "zh";
  if (value === undefined || value === null) return "–";
  if (typeof value === "boolean") return isChinese ? (value ? "是" : "否") : value ? "yes" : "no";
  if (typeof value === "string") return Object.hasOwn(terms, value) ? label(terms, value, language) : instantOr(value);
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) {
    if (value.length === 0) return "–";
    if (value.some((each) => typeof each === "object"))
      return isChinese ? `${value.length} 项` : `${value.length} entries`;
    return value.map((each) => shown(each, terms, language)).join(isChinese ? "、" : ", ");
  }
  const { dueAt, ended } = value as { dueAt?: unknown; ended?: unknown };
  if (typeof dueAt === "string" && !ended) return formatInstant(Date.parse(dueAt));
  if (typeof ended === "string") return isChinese ? "已结束" : "ended";
  return isChinese ? "已填写" : "filled in";
}

function instantOr(text: string): string {
  return /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(text) ? formatInstant(Date.parse(text)) : text;
}
