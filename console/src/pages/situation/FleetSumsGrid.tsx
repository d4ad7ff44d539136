import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { FleetSums } from "../../api/shapes/common.ts";
import { byName, type GroupBy } from "../../lib/fleet.ts";
import { FleetGroupHead } from "./FleetGroupHead.tsx";
import styles from "./fleet.module.css";

interface FleetSumsGridProps {
  readonly sums: FleetSums;
  readonly by: GroupBy;
  nameOf(name: string): string;
}

/** The sums of a large fleet; the name of a group leads to its vehicles, those with the worst open findings first. */
export function FleetSumsGrid({ sums: { groups, others }, by, nameOf }: FleetSumsGridProps) {
  const { t } = useTranslation("situation");
  return (
    <div className={styles.sums}>
      {groups
        .map((group) => ({ ...group, shown: nameOf(group.name ?? "") }))
        .sort((a, b) => byName(a.name === null ? "" : a.shown, b.name === null ? "" : b.shown))
        .map(({ name, shown, ...counts }) => (
          <FleetGroupHead key={name} name={shown} {...counts}>
            {name === null || by === "region" ? (
              shown
            ) : (
              <Link className="link" to="/vehicles" search={{ q: name, sort: "-level" }}>
                {shown}
              </Link>
            )}
          </FleetGroupHead>
        ))}
      {others.groups > 0 && (
        <p className="quiet">{t("fleet.others", { groups: others.groups, count: others.vehicles })}</p>
      )}
    </div>
  );
}
