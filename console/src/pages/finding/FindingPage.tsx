import type { FindingDetail } from "../../api/shapes/findings.ts";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { findingQuery, vehicleQuery } from "../../api/queries.ts";
import { hasSubjectPage, kindOfSubject } from "../../api/subjects.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { describeMargin } from "../../lib/finding.ts";
import { formatDuration, formatInstant, parseTime } from "../../lib/format.ts";
import { inLanguage, label, SUBJECTS } from "../../lib/vocabulary.ts";
import { Loading, Refused } from "../../ui/Feedback.tsx";
import { PageHead } from "../../ui/PageHead.tsx";
import { Sentence } from "../../ui/Sentence.tsx";
import { SeverityLabel } from "../../ui/Severity.tsx";
import { CaseStateTag, FindingStatusTag } from "../../ui/StateTags.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { useNow } from "../../ui/use-now.ts";
import page from "../../ui/page.module.css";
import styles from "./finding.module.css";
import { FindingSide } from "./FindingSide.tsx";
import { useEvidence } from "./use-evidence.ts";
import { useOrdersOf } from "./use-orders.ts";
import { VerdictPanel } from "./VerdictPanel.tsx";
import { WitnessTable } from "./WitnessTable.tsx";
import { useMakerName, useOrganisationName } from "../../ui/use-organisation-name.ts";

const route = getRouteApi("/inside/findings/$findingId");

/** What data that came late, or may still come, did to the finding. */
function lateStates(finding: FindingDetail): ("provisional" | "amended" | "found")[] {
  if (finding.state === "retracted") return [];
  return [
    ...(finding.confirmed === false ? (["provisional"] as const) : []),
    ...((finding.revision ?? 0) > 0 ? (["amended"] as const) : finding.origin === "replay" ? (["found"] as const) : []),
  ];
}

/** Why a rule fired: the sentence, the plot with the interval, the truth of each part, the frames or records that witness it. */
export function FindingPage() {
  const { t } = useTranslation(["finding", "common", "shell"]);
  const language = useLanguage();
  const makerName = useMakerName();
  const organisationName = useOrganisationName();
  const { findingId } = route.useParams();
  const now = useNow(1000);
  const query = useQuery(findingQuery(findingId));
  const finding = query.data;
  const vehicle = useQuery({
    ...vehicleQuery(finding?.vehicle ?? ""),
    enabled: finding !== undefined && hasSubjectPage(finding.vehicle),
  });
  const evidence = useEvidence(finding);
  const orders = useOrdersOf(finding);

  if (query.error && !finding) return <Refused error={query.error} retry={() => void query.refetch()} />;
  if (!finding) return <Loading />;
  const onset = Date.parse(finding.onset);
  const cleared = parseTime(finding.clearedAt);
  const margin = describeMargin(finding.margin, language);
  const lasted = formatDuration((cleared ?? Math.max(now, onset)) - onset, language);
  const vin = finding.vin ?? vehicle.data?.vin ?? finding.vehicle;
  const kind = kindOfSubject(finding);
  const isVehicle = kind === "vehicle";
  const sentence = inLanguage(finding.explanation, language);

  return (
    <div className={page.page}>
      <PageHead
        trail={[
          { text: t("shell:nav.findings"), to: "/findings" },
          { text: `${finding.trigger} v${finding.version}` },
          { text: finding.id, mono: true },
        ]}
        title={
          <>
            <SeverityLabel level={finding.level} size={18} />
            <span>{inLanguage(finding.title, language)}</span>
          </>
        }
        summary={
          <>
            {margin !== undefined && (
              <>
                {t("finding:margin")} {margin}
                {language === "zh" ? "，" : ", "}
              </>
            )}
            {cleared === undefined
              ? t("finding:lasting", { duration: lasted })
              : t("finding:lasted", { duration: lasted })}
          </>
        }
        facts={[
          {
            name: label(SUBJECTS, kind, language),
            value: hasSubjectPage(finding.vehicle) ? (
              <Link
                to="/vehicles/$vehicleId"
                params={{ vehicleId: finding.vehicle }}
                search={{ at: onset, from: evidence.from, to: evidence.to }}
                className={isVehicle ? "link mono" : "link"}
              >
                {vin}
              </Link>
            ) : (
              vin
            ),
          },
          isVehicle
            ? {
                name: t("finding:maker"),
                value: [makerName(vehicle.data?.maker), vehicle.data?.model].filter(Boolean).join(" · "),
              }
            : {
                name: t("finding:organisation"),
                value: vehicle.data?.organisation ? organisationName(vehicle.data.organisation) : undefined,
              },
          {
            name: t("finding:onset"),
            value: (
              <span className="num">
                {formatInstant(onset)} {t("common:zone")}
              </span>
            ),
          },
          { name: t("finding:status"), value: <FindingStatusTag status={finding.status} /> },
          ...(finding.status === "suppressed"
            ? [
                {
                  name: t("finding:suppressedBy"),
                  value: finding.suppressedBy ?? t("finding:cooldown"),
                },
              ]
            : []),
          ...lateStates(finding).map((state) => ({
            name: "",
            value: <Tag tone="unknown">{t(`finding:late.${state}`)}</Tag>,
          })),
        ]}
        actions={
          <>
            {orders.slice(0, 1).map((order) => (
              <Link
                key={order.id}
                to="/cases/$caseId"
                params={{ caseId: order.id }}
                search={{}}
                className={styles.jump}
              >
                {t("finding:openOrder")} <CaseStateTag state={order.state} />
              </Link>
            ))}
            {finding.project && (
              <Link
                to="/projects/$projectId"
                params={{ projectId: finding.project }}
                search={{}}
                className={styles.jump}
              >
                {t("finding:openProject")}
              </Link>
            )}
          </>
        }
      />
      <div className={page.columns}>
        <div className={page.left}>
          {sentence !== "" && <Sentence text={sentence} level={finding.level} />}
          <VerdictPanel finding={finding} evidence={evidence} />
          <WitnessTable finding={finding} />
        </div>
        <FindingSide finding={finding} evidence={evidence} orders={orders} />
      </div>
    </div>
  );
}
