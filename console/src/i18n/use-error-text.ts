import { useTranslation } from "react-i18next";
import { ApiError } from "../api/client.ts";
import { formatBytes } from "../lib/format.ts";
import { useLanguage } from "./use-language.ts";

/** What was refused, in the reader's language. The server words its own errors in both. */
export function useErrorText(error: unknown): string {
  const { t } = useTranslation("common");
  const language = useLanguage();
  if (error instanceof ApiError) {
    if (error.status === 0) return t("offline");
    const { limit } = error.parameters;
    if (error.code === "SG_REQUEST_TOO_LARGE" && typeof limit === "number")
      return t("tooLarge", { size: formatBytes(limit, language) });
    return language === "zh" ? (error.messageZh ?? error.message) : error.message;
  }
  // The browser speaks of passkeys in its own language and in words of the standard (WebAuthn 3, 5.1.3 and 5.1.4).
  if (error instanceof Error && (error.name === "NotAllowedError" || error.name === "AbortError"))
    return t("passkeyStopped");
  if (error instanceof Error && error.name === "InvalidStateError") return t("passkeyKnown");
  return error instanceof Error ? error.message : t("unexpected");
}
