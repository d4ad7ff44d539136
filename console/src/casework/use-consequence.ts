import { useTranslation } from "react-i18next";
import { useLanguage } from "../i18n/use-language.ts";
import { label, type Terms } from "../lib/vocabulary.ts";
import type { ActionTarget } from "./actions.ts";

/** Says to which state an action leads, in the words of its kind. */
export function useConsequence(states: Terms): (target: Pick<ActionTarget, "to" | "mayStay">) => string {
  const { t } = useTranslation("casework");
  const language = useLanguage();
  return ({ to, mayStay }) => {
    if (to.length === 0) return t("staysInState");
    const names = to.map((state) => label(states, state, language));
    return t("leadsTo", { state: [...names, ...(mayStay ? [t("unchanged")] : [])].join(" / ") });
  };
}
