/** What personal data is processed for: one of the purposes that the role may name, kept with the action. */
import { PURPOSES, purposesOf, type PurposeCode } from "@sandglass/casework";
import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { sessionQuery } from "../api/queries.ts";
import { useLanguage } from "../i18n/use-language.ts";

interface PurposeFieldProps {
  readonly value: string | undefined;
  onChange(purpose: string | undefined): void;
}

/** Nothing for a role that may name none. */
export function PurposeField({ value, onChange }: PurposeFieldProps) {
  const { t } = useTranslation("common");
  const language = useLanguage();
  const { data: actor } = useQuery(sessionQuery);
  const purposes = purposesOf(actor?.role ?? "");
  if (purposes.length === 0) return null;
  return (
    <Select
      label={t("purpose.label")}
      description={t("purpose.hint")}
      clearable
      clearButtonProps={{ "aria-label": t("clear") }}
      value={value ?? null}
      data={purposes.map((code) => ({ value: code, label: PURPOSES[code].title[language] }))}
      onChange={(code) => onChange(code ?? undefined)}
    />
  );
}

/** A purpose by its name; API clients may have written their own words. */
export function purposeName(purpose: string, language: "zh" | "en"): string {
  return Object.hasOwn(PURPOSES, purpose) ? PURPOSES[purpose as PurposeCode].title[language] : purpose;
}
