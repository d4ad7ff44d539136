import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { ActorName } from "../../casework/ActorName.tsx";
import { useTranslation } from "react-i18next";
import { bulkRunsQuery, type BulkRun } from "../../api/bulk.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatNumber, formatWhen } from "../../lib/format.ts";
import { inLanguage } from "../../lib/vocabulary.ts";
import { DataTable, type Column } from "../../ui/DataTable.tsx";
import { Empty } from "../../ui/Feedback.tsx";
import { ExportMenu } from "../../ui/ExportMenu.tsx";
import { FilterBar } from "../../ui/FilterBar.tsx";
import { ListBody } from "../../ui/ListBody.tsx";
import page from "../../ui/page.module.css";
import { Tag } from "../../ui/Tag.tsx";

const TONES = { preview: "quiet", running: "warn", done: "ok", cancelled: "quiet" } as const;

/** Actions that were taken on many cases: one's own, or everybody's for who reads the log. */
export function BulkRunsPage() {
  const { t } = useTranslation(["bulk", "common"]);
  const language = useLanguage();
  const navigate = useNavigate();
  const query = useInfiniteQuery(bulkRunsQuery);
  const rows = useMemo(() => (query.data?.pages ?? []).flatMap((part) => part.items), [query.data]);
  const columns = useMemo<Column<BulkRun>[]>(() => {
    const number = (id: "done" | "proposed" | "refused" | "skipped", width: string): Column<BulkRun> => ({
      id,
      header: t(`bulk:outcomes.${id}`),
      width,
      align: "right",
      render: (row) => formatNumber(row.outcomes[id], language),
    });
    return [
      {
        id: "action",
        header: t("bulk:action"),
        width: "minmax(200px, 1.4fr)",
        render: (row) => (
          <Link to="/cases/bulk/$runId" params={{ runId: row.id }} search={{}}>
            <b>{inLanguage(row.actionTitle, language)}</b>{" "}
            <span className="quiet">{inLanguage(row.kindTitle, language)}</span>
          </Link>
        ),
      },
      {
        id: "state",
        header: t("bulk:result"),
        width: "90px",
        render: (row) => <Tag tone={TONES[row.state]}>{t(`bulk:states.${row.state}`)}</Tag>,
      },
      number("done", "80px"),
      number("proposed", "200px"),
      number("refused", "80px"),
      number("skipped", "240px"),
      { id: "by", header: t("bulk:by"), width: "160px", render: (row) => <ActorName actor={row.by} /> },
      {
        id: "started",
        header: `${t("bulk:started")} (${t("common:zone")})`,
        width: "164px",
        render: (row) => <span className="quiet">{formatWhen(row.startedAt)}</span>,
      },
    ];
  }, [t, language]);
  const count = rows.length;
  return (
    <div className={page.page}>
      <FilterBar
        title={t("bulk:runs")}
        count={query.hasNextPage ? t("common:itemsSoFar", { count }) : t("common:items", { count })}
      >
        <Link className="link" to="/cases" search={{}}>
          {t("bulk:case")}
        </Link>
        <ExportMenu list="/cases/bulk/runs" filter={{}} />
      </FilterBar>
      <ListBody query={query}>
        {(more) => (
          <DataTable
            label={t("bulk:runs")}
            columns={columns}
            rows={rows}
            rowKey={(row) => row.id}
            onOpen={(row) => void navigate({ to: "/cases/bulk/$runId", params: { runId: row.id }, search: {} })}
            {...more}
            empty={<Empty title={t("bulk:runsEmpty")} next={t("bulk:runsEmptyNext")} />}
          />
        )}
      </ListBody>
    </div>
  );
}
