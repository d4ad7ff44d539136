import { useCallback, useMemo } from "react";
import { useQuery } from "@tanstack/react-query";
import { organisationsQuery } from "../api/access.ts";
import { useLanguage } from "../i18n/use-language.ts";
import { makerNames } from "../lib/maker-name.ts";

const FRESH_MS = 300_000;

/** Names of organisations by their ids; an id without a name, or not known yet, stands for itself. */
export function useOrganisationName(): (id: string) => string {
  const language = useLanguage();
  const { data } = useQuery({ ...organisationsQuery, staleTime: FRESH_MS });
  const names = useMemo(() => new Map(data?.map((each) => [each.id, each.names[language]])), [data, language]);
  return useCallback((id: string) => names.get(id) ?? id, [names]);
}

/** Makers of vehicles in the reader's language, as far as the directory knows them. */
export function useMakerName(): (maker: string | null | undefined) => string {
  const language = useLanguage();
  const { data } = useQuery({ ...organisationsQuery, staleTime: FRESH_MS });
  const names = useMemo(() => makerNames(data ?? [], language), [data, language]);
  return useCallback((maker) => names.get(maker ?? "") ?? maker ?? "", [names]);
}
