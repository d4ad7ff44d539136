/** Loading, empty and refused: each says what to do next. */
import { Button } from "@mantine/core";
import { IconAlertTriangle, IconLoader2, IconMoodEmpty } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useErrorText } from "../i18n/use-error-text.ts";
import { ApiError } from "../api/client.ts";
import styles from "./feedback.module.css";

export function Loading({ what }: { what?: string }) {
  const { t } = useTranslation("common");
  return (
    <div className={styles.box} role="status">
      <IconLoader2 size={18} stroke={1.5} className={styles.spin} aria-hidden />
      <span>{what ?? t("loading")}</span>
    </div>
  );
}

export function Empty({ title, next, action }: { title: ReactNode; next?: ReactNode; action?: ReactNode }) {
  return (
    <div className={styles.box}>
      <IconMoodEmpty size={20} stroke={1.3} aria-hidden />
      <strong>{title}</strong>
      {next !== undefined && <span className={styles.next}>{next}</span>}
      {action}
    </div>
  );
}

export function Refused({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation("common");
  const text = useErrorText(error);
  const api = error instanceof ApiError ? error : undefined;
  const needsCase = api?.code === "SG_NEEDS_CASE";
  const forbidden = api?.status === 403;
  return (
    <div className={styles.box} role="alert">
      <IconAlertTriangle size={20} stroke={1.5} className={styles.bad} aria-hidden />
      <strong>{needsCase ? t("needsCase.title") : text}</strong>
      {api && (
        <span className={styles.code}>
          {api.code}
          {api.requestId ? ` · ${t("requestId")} ${api.requestId}` : ""}
        </span>
      )}
      <span className={styles.next}>
        {needsCase
          ? t("needsCase.next")
          : forbidden
            ? t("next.forbidden")
            : api?.status === 404
              ? t("next.notFound")
              : t("next.failed")}
      </span>
      {retry && !forbidden && <Button onClick={retry}>{t("retry")}</Button>}
    </div>
  );
}
