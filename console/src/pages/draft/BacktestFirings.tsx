import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { BacktestReport, ListedFiring } from "../../api/rules.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { describeMargin } from "../../lib/finding.ts";
import { formatDuration, formatInstant, parseTime } from "../../lib/format.ts";
import { DataTable, type Column } from "../../ui/DataTable.tsx";
import { SeverityLabel } from "../../ui/Severity.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { VehicleName } from "./VehicleName.tsx";
import styles from "./draft.module.css";

type Row = ListedFiring & { readonly in?: "here" | "baseline" };
/** Shown around a firing on the page of the vehicle. */
const AROUND_MS = 10 * 60_000;

interface BacktestFiringsProps {
  readonly label: string;
  readonly firings: readonly Row[];
  readonly data: BacktestReport["data"];
}

/** Firings as rows; each opens its vehicle at that time. */
export function BacktestFirings({ label, firings, data }: BacktestFiringsProps) {
  const { t } = useTranslation(["draft", "common"]);
  const language = useLanguage();
  const columns = useMemo<Column<Row>[]>(() => {
    const isCompared = firings.some((firing) => firing.in !== undefined);
    const end = (row: Row): number => parseTime(row.clearedAt) ?? Date.parse(data.to);
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
        id: "vehicle",
        header: t("draft:report.vehicle"),
        width: "190px",
        render: (row) => (
          <Link
            className="link"
            to="/vehicles/$vehicleId"
            params={{ vehicleId: row.vehicle }}
            search={{
              from: Date.parse(row.onset) - AROUND_MS,
              to: Math.min(end(row), Date.parse(row.onset) + 6 * AROUND_MS) + AROUND_MS,
            }}
          >
            <VehicleName id={row.vehicle} />
          </Link>
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
        render: (row) => describeMargin(row.margin, language) ?? "",
      },
      {
        id: "witnesses",
        header: t("draft:report.witnesses"),
        width: "90px",
        align: "right",
        render: (row) => row.witnesses.length,
      },
      {
        id: "truth",
        header: t("draft:truth.title"),
        width: "110px",
        render: (row) => (
          <Link
            className="link"
            from="/rules/drafts/$draftId"
            to="/rules/drafts/$draftId"
            search={{ vehicle: row.vehicle, at: Date.parse(row.onset) }}
          >
            {t("draft:truth.show")}
          </Link>
        ),
      },
    ];
  }, [firings, data, t, language]);
  return (
    <div className={styles.rows} style={{ height: Math.min(300, 40 + firings.length * 32) }}>
      <DataTable
        label={label}
        columns={columns}
        rows={firings}
        rowKey={(row) => `${row.in ?? ""} ${row.vehicle} ${row.trigger} ${row.onset}`}
        rowLevel={(row) => row.level}
      />
    </div>
  );
}
