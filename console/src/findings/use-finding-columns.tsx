/** The columns of findings: the same in the list of all and on a vehicle or service, which goes without saying there. */
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Finding } from "../api/shapes/findings.ts";
import { kindOfSubject } from "../api/subjects.ts";
import { useLanguage } from "../i18n/use-language.ts";
import { describeMargin } from "../lib/finding.ts";
import { formatDuration, formatInstant, parseTime } from "../lib/format.ts";
import { inLanguage } from "../lib/vocabulary.ts";
import type { Column } from "../ui/DataTable.tsx";
import { SeverityLabel } from "../ui/Severity.tsx";
import { FindingStatusTag } from "../ui/StateTags.tsx";
import { Tag } from "../ui/Tag.tsx";
import { useNow } from "../ui/use-now.ts";
import { useMakerName } from "../ui/use-organisation-name.ts";

/** @param ofOneVehicle the columns of the subject are left out */
export function useFindingColumns({ ofOneVehicle }: { readonly ofOneVehicle: boolean }): readonly Column<Finding>[] {
  const { t } = useTranslation(["finding", "common"]);
  const language = useLanguage();
  const makerName = useMakerName();
  const now = useNow(10_000);
  return useMemo<Column<Finding>[]>(
    () => [
      {
        id: "level",
        sortable: true,
        header: t("finding:list.level"),
        width: "92px",
        render: (row) => <SeverityLabel level={row.level} />,
      },
      {
        id: "title",
        header: t("finding:list.name"),
        width: "minmax(150px, 1.2fr)",
        render: (row) => (
          <Link to="/findings/$findingId" params={{ findingId: row.id }} search={{}}>
            <b>{inLanguage(row.title, language)}</b>
          </Link>
        ),
      },
      ...(ofOneVehicle ? [] : subjectColumns(makerName, t("finding:list.subject"), t("finding:maker"))),
      {
        id: "trigger",
        header: t("finding:list.trigger"),
        width: "minmax(130px, .9fr)",
        render: (row) => (
          <span className="quiet">
            {row.trigger} v{row.version}
          </span>
        ),
      },
      {
        id: "onset",
        sortable: true,
        header: `${t("finding:list.onset")} (${t("common:zone")})`,
        width: "178px",
        render: (row) => formatInstant(Date.parse(row.onset)),
      },
      {
        id: "lasted",
        header: t("finding:list.lasted"),
        width: "104px",
        render: (row) => (
          <span className="quiet">
            {formatDuration(
              (parseTime(row.clearedAt) ?? Math.max(now, Date.parse(row.onset))) - Date.parse(row.onset),
              language,
            )}
          </span>
        ),
      },
      {
        id: "margin",
        header: t("finding:list.margin"),
        width: "92px",
        align: "right",
        render: (row) => describeMargin(row.margin, language) ?? "",
      },
      {
        id: "status",
        header: t("finding:list.status"),
        width: "136px",
        render: (row) => (
          <>
            <FindingStatusTag status={row.status} />{" "}
            {row.project ? <Tag tone="quiet">{t("finding:list.project")}</Tag> : null}
          </>
        ),
      },
    ],
    [t, language, ofOneVehicle, now, makerName],
  );
}

function subjectColumns(makerName: ReturnType<typeof useMakerName>, subject: string, maker: string): Column<Finding>[] {
  return [
    {
      id: "vin",
      header: subject,
      width: "168px",
      render: (row) => (
        <span className={kindOfSubject(row) === "vehicle" ? "mono" : undefined}>{row.vin ?? row.vehicle}</span>
      ),
    },
    {
      id: "maker",
      header: maker,
      width: "minmax(90px, .8fr)",
      render: (row) => <span className="quiet">{makerName(row.maker)}</span>,
    },
  ];
}
