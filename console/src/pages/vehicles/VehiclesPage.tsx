import { SegmentedControl, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { IconSearch } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { vehiclesQuery, every } from "../../api/queries.ts";
import type { Vehicle } from "../../api/shapes/telemetry.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { freshnessOf } from "../../lib/fleet.ts";
import { parseTime } from "../../lib/format.ts";
import { regionName } from "../../lib/regions.ts";
import { shownColumns } from "../../lib/list-view.ts";
import { label, POWERTRAINS, VEHICLE_STATES } from "../../lib/vocabulary.ts";
import { DataTable, type Column } from "../../ui/DataTable.tsx";
import { Empty } from "../../ui/Feedback.tsx";
import { ColumnsMenu } from "../../ui/ColumnsMenu.tsx";
import { ExportMenu } from "../../ui/ExportMenu.tsx";
import { SavedViews } from "../../ui/SavedViews.tsx";
import { FilterBar } from "../../ui/FilterBar.tsx";
import { ListBody } from "../../ui/ListBody.tsx";
import { Freshness } from "../../ui/Freshness.tsx";
import page from "../../ui/page.module.css";
import { SeverityLabel } from "../../ui/Severity.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { useAgo } from "../../ui/use-ago.ts";
import { useNow } from "../../ui/use-now.ts";
import { useMakerName } from "../../ui/use-organisation-name.ts";

const route = getRouteApi("/inside/vehicles");
const STATES = ["registered", "unregistered", "online", "silent"] as const;

export function VehiclesPage() {
  const { t } = useTranslation(["vehicle", "common"]);
  const language = useLanguage();
  const makerName = useMakerName();
  const ago = useAgo();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const now = useNow(5000);
  const query = useInfiniteQuery({
    ...vehiclesQuery({ state: search.state, q: search.q, sort: search.sort }),
    // Every page that is loaded is asked for again: the more of them, the less often.
    refetchInterval: (current) => every(15_000 * (current.state.data?.pages.length ?? 1))(current),
  });
  const rows = useMemo(() => (query.data?.pages ?? []).flatMap((part) => part.items), [query.data]);
  const [words, setWords] = useState(search.q ?? "");
  const apply = useDebouncedCallback(
    (value: string) =>
      void navigate({
        search: (previous) => ({ ...previous, q: value.trim() === "" ? undefined : value.trim() }),
        replace: true,
      }),
    300,
  );

  const columns = useMemo<Column<Vehicle>[]>(
    () => [
      {
        id: "vin",
        header: "VIN",
        width: "172px",
        render: (row) => (
          <Link to="/vehicles/$vehicleId" params={{ vehicleId: row.id }} search={{}} className="mono">
            {row.vin}
          </Link>
        ),
      },
      {
        id: "level",
        header: t("vehicle:list.worst"),
        width: "104px",
        sortable: "falling",
        render: (row) => (row.openLevel ? <SeverityLabel level={row.openLevel} /> : <span className="faint">–</span>),
      },
      {
        id: "fresh",
        header: t("vehicle:list.freshness"),
        width: "92px",
        render: (row) => <Freshness value={freshnessOf(row, now)} />,
      },
      {
        id: "seen",
        header: t("vehicle:list.seen"),
        width: "110px",
        align: "right",
        render: (row) => {
          const seen = parseTime(row.lastSeenAt);
          return <span className="quiet">{seen === undefined ? "–" : ago(Math.max(0, now - seen))}</span>;
        },
      },
      {
        id: "maker",
        header: t("vehicle:list.maker"),
        width: "minmax(110px, 1fr)",
        render: (row) => makerName(row.maker),
      },
      { id: "model", header: t("vehicle:list.model"), width: "minmax(110px, 1fr)", render: (row) => row.model ?? "" },
      {
        id: "region",
        header: t("vehicle:list.region"),
        width: "minmax(80px, .6fr)",
        render: (row) => regionName(row.region, language),
      },
      {
        id: "powertrain",
        header: t("vehicle:list.powertrain"),
        width: "minmax(90px, .6fr)",
        render: (row) => label(POWERTRAINS, row.powertrain, language),
      },
      {
        id: "edition",
        header: t("vehicle:list.edition"),
        width: "76px",
        render: (row) => <span className="quiet">{row.edition ?? ""}</span>,
      },
      {
        id: "state",
        header: t("vehicle:list.state"),
        width: "96px",
        render: (row) => (
          <Tag tone={row.state === "unregistered" ? "warn" : "quiet"}>{label(VEHICLE_STATES, row.state, language)}</Tag>
        ),
      },
    ],
    [t, language, ago, now, makerName],
  );

  const shownIds = shownColumns(
    search.cols,
    columns.map(({ id }) => id),
  );
  return (
    <div className={page.page}>
      <FilterBar
        title={t("vehicle:list.title")}
        count={
          query.hasNextPage ? t("common:itemsSoFar", { count: rows.length }) : t("common:items", { count: rows.length })
        }
      >
        <SegmentedControl
          aria-label={t("vehicle:list.state")}
          value={search.state ?? ""}
          data={[
            { value: "", label: t("common:all") },
            ...STATES.map((state) => ({ value: state, label: label(VEHICLE_STATES, state, language) })),
          ]}
          onChange={(value) =>
            void navigate({
              search: (previous) => ({ ...previous, state: STATES.find((state) => state === value) }),
              replace: true,
            })
          }
        />
        <TextInput
          w={220}
          value={words}
          placeholder={t("vehicle:list.search")}
          aria-label={t("vehicle:list.search")}
          leftSection={<IconSearch size={14} stroke={1.5} aria-hidden />}
          onChange={(event) => {
            setWords(event.currentTarget.value);
            apply(event.currentTarget.value);
          }}
        />
        <SavedViews
          list="vehicles"
          search={search}
          apply={(query) => void navigate({ search: query as typeof search })}
        />
        <ColumnsMenu
          columns={columns}
          shown={shownIds}
          apply={(shown) =>
            void navigate({ search: (previous) => ({ ...previous, cols: shown?.join(".") }), replace: true })
          }
        />
        <ExportMenu list="/vehicles" filter={{ state: search.state, q: search.q, sort: search.sort }} />
      </FilterBar>
      <ListBody query={query}>
        {(more) => (
          <DataTable
            label={t("vehicle:list.title")}
            columns={columns.filter(({ id }) => shownIds.includes(id))}
            rows={rows}
            rowKey={(row) => row.id}
            rowHeight={30}
            sort={search.sort}
            onSort={(sort) =>
              void navigate({
                search: (previous) => ({ ...previous, sort: sort as typeof search.sort }),
                replace: true,
              })
            }
            onOpen={(row) => void navigate({ to: "/vehicles/$vehicleId", params: { vehicleId: row.id }, search: {} })}
            {...more}
            empty={<Empty title={t("vehicle:list.empty")} next={t("vehicle:list.emptyNext")} />}
          />
        )}
      </ListBody>
    </div>
  );
}
