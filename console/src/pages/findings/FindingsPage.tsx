import { Select, Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { findingsQuery } from "../../api/queries.ts";
import { askedBySubject } from "../../api/subjects.ts";
import { FindingsTable } from "../../findings/FindingsTable.tsx";
import { useFindingColumns } from "../../findings/use-finding-columns.tsx";
import { useFreshFindings } from "../../findings/use-fresh-findings.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { chosenLevel, LEVEL_CHOICES, levelFilterOf } from "../../lib/level-choice.ts";
import { shownColumns } from "../../lib/list-view.ts";
import { FINDING_STATUS, label, LEVELS } from "../../lib/vocabulary.ts";
import { ColumnsMenu } from "../../ui/ColumnsMenu.tsx";
import { ExportMenu } from "../../ui/ExportMenu.tsx";
import { SavedViews } from "../../ui/SavedViews.tsx";
import { FilterBar } from "../../ui/FilterBar.tsx";
import { ListBody } from "../../ui/ListBody.tsx";
import page from "../../ui/page.module.css";
import { Tag } from "../../ui/Tag.tsx";
import { VehicleName } from "../../ui/VehicleName.tsx";
import { WordsInput } from "../../ui/WordsInput.tsx";

const route = getRouteApi("/inside/findings");

const FILTERED = ["firing", "cleared", "superseded", "suppressed", "retracted"] as const;

export function FindingsPage() {
  const { t } = useTranslation(["finding", "common", "situation"]);
  const language = useLanguage();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { lang: _, cols, ...filter } = search;
  const query = useInfiniteQuery(findingsQuery(filter));
  const rows = useMemo(() => (query.data?.pages ?? []).flatMap((part) => part.items), [query.data]);
  const { sort, ...conditions } = filter;
  const filtered = Object.keys(conditions).length > 0;
  const columns = useFindingColumns({ ofOneVehicle: false });
  const shownIds = shownColumns(
    cols,
    columns.map(({ id }) => id),
  );

  const change = (patch: Partial<typeof search>): void =>
    void navigate({ search: (previous) => ({ ...previous, ...patch }), replace: true });
  const { waiting, show, area } = useFreshFindings({
    filter,
    queryKey: findingsQuery(filter).queryKey,
    rows,
    refetch: query.refetch,
  });
  return (
    <div className={page.page}>
      <FilterBar
        title={t("finding:list.title")}
        count={
          query.hasNextPage ? t("common:itemsSoFar", { count: rows.length }) : t("common:items", { count: rows.length })
        }
      >
        <Select
          aria-label={t("finding:filters.level")}
          w={160}
          value={chosenLevel(search)}
          allowDeselect={false}
          data={[
            { value: "", label: t("finding:filters.anyLevel") },
            ...LEVEL_CHOICES.map(({ value, level, andAbove }) => ({
              value,
              label: t(andAbove ? "finding:filters.fromLevel" : "finding:filters.onlyLevel", {
                level: label(LEVELS, level, language),
              }),
            })),
          ]}
          onChange={(value) => change(levelFilterOf(value))}
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
            {t("finding:filters.subject")} <VehicleName id={search.vehicle} />
          </Tag>
        )}
        {search.project && (
          <Tag>
            {t("finding:filters.project")} {search.project}
          </Tag>
        )}
        {filtered && (
          <Button variant="subtle" onClick={() => void navigate({ search: { sort, cols }, replace: true })}>
            {t("common:clearFilter")}
          </Button>
        )}
        <WordsInput value={search.q} label={t("finding:filters.words")} apply={(q) => change({ q })} />
        <SavedViews
          list="findings"
          search={search}
          apply={(query) => void navigate({ search: query as typeof search })}
        />
        <ColumnsMenu columns={columns} shown={shownIds} apply={(shown) => change({ cols: shown?.join(".") })} />
        <ExportMenu list="/findings" filter={askedBySubject(filter)} />
        {waiting > 0 && (
          <Button variant="filled" radius="xl" onClick={show}>
            {t("situation:feed.new", { count: waiting })}
          </Button>
        )}
      </FilterBar>
      <ListBody query={query} area={area}>
        {(more) => (
          <FindingsTable
            rows={rows}
            columns={columns.filter(({ id }) => shownIds.includes(id))}
            sort={sort}
            onSort={(next) => change({ sort: next as typeof sort })}
            {...more}
          />
        )}
      </ListBody>
    </div>
  );
}
