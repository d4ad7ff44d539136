import { TagsInput } from "@mantine/core";
import { SANDBOX_FUNCTIONS } from "@sandglass/casework";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../i18n/use-language.ts";
import { label } from "../lib/vocabulary.ts";

interface FunctionsFieldProps {
  readonly label: string;
  readonly withAsterisk: boolean;
  readonly error: string | undefined;
  readonly value: readonly string[];
  onChange(value: readonly string[]): void;
}

/** Functions that are tested: those that have a code are read and entered by their names, others as they are called. */
export function FunctionsField({ value, onChange, ...shared }: FunctionsFieldProps) {
  const { t } = useTranslation(["casework", "common"]);
  const language = useLanguage();
  const nameOf = (code: string): string => label(SANDBOX_FUNCTIONS, code, language);
  const codeOf = new Map(
    Object.entries(SANDBOX_FUNCTIONS).flatMap(([code, { en, zh }]) => [en, zh].map((name) => [name, code])),
  );
  return (
    <TagsInput
      {...shared}
      data={Object.keys(SANDBOX_FUNCTIONS).map(nameOf)}
      value={value.map(nameOf)}
      onChange={(names) => onChange(names.map((name) => codeOf.get(name) ?? name))}
      description={t("casework:suggestedHint")}
      clearButtonProps={{ "aria-label": t("common:clear") }}
    />
  );
}
