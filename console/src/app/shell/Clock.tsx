import { useTranslation } from "react-i18next";
import { formatInstant } from "../../lib/format.ts";
import { useNow } from "../../ui/use-now.ts";
import styles from "./shell.module.css";

/** The time of the shown zone, named. */
export function Clock() {
  const { t } = useTranslation("common");
  const now = useNow(1000);
  return (
    <span className={styles.chip}>
      <b className="num">{formatInstant(now)}</b> {t("zone")}
    </span>
  );
}
