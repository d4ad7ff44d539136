import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { findingsQuery } from "../../api/queries.ts";
import type { Finding } from "../../api/types.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { describeMargin } from "../../lib/finding.ts";
import { formatDuration, formatInstant, parseTime } from "../../lib/format.ts";
import { inLanguage } from "../../lib/vocabulary.ts";
import { DataTable, type Column } from "../../ui/DataTable.tsx";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import page from "../../ui/page.module.css";
import { SeverityLabel } from "../../ui/Severity.tsx";
import { FindingStatusTag } from "../../ui/StateTags.tsx";
import { useNow } from "../../ui/use-now.ts";

export function FindingsTab({ vehicleId }: { vehicleId: string }) {
  const { t } = useTranslation(["finding", "common"]);
  const language = useLanguage();
  const navigate = useNavigate();
  const now = useNow(10_000);
  const query = useInfiniteQuery(findingsQuery({ vehicle: vehicleId }));
  const rows = useMemo(() => (query.data?.pages ?? []).flatMap((part) => part.items), [query.data]);
  const columns = useMemo<Column<Finding>[]>(
    () => [
      {
        id: "level",
        header: t("finding:list.level"),
        width: "104px",
        render: (row) => <SeverityLabel level={row.level} />,
      },
      {
        id: "title",
        header: t("finding:list.name"),
        width: "minmax(160px, 1fr)",
        render: (row) => (
          <Link to="/findings/$findingId" params={{ findingId: row.id }} search={{}}>
            <b>{inLanguage(row.title, language)}</b>
          </Link>
        ),
      },
      {
        id: "trigger",
        header: t("finding:list.trigger"),
        width: "minmax(160px, 1fr)",
        render: (row) => (
          <span className="quiet">
            {row.trigger} v{row.version}
          </span>
        ),
      },
      {
        id: "onset",
        header: `${t("finding:list.onset")} (${t("common:zone")})`,
        width: "190px",
        render: (row) => formatInstant(Date.parse(row.onset)),
      },
      {
        id: "lasted",
        header: t("finding:list.lasted"),
        width: "120px",
        render: (row) =>
          formatDuration(
            (parseTime(row.clearedAt) ?? Math.max(now, Date.parse(row.onset))) - Date.parse(row.onset),
            language,
          ),
      },
      {
        id: "margin",
        header: t("finding:list.margin"),
        width: "100px",
        align: "right",
        render: (row) => describeMargin(row.margin, language) ?? "",
      },
      {
        id: "status",
        header: t("finding:list.status"),
        width: "110px",
        render: (row) => <FindingStatusTag status={row.status} />,
      },
    ],
    [t, language, now],
  );
  if (query.error && !query.data) return <Refused error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  return (
    <div className={page.body}>
      <DataTable
        label={t("finding:list.title")}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        onOpen={(row) => void navigate({ to: "/findings/$findingId", params: { findingId: row.id }, search: {} })}
        hasMore={query.hasNextPage}
        loadingMore={query.isFetchingNextPage}
        onMore={() => void query.fetchNextPage()}
        empty={<Empty title={t("finding:list.empty")} next={t("finding:list.emptyNext")} />}
      />
    </div>
  );
}
