import { useTranslation } from "react-i18next";
import type { Vehicle } from "../../api/shapes/telemetry.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import type { FleetCell } from "../../lib/fleet.ts";
import { formatDuration, parseTime } from "../../lib/format.ts";
import type { SituationParts } from "../../lib/pages-of-role.ts";
import { regionName } from "../../lib/regions.ts";
import { SEVERITIES, SeverityLabel } from "../../ui/Severity.tsx";
import styles from "./fleet.module.css";
import { useMakerName } from "../../ui/use-organisation-name.ts";

/** The vehicle under the pointer or the focus, in words. */
export function FleetReadout({ cell, vehicle, now }: { cell: FleetCell; vehicle: Vehicle | undefined; now: number }) {
  const { t } = useTranslation("situation");
  const language = useLanguage();
  const makerName = useMakerName();
  const seen = parseTime(vehicle?.lastSeenAt);
  return (
    <>
      <b className="mono">{cell.vin}</b>
      <span>
        {[makerName(vehicle?.maker), vehicle?.model, regionName(vehicle?.region, language)].filter(Boolean).join(" · ")}
      </span>
      {cell.level > 0 && <SeverityLabel level={cell.level} />}
      {!cell.registered && <span>{t("fleet.unregistered")}</span>}
      {cell.inProject && <span className={styles.sand}>{t("fleet.inProject")}</span>}
      <span className="quiet">
        {seen === undefined
          ? t("fleet.fresh.never")
          : t("fleet.seen", { age: formatDuration(Math.max(0, now - seen), language) })}
      </span>
      <span className={styles.grow} />
      <span className="faint">{t("fleet.open")}</span>
    </>
  );
}

/** What the signs mean that the reader meets: who may not read findings or projects sees no vehicle marked by them. */
export function FleetLegend({ asCells, parts }: { asCells: boolean; parts: SituationParts }) {
  const { t } = useTranslation("situation");
  return (
    <>
      {parts.findings && SEVERITIES.map((level) => <SeverityLabel key={level} level={level} />)}
      {asCells ? (
        <CellLegend withProjects={parts.projects} />
      ) : (
        parts.findings && <span className="quiet">{t("fleet.sums")}</span>
      )}
    </>
  );
}

function CellLegend({ withProjects }: { withProjects: boolean }) {
  const { t } = useTranslation("situation");
  return (
    <>
      <span className={styles.key}>
        <i className={styles.cell} data-fresh="online" />
        {t("fleet.fresh.online")}
      </span>
      <span className={styles.key}>
        <i className={styles.cell} data-fresh="silent" />
        {t("fleet.fresh.silent")}
      </span>
      <span className={styles.key}>
        <i className={styles.cell} data-fresh="online" data-unregistered />
        {t("fleet.unregistered")}
      </span>
      {withProjects && (
        <span className={styles.key}>
          <i className={styles.cell} data-fresh="online" data-project />
          {t("fleet.inProject")}
        </span>
      )}
    </>
  );
}
