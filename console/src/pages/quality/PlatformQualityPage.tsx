import { TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { platformConformanceQuery, type ConformanceReport } from "../../api/quality.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatDuration, formatNumber } from "../../lib/format.ts";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import page from "../../ui/page.module.css";
import { PageHead } from "../../ui/PageHead.tsx";
import { ReportView } from "./ReportView.tsx";
import { VerdictTag } from "./VerdictTag.tsx";

const route = getRouteApi("/inside/quality/platforms/$platformId");
const DIRECT = "direct";

/** Conformance report of one platform, or of everything that terminals send directly. */
export function PlatformQualityPage() {
  const { t } = useTranslation("quality");
  const language = useLanguage();
  const { platformId } = route.useParams();
  const { from, to } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(platformConformanceQuery(platformId, { from, to }));
  const report = query.data;
  const day = (name: "from" | "to") => (
    <TextInput
      type="date"
      aria-label={t(`platformReport.${name}`)}
      value={(name === "from" ? from : to) ?? report?.[name] ?? ""}
      onChange={(event) => {
        const value = event.currentTarget.value === "" ? undefined : event.currentTarget.value;
        void navigate({ search: (previous) => ({ ...previous, [name]: value }), replace: true });
      }}
    />
  );
  const facts = (known: ConformanceReport) => [
    {
      name: t("verdict"),
      value: <VerdictTag verdict={known.verdict} />,
    },
    { name: t("platformReport.frames"), value: formatNumber(known.counts.frames, language) },
    { name: t("platformReport.days"), value: formatNumber(known.days, language) },
    { name: t("platformReport.edition"), value: known.edition && t(`platformReport.editions.${known.edition}`) },
    {
      name: t("platformReport.meanDelay"),
      value: known.meanDelayMs === null ? null : formatDuration(known.meanDelayMs, language),
    },
  ];
  return (
    <div className={page.page}>
      <PageHead
        trail={[{ text: t("title"), to: "/quality" }, { text: t("platformReport.back") }]}
        title={platformId === DIRECT ? t("direct") : (report?.name ?? platformId)}
        {...(report && report.counts.frames > 0 ? { facts: facts(report) } : {})}
        actions={
          <>
            {day("from")}
            {day("to")}
          </>
        }
      />
      <div className={page.body}>
        {query.error && !report ? (
          <Refused error={query.error} retry={() => void query.refetch()} />
        ) : !report ? (
          <Loading />
        ) : report.counts.frames === 0 ? (
          <Empty title={t("platformReport.empty")} next={t("platformReport.emptyNext")} />
        ) : (
          <ReportView report={report} ofPlatform />
        )}
      </div>
    </div>
  );
}
