import { isRoleCode } from "@sandglass/casework";
import { useQuery } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { sessionQuery, situationQuery } from "../../api/queries.ts";
import { homeOf, partsOfSituation, type SituationParts } from "../../lib/pages-of-role.ts";
import { Loading, Refused } from "../../ui/Feedback.tsx";
import { CasesFeed } from "./CasesFeed.tsx";
import { FindingsFeed } from "./FindingsFeed.tsx";
import { FleetPanel } from "./FleetPanel.tsx";
import { HistogramPanel } from "./HistogramPanel.tsx";
import { KpiStrip } from "./KpiStrip.tsx";
import { ProjectStrip } from "./ProjectStrip.tsx";
import styles from "./situation.module.css";

const NOTHING: SituationParts = { vehicles: false, findings: false, orders: false, projects: false, cases: false };

/** What is happening now; who has no part in it begins on the page of their own work. */
export function SituationPage() {
  const { data: actor } = useQuery(sessionQuery);
  const role = actor && isRoleCode(actor.role) ? actor.role : undefined;
  const home = role === undefined ? "/" : homeOf(role);
  const parts = role === undefined ? NOTHING : partsOfSituation(role);
  return home === "/" ? <Situation parts={parts} /> : <Navigate to={home} search={{}} replace />;
}

/** What needs somebody: numbers, fleet, sandbox projects, findings. */
function Situation({ parts }: { readonly parts: SituationParts }) {
  const { t } = useTranslation("shell");
  const situation = useQuery(situationQuery);
  return (
    <div className={styles.page}>
      <h1 className="sr-only">{t("nav.situation")}</h1>
      {situation.data ? (
        <KpiStrip situation={situation.data} parts={parts} />
      ) : situation.error ? (
        <Refused error={situation.error} retry={() => void situation.refetch()} />
      ) : (
        <Loading />
      )}
      <div className={styles.columns}>
        <div className={styles.left}>
          {parts.vehicles && <FleetPanel parts={parts} />}
          {parts.projects && <ProjectStrip />}
          {parts.findings && <HistogramPanel />}
        </div>
        {parts.findings ? <FindingsFeed /> : parts.cases && <CasesFeed />}
      </div>
    </div>
  );
}
