import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { BacktestReport, ListedFiring } from "../../api/rules.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { describeMargin } from "../../lib/finding.ts";
import { formatDuration, formatInstant, formatNumber, parseTime } from "../../lib/format.ts";
import { DataTable, type Column } from "../../ui/DataTable.tsx";
import { SeverityLabel } from "../../ui/Severity.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { AmongMembers } from "./AmongMembers.tsx";
import { hasPage, SubjectName } from "./SubjectName.tsx";
import styles from "./draft.module.css";

type Row = ListedFiring & { readonly in?: "here" | "baseline" };
/** Shown around a firing on the page of the vehicle. */
const AROUND_MS = 10 * 60_000;

interface BacktestFiringsProps {
  readonly label: string;
  readonly firings: readonly Row[];
  readonly data: BacktestReport["data"];
}

/** Firings as rows; each opens its subject at that time. */
export function BacktestFirings({ label, firings, data }: BacktestFiringsProps) {
  const { t } = useTranslation(["draft", "common"]);
  const language = useLanguage();
  const columns = useMemo<Column<Row>[]>(() => {
    const isCompared = firings.some((firing) => firing.in !== undefined);
    const end = (row: Pick<Row, "clearedAt">): number => parseTime(row.clearedAt) ?? Date.parse(data.to);
    return [
      {
        id: "level",
        header: t("draft:report.level"),
        width: "92px",
        render: (row) => <SeverityLabel level={row.level} />,
      },
      ...(isCompared
        ? [
            {
              id: "in",
              header: t("draft:report.foundBy"),
              width: "120px",
              render: (row: Row) => (
                <Tag tone={row.in === "here" ? "strong" : "quiet"}>
                  {row.in === "here" ? t("draft:report.now") : t("draft:report.baseline")}
                </Tag>
              ),
            },
          ]
        : []),
      {
        id: "subject",
        header: t("draft:report.subjectTitle"),
        width: "minmax(190px, 1fr)",
        render: ({ subject, ...row }) =>
          hasPage(subject) ? (
            <Link
              className="link"
              to="/vehicles/$vehicleId"
              params={{ vehicleId: subject.id }}
              search={{
                from: Date.parse(row.onset) - AROUND_MS,
                to: Math.min(end(row), Date.parse(row.onset) + 6 * AROUND_MS) + AROUND_MS,
              }}
            >
              <SubjectName subject={subject} />
            </Link>
          ) : (
            <SubjectName subject={subject} />
          ),
      },
      {
        id: "trigger",
        header: t("draft:report.trigger"),
        width: "minmax(130px, 1fr)",
        render: (row) => <span className="mono quiet">{row.trigger}</span>,
      },
      {
        id: "onset",
        header: `${t("draft:report.onset")} (${t("common:zone")})`,
        width: "190px",
        render: (row) => formatInstant(Date.parse(row.onset)),
      },
      {
        id: "lasted",
        header: t("draft:report.lasted"),
        width: "120px",
        render: (row) =>
          row.clearedAt === null
            ? t("draft:report.stillOpen")
            : formatDuration(end(row) - Date.parse(row.onset), language),
      },
      {
        id: "margin",
        header: t("draft:report.margin"),
        width: "100px",
        align: "right",
        render: ({ margin, among }) =>
          among === null
            ? (describeMargin(margin, language) ?? "")
            : t("draft:report.among", {
                count: formatNumber(among.count, language),
                population: formatNumber(among.population, language),
              }),
      },
      {
        id: "witnesses",
        header: t("draft:report.witnesses"),
        width: "90px",
        align: "right",
        render: ({ witnesses, among, subject: { of = "vehicle" } }) =>
          among === null ? witnesses.length : <AmongMembers kind={of} members={among.members} count={among.count} />,
      },
      {
        id: "truth",
        header: t("draft:report.truth"),
        width: "110px",
        render: ({ subject, onset }) =>
          subject.kind === "vehicle" ? (
            <Link
              className="link"
              from="/rules/drafts/$draftId"
              to="/rules/drafts/$draftId"
              search={{ vehicle: subject.id, at: Date.parse(onset) }}
            >
              {t("draft:truth.show")}
            </Link>
          ) : null,
      },
    ];
  }, [firings, data, t, language]);
  return (
    <div className={styles.rows} style={{ height: Math.min(300, 40 + firings.length * 32) }}>
      <DataTable
        label={label}
        columns={columns}
        rows={firings}
        rowKey={({ subject, ...row }) =>
          `${row.in ?? ""} ${subject.kind} ${subject.id} ${subject.of ?? ""} ${row.trigger} ${row.onset}`
        }
        rowLevel={(row) => row.level}
      />
    </div>
  );
}
