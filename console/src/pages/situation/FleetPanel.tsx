import { SegmentedControl } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../access/use-may.ts";
import { FLEET_LIMIT, fleetQuery, fleetSumsQuery, projectVehiclesQuery } from "../../api/queries.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { fitCellSize, groupFleet, type FleetCell, type GroupBy } from "../../lib/fleet.ts";
import type { SituationParts } from "../../lib/pages-of-role.ts";
import { regionName } from "../../lib/regions.ts";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import { useNow } from "../../ui/use-now.ts";
import { useMakerName } from "../../ui/use-organisation-name.ts";
import { FleetLegend, FleetReadout } from "./FleetReadout.tsx";
import { FleetCells } from "./FleetCells.tsx";
import { FleetGroupHead } from "./FleetGroupHead.tsx";
import { FleetSumsGrid } from "./FleetSumsGrid.tsx";
import styles from "./fleet.module.css";

const route = getRouteApi("/inside/");
const GROUPS = ["maker", "region", "model"] as const;

/**
 * Every vehicle as a small cell: shape and colour by its worst open finding, outline by freshness. Cells of a fleet above
 * `FLEET_LIMIT` could not be told apart: its groups show their sums only, and no vehicle is asked for.
 */
export function FleetPanel({ parts }: { readonly parts: SituationParts }) {
  const { t } = useTranslation("situation");
  const language = useLanguage();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const by: GroupBy = search.group ?? "maker";
  const now = useNow(10_000);
  const makerName = useMakerName();
  const registers = useMay("vehicleRegister", "write");
  const sums = useQuery(fleetSumsQuery(by));
  const total = sums.data?.vehicles ?? 0;
  const asCells = sums.data !== undefined && total <= FLEET_LIMIT;
  const fleet = useQuery({ ...fleetQuery, enabled: asCells });
  const projects = useQuery({ ...projectVehiclesQuery, enabled: asCells && parts.projects });
  const [hovered, setHovered] = useState<FleetCell>();

  const groups = useMemo(
    () => groupFleet(fleet.data ?? [], projects.data ?? new Set(), by, now),
    [fleet.data, projects.data, by, now],
  );
  const nameOf = (name: string): string =>
    name === ""
      ? t("fleet.unnamed")
      : by === "region"
        ? regionName(name, language)
        : by === "maker"
          ? makerName(name)
          : name;
  const { ref: box, width, height } = useElementSize();
  const size = fitCellSize(
    groups.map((group) => group.cells.length),
    width,
    height,
  );

  return (
    <section className={styles.panel} aria-label={t("fleet.title")}>
      <header className={styles.head}>
        <h2>{t("fleet.title")}</h2>
        <span className="quiet">{t("fleet.count", { count: total })}</span>
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
      {sums.error && !sums.data ? (
        <Refused error={sums.error} retry={() => void sums.refetch()} />
      ) : !sums.data || (asCells && !fleet.data) ? (
        <Loading />
      ) : total === 0 ? (
        <Empty title={t("fleet.empty")} next={t(registers ? "fleet.emptyNext" : "fleet.emptyNextReader")} />
      ) : asCells ? (
        <div className={styles.groups} ref={box} onPointerLeave={() => setHovered(undefined)}>
          {groups.map((group) => (
            <div key={group.name} className={styles.group}>
              <FleetGroupHead
                name={nameOf(group.name)}
                online={group.online}
                vehicles={group.cells.length}
                byLevel={group.byLevel}
              />
              <FleetCells
                cells={group.cells}
                size={size}
                label={nameOf(group.name)}
                onHover={setHovered}
                selected={search.vehicle}
              />
            </div>
          ))}
        </div>
      ) : (
        <FleetSumsGrid sums={sums.data} by={by} nameOf={nameOf} />
      )}
      <footer className={styles.foot}>
        {hovered ? (
          <FleetReadout cell={hovered} vehicle={fleet.data?.find((vehicle) => vehicle.id === hovered.id)} now={now} />
        ) : (
          <FleetLegend asCells={asCells} parts={parts} />
        )}
      </footer>
    </section>
  );
}
