import { Select } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { casesQuery, fleetQuery } from "../../api/queries.ts";
import type { CaseSummary } from "../../api/types.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatDuration, formatInstant, formatNumber, parseTime } from "../../lib/format.ts";
import { CASE_FLAGS, CASE_STATES, CASE_TYPES, inLanguage, label } from "../../lib/vocabulary.ts";
import { DataTable, type Column } from "../../ui/DataTable.tsx";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import { FilterBar } from "../../ui/FilterBar.tsx";
import page from "../../ui/page.module.css";
import { SeverityLabel } from "../../ui/Severity.tsx";
import { CaseStateTag } from "../../ui/StateTags.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { useNow } from "../../ui/use-now.ts";

const route = getRouteApi("/inside/cases");

/** Hazard work orders: what is open, what is due. */
export function CasesPage() {
  const { t } = useTranslation(["case", "common"]);
  const language = useLanguage();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const now = useNow(10_000);
  const fleet = useQuery(fleetQuery);
  const query = useInfiniteQuery(casesQuery({ kind: "hazard-order", state: search.state }));
  const vehicles = useMemo(
    () => new Map((fleet.data?.items ?? []).map((vehicle) => [vehicle.id, vehicle])),
    [fleet.data],
  );
  const rows = useMemo(() => (query.data?.pages ?? []).flatMap((part) => part.items), [query.data]);
  const columns = useMemo<Column<CaseSummary>[]>(
    () => [
      {
        id: "type",
        header: t("case:list.type"),
        width: "minmax(130px, 1fr)",
        render: (row) => (
          <Link to="/cases/$caseId" params={{ caseId: row.id }} search={{}}>
            <b>{row.title ? inLanguage(row.title, language) : label(CASE_TYPES, row.type ?? row.kind, language)}</b>
          </Link>
        ),
      },
      {
        id: "level",
        header: t("case:list.level"),
        width: "96px",
        render: (row) => (row.level ? <SeverityLabel level={row.level} /> : ""),
      },
      {
        id: "state",
        header: t("case:list.state"),
        width: "130px",
        render: (row) => <CaseStateTag state={row.state} />,
      },
      {
        id: "flags",
        header: t("case:list.flags"),
        width: "130px",
        render: (row) =>
          (row.flags ?? []).map((flag) => (
            <Tag key={flag} tone={flag === "OVERDUE" ? "bad" : "warn"}>
              {label(CASE_FLAGS, flag, language)}
            </Tag>
          )),
      },
      {
        id: "vehicle",
        header: t("case:list.vehicle"),
        width: "170px",
        render: (row) => (
          <span className="mono">
            {row.vin ?? (row.vehicle ? (vehicles.get(row.vehicle)?.vin ?? row.vehicle) : "")}
          </span>
        ),
      },
      {
        id: "maker",
        header: t("case:list.maker"),
        width: "minmax(100px, .8fr)",
        render: (row) => <span className="quiet">{row.vehicle ? (vehicles.get(row.vehicle)?.maker ?? "") : ""}</span>,
      },
      {
        id: "due",
        header: t("case:list.due"),
        width: "150px",
        render: (row) => {
          const due = parseTime(row.due);
          if (due === undefined) return <span className="faint">–</span>;
          return due < now ? (
            <Tag tone="bad">{t("case:overdueBy", { duration: formatDuration(now - due, language) })}</Tag>
          ) : (
            <span title={formatInstant(due)}>{t("case:left", { duration: formatDuration(due - now, language) })}</span>
          );
        },
      },
      {
        id: "opened",
        header: `${t("case:list.opened")} (${t("common:zone")})`,
        width: "180px",
        render: (row) => {
          const time = parseTime(row.openedAt ?? row.createdAt);
          return <span className="quiet">{time === undefined ? "" : formatInstant(time)}</span>;
        },
      },
    ],
    [t, language, vehicles, now],
  );
  return (
    <div className={page.page}>
      <FilterBar
        title={t("case:list.title")}
        count={
          query.hasNextPage
            ? t("common:itemsSoFar", { count: formatNumber(rows.length, language) })
            : t("common:items", { count: formatNumber(rows.length, language) })
        }
      >
        <Select
          aria-label={t("case:list.state")}
          w={150}
          value={search.state ?? ""}
          allowDeselect={false}
          data={[
            { value: "", label: t("case:anyState") },
            ...Object.keys(CASE_STATES).map((state) => ({ value: state, label: label(CASE_STATES, state, language) })),
          ]}
          onChange={(value) =>
            void navigate({ search: (previous) => ({ ...previous, state: value ?? undefined }), replace: true })
          }
        />
      </FilterBar>
      <div className={page.body}>
        {query.error && !query.data ? (
          <Refused error={query.error} retry={() => void query.refetch()} />
        ) : !query.data ? (
          <Loading />
        ) : (
          <DataTable
            label={t("case:list.title")}
            columns={columns}
            rows={rows}
            rowKey={(row) => row.id}
            rowLevel={(row) => (row.state === "CLOSED" ? undefined : row.level)}
            onOpen={(row) => void navigate({ to: "/cases/$caseId", params: { caseId: row.id }, search: {} })}
            hasMore={query.hasNextPage}
            loadingMore={query.isFetchingNextPage}
            onMore={() => void query.fetchNextPage()}
            empty={<Empty title={t("case:list.empty")} next={t("case:list.emptyNext")} />}
          />
        )}
      </div>
    </div>
  );
}
