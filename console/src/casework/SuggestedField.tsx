import { Autocomplete, TagsInput } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { RuleVersion } from "@sandglass/casework";
import { createContext, useContext } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../access/use-may.ts";
import { triggersQuery } from "../api/queries.ts";
import { regionsQuery } from "../api/regions.ts";
import { publishedRulesQuery } from "../api/rules.ts";
import { useLanguage } from "../i18n/use-language.ts";
import type { JsonSchema } from "../lib/json-schema.ts";
import { inLanguage } from "../lib/vocabulary.ts";

interface SuggestedFieldProps {
  readonly label: string;
  readonly withAsterisk: boolean;
  readonly error: string | undefined;
  readonly schema: JsonSchema;
  readonly value: unknown;
  onChange(value: unknown): void;
}

/** A text, or several, for which a register offers names; what one writes oneself is taken too. */
export function SuggestedField({ schema, value, onChange, ...shared }: SuggestedFieldProps) {
  const { t } = useTranslation(["casework", "common"]);
  const { offered, titles } = useOffered((schema.items ?? schema)["x-names"]);
  const renderOption = ({ option }: { readonly option: { readonly value: string } }) => (
    <span>
      {option.value} <small className="quiet">{titles.get(option.value)}</small>
    </span>
  );
  if (schema.items === undefined)
    return (
      <Autocomplete
        {...shared}
        data={offered}
        value={typeof value === "string" ? value : ""}
        onChange={(text) => onChange(text === "" ? undefined : text)}
        renderOption={renderOption}
        maxLength={schema.maxLength}
        limit={50}
      />
    );
  return (
    <TagsInput
      {...shared}
      data={offered}
      value={Array.isArray(value) ? value.map(String) : []}
      onChange={onChange}
      renderOption={renderOption}
      description={t("casework:suggestedHint")}
      clearButtonProps={{ "aria-label": t("common:clear") }}
      limit={50}
    />
  );
}

/** What a form has chosen of a trigger set so far: effects are given to the triggers of that set, not to any of the library. */
export const TriggerSetOfForm = createContext<{ readonly pack?: unknown; readonly rules?: unknown } | undefined>(
  undefined,
);

/** What a register has to offer, and what is said beside each. */
function useOffered(register: unknown): { readonly offered: string[]; readonly titles: ReadonlyMap<string, string> } {
  const language = useLanguage();
  const set = useContext(TriggerSetOfForm);
  const chosenRules = Array.isArray(set?.rules) ? (set.rules as readonly RuleVersion[]) : [];
  const isOfSet = (id: string): boolean => set === undefined || chosenRules.some(({ trigger }) => trigger === id);
  const triggers = useQuery({ ...triggersQuery, enabled: register === "trigger" });
  const published = useQuery({ ...publishedRulesQuery, enabled: register === "trigger" });
  const mayReadRegions = useMay("triggerRules", "read");
  const isPlace = register === "area" || register === "road";
  const regions = useInfiniteQuery({ ...regionsQuery, enabled: isPlace && mayReadRegions });
  const titles = new Map<string, string>();
  if (register === "trigger") {
    for (const { id, title, pack } of triggers.data?.items ?? [])
      if (set === undefined || (pack !== undefined && pack === set.pack))
        titles.set(id, [inLanguage(title, language), pack].filter(Boolean).join(" · "));
    for (const { id, title } of published.data ?? []) if (isOfSet(id)) titles.set(id, inLanguage(title, language));
  } else
    for (const { kind, names, areaCode, retiredAt } of regions.data?.pages.flatMap(({ items }) => items) ?? [])
      if (kind === register && retiredAt === null) titles.set(inLanguage(names, language), areaCode ?? "");
  return { offered: [...titles.keys()], titles };
}
