import { useTranslation } from "react-i18next";
import { useLanguage } from "../i18n/use-language.ts";
import { formatDuration } from "../lib/format.ts";

/** How long ago something was, in words: whole seconds, "just now" below one. */
export function useAgo(): (ms: number) => string {
  const { t } = useTranslation("common");
  const language = useLanguage();
  return (ms) => (ms < 1000 ? t("justNow") : t("ago", { age: formatDuration(Math.floor(ms / 1000) * 1000, language) }));
}
