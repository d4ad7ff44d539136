import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { vehiclesByIdQuery } from "../../api/queries.ts";
import type { ProjectDetail } from "../../api/shapes/projects.ts";
import { freshnessOf } from "../../lib/fleet.ts";
import { parseTime } from "../../lib/format.ts";
import { isOtherSubject } from "../../api/subjects.ts";
import { projectVehicleIds } from "../../lib/project.ts";
import { useProgrammeOfForms } from "../../casework/registers.ts";
import { Freshness } from "../../ui/Freshness.tsx";
import page from "../../ui/page.module.css";
import { Panel } from "../../ui/Panel.tsx";
import { SeverityLabel } from "../../ui/Severity.tsx";
import { VehicleName } from "../../ui/VehicleName.tsx";
import { useAgo } from "../../ui/use-ago.ts";
import { useNow } from "../../ui/use-now.ts";
import { useMakerName } from "../../ui/use-organisation-name.ts";

const SHOWN = 200;

/** The project's vehicles with their state, the troubled ones first. */
export function ProjectVehicles({ project }: { project: ProjectDetail }) {
  const { t } = useTranslation(["project", "vehicle", "common"]);
  const ago = useAgo();
  const makerName = useMakerName();
  const now = useNow(5000);
  const ids = useMemo(
    () => projectVehicleIds(project.vehicles ?? (project.data?.vehicles as readonly string[] | undefined)),
    [project.vehicles, project.data],
  );
  const asked = useMemo(() => ids.filter((id) => !isOtherSubject(id)), [ids]);
  const known = useQuery(vehiclesByIdQuery(asked));
  const rows = useMemo(
    () =>
      asked
        .map((id) => ({ id, vehicle: known.data?.get(id), level: known.data?.get(id)?.openLevel ?? 0 }))
        .sort((a, b) => b.level - a.level || (a.id < b.id ? -1 : 1))
        .slice(0, SHOWN),
    [asked, known.data],
  );
  const services = ids.filter((id) => isOtherSubject(id));
  if (ids.length === 0) return <None />;
  if (asked.length === 0) return <Services ids={services.slice(0, SHOWN)} />;
  const vehicles = (
    <Panel
      flush
      title={t("project:vehicles.title")}
      hint={`${t("common:vehicles", { count: asked.length })}${asked.length > SHOWN ? ` · ${t("project:vehicles.first", { count: SHOWN })}` : ""}`}
    >
      <div className={page.scroll}>
        <table className={page.table}>
          <thead>
            <tr>
              <th>VIN</th>
              <th>{t("vehicle:list.worst")}</th>
              <th>{t("vehicle:list.freshness")}</th>
              <th>{t("vehicle:list.seen")}</th>
              <th>{t("vehicle:list.maker")}</th>
              <th>{t("vehicle:list.model")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ id, vehicle, level }) => {
              const seen = parseTime(vehicle?.lastSeenAt);
              return (
                <tr key={id}>
                  <td>
                    <Link className="link mono" to="/vehicles/$vehicleId" params={{ vehicleId: id }} search={{}}>
                      {vehicle?.vin ?? <VehicleName id={id} />}
                    </Link>
                  </td>
                  <td>{level > 0 ? <SeverityLabel level={level} /> : <span className="faint">–</span>}</td>
                  <td>{vehicle ? <Freshness value={freshnessOf(vehicle, now)} /> : ""}</td>
                  <td className="quiet">{seen === undefined ? "–" : ago(Math.max(0, now - seen))}</td>
                  <td>{makerName(vehicle?.maker)}</td>
                  <td>{vehicle?.model ?? ""}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Panel>
  );
  if (services.length === 0) return vehicles;
  return (
    <>
      {vehicles}
      <Services ids={services.slice(0, SHOWN)} />
    </>
  );
}

/** A project that names nothing yet has no table: its programme says what it may name. */
function None() {
  const { t } = useTranslation("project");
  const subjects = useProgrammeOfForms()?.subjects ?? "either";
  return (
    <Panel title={t(`vehicles.titleOf.${subjects}`)}>
      <p className="faint">{t("vehicles.none")}</p>
    </Panel>
  );
}

/** What an AI programme tests has no plate and no fleet: names that lead to what each reports. */
function Services({ ids }: { ids: readonly string[] }) {
  const { t } = useTranslation("project");
  return (
    <Panel title={t("vehicles.services")}>
      {ids.map((id) => (
        <p key={id}>
          <Link className="link" to="/vehicles/$vehicleId" params={{ vehicleId: id }} search={{}}>
            <VehicleName id={id} />
          </Link>
        </p>
      ))}
    </Panel>
  );
}
