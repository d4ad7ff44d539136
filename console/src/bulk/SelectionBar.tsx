import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import styles from "./bulk.module.css";

interface SelectionBarProps {
  readonly label: string;
  /** How many rows are ticked, in words. */
  readonly text: string;
  /** What can be done with them. */
  readonly children: ReactNode;
  clear(): void;
}

/** Shown while rows of a list are ticked. */
export function SelectionBar({ label, text, children, clear }: SelectionBarProps) {
  const { t } = useTranslation("bulk");
  return (
    <div className={styles.bar} role="toolbar" aria-label={label}>
      <b aria-live="polite">{text}</b>
      {children}
      <Button variant="subtle" onClick={clear}>
        {t("clear")}
      </Button>
      <span className={styles.hint}>{t("keys")}</span>
    </div>
  );
}
