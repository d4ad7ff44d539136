import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { vehicleConformanceQuery } from "../../api/quality.ts";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import { ReportView } from "../quality/ReportView.tsx";

/** What a vehicle's terminal sends against what the standards ask for. */
export function ConformanceTab({ vehicleId }: { vehicleId: string }) {
  const { t } = useTranslation("quality");
  const query = useQuery(vehicleConformanceQuery(vehicleId));
  if (query.error && !query.data) return <Refused error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  if (query.data.counts.frames === 0) return <Empty title={t("report.empty")} next={t("report.emptyNext")} />;
  return <ReportView report={query.data} />;
}
