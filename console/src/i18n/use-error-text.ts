import { useTranslation } from "react-i18next";
import { ApiError } from "../api/client.ts";
import { useLanguage } from "./use-language.ts";

/** What was refused, in the reader's language. The server words its own errors in both. */
export function useErrorText(error: unknown): string {
  const { t } = useTranslation("common");
  const language = useLanguage();
  if (error instanceof ApiError) {
    if (error.status === 0) return t("offline");
    return language === "zh" ? (error.messageZh ?? error.message) : error.message;
  }
  return error instanceof Error ? error.message : t("unexpected");
}
