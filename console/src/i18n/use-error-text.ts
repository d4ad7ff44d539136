import { isRoleCode, OBJECTS, RIGHTS, ROLES, type ObjectCode, type Right } from "@sandglass/casework";
import { useTranslation } from "react-i18next";
import { ApiError } from "../api/client.ts";
import { formatBytes } from "../lib/format.ts";
import { useLanguage } from "./use-language.ts";

const isObject = (code: unknown): code is ObjectCode => typeof code === "string" && Object.hasOwn(OBJECTS, code);
const isRight = (code: unknown): code is Right => RIGHTS.some((right) => right === code);

/** What was refused, in the reader's language. The server words its own errors in both. */
export function useErrorText(error: unknown): string {
  const { t } = useTranslation("common");
  const language = useLanguage();
  if (error instanceof ApiError) {
    if (error.status === 0) return t("offline");
    const { role, object, right, limit } = error.parameters;
    if (error.code === "SG_REQUEST_TOO_LARGE" && typeof limit === "number")
      return t("tooLarge", { size: formatBytes(limit, language) });
    if (
      error.code === "SG_FORBIDDEN" &&
      typeof role === "string" &&
      isRoleCode(role) &&
      isObject(object) &&
      isRight(right)
    )
      return t("forbidden", {
        role: ROLES[role].title[language],
        object: OBJECTS[object][language],
        right: t(`rights.${right}`),
      });
    return language === "zh" ? (error.messageZh ?? error.message) : error.message;
  }
  // The browser speaks of passkeys in its own language and in words of the standard (WebAuthn 3, 5.1.3 and 5.1.4).
  if (error instanceof Error && (error.name === "NotAllowedError" || error.name === "AbortError"))
    return t("passkeyStopped");
  if (error instanceof Error && error.name === "InvalidStateError") return t("passkeyKnown");
  return error instanceof Error ? error.message : t("unexpected");
}
