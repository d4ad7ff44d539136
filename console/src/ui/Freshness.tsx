import { useTranslation } from "react-i18next";
import type { Freshness as Value } from "../lib/fleet.ts";
import styles from "./freshness.module.css";

/** Whether a vehicle reports now: shape and word. */
export function Freshness({ value }: { value: Value }) {
  const { t } = useTranslation("situation");
  return (
    <span className={styles.fresh} data-value={value}>
      <i aria-hidden />
      {t(`fleet.fresh.${value}`)}
    </span>
  );
}
