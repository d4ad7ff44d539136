import { SegmentedControl } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { fleetQuery, openFindingsQuery, projectVehiclesQuery } from "../../api/queries.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { fitCellSize, groupFleet, worstLevels, type FleetCell, type GroupBy } from "../../lib/fleet.ts";
import { formatNumber } from "../../lib/format.ts";
import { regionName } from "../../lib/regions.ts";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import { SEVERITIES, SeverityCount } from "../../ui/Severity.tsx";
import { useNow } from "../../ui/use-now.ts";
import { useMakerName } from "../../ui/use-organisation-name.ts";
import { FleetLegend, FleetReadout } from "./FleetReadout.tsx";
import { FleetCells } from "./FleetCells.tsx";
import styles from "./fleet.module.css";

const route = getRouteApi("/inside/");
const GROUPS = ["maker", "region", "model"] as const;
/** Above this, groups show their numbers only: so many cells could not be told apart. */
const CELL_LIMIT = 1500;

/** Every vehicle as a small cell: shape and colour by its worst open finding, outline by freshness. */
export function FleetPanel() {
  const { t } = useTranslation("situation");
  const language = useLanguage();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const by: GroupBy = search.group ?? "maker";
  const now = useNow(10_000);
  const makerName = useMakerName();
  const fleet = useQuery(fleetQuery);
  const open = useQuery(openFindingsQuery);
  const projects = useQuery(projectVehiclesQuery);
  const [hovered, setHovered] = useState<FleetCell>();

  const worst = useMemo(() => worstLevels(open.data ?? []), [open.data]);
  const groups = useMemo(
    () => groupFleet(fleet.data?.items ?? [], worst, projects.data ?? new Set(), by, now),
    [fleet.data, worst, projects.data, by, now],
  );
  const nameOf = (name: string): string =>
    name === ""
      ? t("fleet.unnamed")
      : by === "region"
        ? regionName(name, language)
        : by === "maker"
          ? makerName(name)
          : name;
  const total = fleet.data?.items.length ?? 0;
  const { ref: box, width, height } = useElementSize();
  const size = fitCellSize(
    groups.map((group) => group.cells.length),
    width,
    height,
  );
  const asCells = total <= CELL_LIMIT;

  return (
    <section className={styles.panel} aria-label={t("fleet.title")}>
      <header className={styles.head}>
        <h2>{t("fleet.title")}</h2>
        <span className="quiet">
          {t("fleet.count", { count: total })}
          {fleet.data && !fleet.data.complete && ` · ${t("fleet.partial")}`}
        </span>
        <span className={styles.grow} />
        <SegmentedControl
          aria-label={t("fleet.groupBy")}
          value={by}
          data={GROUPS.map((value) => ({ value, label: t(`fleet.by.${value}`) }))}
          onChange={(value) =>
            void navigate({
              search: (previous) => ({ ...previous, group: value === "maker" ? undefined : (value as GroupBy) }),
              replace: true,
            })
          }
        />
      </header>
      {fleet.error && !fleet.data ? (
        <Refused error={fleet.error} retry={() => void fleet.refetch()} />
      ) : !fleet.data ? (
        <Loading />
      ) : total === 0 ? (
        <Empty title={t("fleet.empty")} next={t("fleet.emptyNext")} />
      ) : (
        <div className={styles.groups} ref={box} onPointerLeave={() => setHovered(undefined)}>
          {groups.map((group) => (
            <div key={group.name} className={styles.group}>
              <div className={styles.groupHead}>
                <h3 className="ellipsis" title={group.name}>
                  {nameOf(group.name)}
                </h3>
                <span className="quiet num">
                  {t("fleet.online", {
                    online: formatNumber(group.online, language),
                    count: formatNumber(group.cells.length, language),
                  })}
                </span>
                <span className={styles.levels}>
                  {SEVERITIES.filter((level) => group.byLevel[level] > 0).map((level) => (
                    <SeverityCount key={level} level={level} count={group.byLevel[level]} size={12} />
                  ))}
                </span>
              </div>
              {asCells && (
                <FleetCells
                  cells={group.cells}
                  size={size}
                  label={nameOf(group.name)}
                  onHover={setHovered}
                  selected={search.vehicle}
                />
              )}
            </div>
          ))}
        </div>
      )}
      <footer className={styles.foot}>
        {hovered ? (
          <FleetReadout
            cell={hovered}
            vehicle={fleet.data?.items.find((vehicle) => vehicle.id === hovered.id)}
            now={now}
          />
        ) : (
          <FleetLegend />
        )}
      </footer>
    </section>
  );
}
