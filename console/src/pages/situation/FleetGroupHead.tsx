import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatNumber } from "../../lib/format.ts";
import { SEVERITIES, SeverityCount } from "../../ui/Severity.tsx";
import styles from "./fleet.module.css";

interface FleetGroupHeadProps {
  readonly name: string;
  /** Instead of the bare name. */
  readonly children?: ReactNode;
  readonly online: number;
  readonly vehicles: number;
  /** Vehicles by their worst open finding. */
  readonly byLevel: Readonly<Record<string, number>> | readonly number[];
}

/** A group of vehicles in a line: how many send, and how many have open findings of which level. */
export function FleetGroupHead({ name, children, online, vehicles, byLevel }: FleetGroupHeadProps) {
  const { t } = useTranslation("situation");
  const language = useLanguage();
  const of = (level: number): number => (byLevel as Readonly<Record<number, number>>)[level] ?? 0;
  return (
    <div className={styles.groupHead}>
      <h3 className="ellipsis" title={name}>
        {children ?? name}
      </h3>
      <span className="quiet num">
        {t("fleet.online", { online: formatNumber(online, language), count: formatNumber(vehicles, language) })}
      </span>
      <span className={styles.levels}>
        {SEVERITIES.filter((level) => of(level) > 0).map((level) => (
          <SeverityCount key={level} level={level} count={formatNumber(of(level), language)} size={12} />
        ))}
      </span>
    </div>
  );
}
