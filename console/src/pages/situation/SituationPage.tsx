import { isRoleCode } from "@sandglass/casework";
import { useQuery } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "../../access/use-may.ts";
import { sessionQuery, situationQuery } from "../../api/queries.ts";
import { homeOf } from "../../lib/pages-of-role.ts";
import { Loading, Refused } from "../../ui/Feedback.tsx";
import { FindingsFeed } from "./FindingsFeed.tsx";
import { FleetPanel } from "./FleetPanel.tsx";
import { HistogramPanel } from "./HistogramPanel.tsx";
import { KpiStrip } from "./KpiStrip.tsx";
import { ProjectStrip } from "./ProjectStrip.tsx";
import styles from "./situation.module.css";

/** What is happening now; who has no part in it begins on the page of their own work. */
export function SituationPage() {
  const { data: actor } = useQuery(sessionQuery);
  const home = actor && isRoleCode(actor.role) ? homeOf(actor.role) : "/";
  return home === "/" ? <Situation /> : <Navigate to={home} search={{}} replace />;
}

/** What needs somebody: numbers, fleet, sandbox projects, findings. */
function Situation() {
  const { t } = useTranslation("shell");
  const situation = useQuery(situationQuery);
  const readsFindings = useMay("finding", "read");
  return (
    <div className={styles.page}>
      <h1 className="sr-only">{t("nav.situation")}</h1>
      {situation.data ? (
        <KpiStrip situation={situation.data} />
      ) : situation.error ? (
        <Refused error={situation.error} retry={() => void situation.refetch()} />
      ) : (
        <Loading />
      )}
      <div className={styles.columns}>
        <div className={styles.left}>
          <FleetPanel />
          <ProjectStrip />
          {readsFindings && <HistogramPanel />}
        </div>
        {readsFindings && <FindingsFeed />}
      </div>
    </div>
  );
}
