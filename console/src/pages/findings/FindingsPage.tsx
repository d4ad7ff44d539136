import { Select, Button } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { findingsQuery, fleetQuery } from "../../api/queries.ts";
import { clearNewFindings, useLive } from "../../api/stream.ts";
import type { Finding } from "../../api/types.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { describeMargin } from "../../lib/finding.ts";
import { formatDuration, formatInstant, formatNumber, parseTime } from "../../lib/format.ts";
import { FINDING_STATUS, inLanguage, label, LEVELS } from "../../lib/vocabulary.ts";
import { DataTable, type Column } from "../../ui/DataTable.tsx";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import { FilterBar } from "../../ui/FilterBar.tsx";
import page from "../../ui/page.module.css";
import { SeverityLabel } from "../../ui/Severity.tsx";
import { FindingStatusTag } from "../../ui/StateTags.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { useNow } from "../../ui/use-now.ts";

const route = getRouteApi("/inside/findings");

const FILTERED = ["firing", "cleared", "superseded", "retracted"] as const;

export function FindingsPage() {
  const { t } = useTranslation(["finding", "common", "situation"]);
  const language = useLanguage();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const now = useNow(10_000);
  const live = useLive();
  const fleet = useQuery(fleetQuery);
  const { lang: _, ...filter } = search;
  const query = useInfiniteQuery(findingsQuery(filter));
  const rows = useMemo(() => (query.data?.pages ?? []).flatMap((part) => part.items), [query.data]);
  const vehicles = useMemo(
    () => new Map((fleet.data?.items ?? []).map((vehicle) => [vehicle.id, vehicle])),
    [fleet.data],
  );
  const filtered = Object.keys(filter).length > 0;

  const columns = useMemo<Column<Finding>[]>(
    () => [
      {
        id: "level",
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
      {
        id: "vin",
        header: t("finding:list.vehicle"),
        width: "168px",
        render: (row) => <span className="mono">{row.vin ?? vehicles.get(row.vehicle)?.vin ?? row.vehicle}</span>,
      },
      {
        id: "maker",
        header: t("finding:maker"),
        width: "minmax(90px, .8fr)",
        render: (row) => <span className="quiet">{vehicles.get(row.vehicle)?.maker ?? ""}</span>,
      },
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
    [t, language, vehicles, now],
  );

  const change = (patch: Partial<typeof search>): void =>
    void navigate({ search: (previous) => ({ ...previous, ...patch }), replace: true });
  const known = new Set(rows.map((row) => row.id));
  const waiting = live.newFindings.filter((id) => !known.has(id)).length;
  return (
    <div className={page.page}>
      <FilterBar
        title={t("finding:list.title")}
        count={
          query.hasNextPage
            ? t("common:itemsSoFar", { count: formatNumber(rows.length, language) })
            : t("common:items", { count: formatNumber(rows.length, language) })
        }
      >
        <Select
          aria-label={t("finding:filters.level")}
          w={130}
          value={search.level ? String(search.level) : ""}
          allowDeselect={false}
          data={[
            { value: "", label: t("finding:filters.anyLevel") },
            ...[4, 3, 2].map((level) => ({ value: String(level), label: `≥ ${label(LEVELS, level, language)}` })),
          ]}
          onChange={(value) => change({ level: value ? Number(value) : undefined })}
        />
        <Select
          aria-label={t("finding:filters.status")}
          w={120}
          value={search.status ?? ""}
          allowDeselect={false}
          data={[
            { value: "", label: t("finding:filters.anyStatus") },
            ...FILTERED.map((status) => ({
              value: status,
              label: label(FINDING_STATUS, status, language),
            })),
          ]}
          onChange={(value) => change({ status: FILTERED.find((status) => status === value) })}
        />
        {search.trigger && (
          <Tag>
            {t("finding:filters.trigger")} {search.trigger}
          </Tag>
        )}
        {search.vehicle && (
          <Tag>
            {t("finding:filters.vehicle")} {vehicles.get(search.vehicle)?.vin ?? search.vehicle}
          </Tag>
        )}
        {search.project && (
          <Tag>
            {t("finding:filters.project")} {search.project}
          </Tag>
        )}
        {filtered && (
          <Button variant="subtle" onClick={() => void navigate({ search: {}, replace: true })}>
            {t("common:clearFilter")}
          </Button>
        )}
        {waiting > 0 && (
          <Button
            variant="filled"
            radius="xl"
            onClick={() => {
              clearNewFindings();
              void query.refetch();
            }}
          >
            {t("situation:feed.new", { count: waiting })}
          </Button>
        )}
      </FilterBar>
      <div className={page.body}>
        {query.error && !query.data ? (
          <Refused error={query.error} retry={() => void query.refetch()} />
        ) : !query.data ? (
          <Loading />
        ) : (
          <DataTable
            label={t("finding:list.title")}
            columns={columns}
            rows={rows}
            rowKey={(row) => row.id}
            rowLevel={(row) => (row.status === "firing" ? row.level : undefined)}
            onOpen={(row) => void navigate({ to: "/findings/$findingId", params: { findingId: row.id }, search: {} })}
            hasMore={query.hasNextPage}
            loadingMore={query.isFetchingNextPage}
            onMore={() => void query.fetchNextPage()}
            empty={<Empty title={t("finding:list.empty")} next={t("finding:list.emptyNext")} />}
          />
        )}
      </div>
    </div>
  );
}
