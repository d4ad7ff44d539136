import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Finding } from "../../api/shapes/findings.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatShort } from "../../lib/format.ts";
import { inLanguage } from "../../lib/vocabulary.ts";
import { SeverityIcon } from "../../ui/Severity.tsx";
import styles from "./vehicle.module.css";

/** The newest findings of a vehicle, as links. */
export function FindingLinks({ items }: { items: readonly Finding[] }) {
  const { t } = useTranslation("vehicle");
  const language = useLanguage();
  if (items.length === 0) return <span className="faint">{t("findings.none")}</span>;
  return (
    <ul className={styles.links}>
      {items.map((item) => (
        <li key={item.id}>
          <SeverityIcon level={item.level} size={13} />
          <Link className="link ellipsis" to="/findings/$findingId" params={{ findingId: item.id }} search={{}}>
            {inLanguage(item.title, language)}
          </Link>
          <span className="faint num">{formatShort(Date.parse(item.onset))}</span>
        </li>
      ))}
    </ul>
  );
}
