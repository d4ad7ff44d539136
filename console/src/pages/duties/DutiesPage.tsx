import { Button, SegmentedControl, Select } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { DUE_GROUPS, dutiesQuery, dutyFacetsQuery, type DueGroup, type Duty } from "../../api/cases.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatNumber } from "../../lib/format.ts";
import { inLanguage } from "../../lib/vocabulary.ts";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import { ExportMenu } from "../../ui/ExportMenu.tsx";
import { SavedViews } from "../../ui/SavedViews.tsx";
import { FilterBar } from "../../ui/FilterBar.tsx";
import page from "../../ui/page.module.css";
import { Panel } from "../../ui/Panel.tsx";
import { useNow } from "../../ui/use-now.ts";
import { DutyRow } from "./DutyRow.tsx";
import styles from "./duties.module.css";

const route = getRouteApi("/inside/obligations");

/** The board: what is due when, for whom, on which basis; grouped by due time, the nearest first. */
export function DutiesPage() {
  const { t } = useTranslation(["case", "common"]);
  const language = useLanguage();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const now = useNow(30_000);
  const conditions = { scope: search.scope, type: search.type, bearer: search.bearer };
  const filter = { ...conditions, due: search.due };
  const facets = useQuery(dutyFacetsQuery(filter));
  // Of every group, also while one of them is looked at.
  const groups = useQuery(dutyFacetsQuery({ ...conditions, due: undefined }));
  const query = useInfiniteQuery(dutiesQuery(filter));
  const duties = (query.data?.pages ?? []).flatMap((part) => part.items);
  const set = (part: Partial<typeof search>): void =>
    void navigate({ search: (previous) => ({ ...previous, ...part }), replace: true });
  const countOf = (group: DueGroup): number => groups.data?.groups.find((each) => each.group === group)?.count ?? 0;
  const choice = (value: string, title: string, count: number) => ({
    value,
    label: `${title} (${formatNumber(count, language)})`,
  });
  return (
    <div className={page.page}>
      <FilterBar title={t("case:duties.title")} count={t("common:items", { count: facets.data?.total ?? 0 })}>
        <SegmentedControl
          aria-label={t("case:duties.bearers")}
          value={search.scope ?? "all"}
          data={[
            { value: "all", label: t("case:duties.all") },
            { value: "mine", label: t("case:duties.mine") },
          ]}
          onChange={(value) => set({ scope: value === "mine" ? "mine" : undefined })}
        />
        <Select
          aria-label={t("case:duties.due")}
          w={170}
          value={search.due ?? ""}
          allowDeselect={false}
          data={[
            { value: "", label: t("case:duties.anyDue") },
            ...DUE_GROUPS.map((group) => choice(group, t(`case:duties.groups.${group}`), countOf(group))),
          ]}
          onChange={(value) => set({ due: DUE_GROUPS.find((group) => group === value) })}
        />
        <Select
          aria-label={t("case:list.type")}
          w={190}
          value={search.type ?? ""}
          allowDeselect={false}
          data={[
            { value: "", label: t("case:anyType") },
            ...(facets.data?.kinds ?? []).map(({ kind, title, count }) =>
              choice(kind, inLanguage(title, language), count),
            ),
          ]}
          onChange={(value) => set({ type: value || undefined })}
        />
        <Select
          aria-label={t("case:duties.bearers")}
          w={210}
          value={search.bearer ?? ""}
          allowDeselect={false}
          data={[
            { value: "", label: t("case:duties.anyBearer") },
            ...(facets.data?.bearers ?? []).map(({ role, title, count }) =>
              choice(role, inLanguage(title, language), count),
            ),
          ]}
          onChange={(value) => set({ bearer: value || undefined })}
        />
        <SavedViews
          list="obligations"
          search={search}
          apply={(query) => void navigate({ search: query as typeof search })}
        />
        <ExportMenu list="/obligations" filter={filter} />
      </FilterBar>
      <div className={page.left}>
        {query.error && !query.data ? (
          <Refused error={query.error} retry={() => void query.refetch()} />
        ) : !query.data ? (
          <Loading />
        ) : duties.length === 0 ? (
          <Empty title={t("case:duties.empty")} next={t("case:duties.emptyNext")} />
        ) : (
          DUE_GROUPS.filter((group) => search.due === undefined || group === search.due).map((group) => (
            <DutyGroup
              key={group}
              group={group}
              count={countOf(group)}
              duties={duties.filter((each) => each.group === group)}
              now={now}
              onlyThis={search.due === undefined ? () => set({ due: group }) : undefined}
            />
          ))
        )}
        {query.hasNextPage && (
          <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t("case:duties.more")}
          </Button>
        )}
      </div>
    </div>
  );
}

interface DutyGroupProps {
  readonly group: DueGroup;
  readonly count: number;
  readonly duties: readonly Duty[];
  readonly now: number;
  /** Shows no other group; undefined where none is shown. */
  readonly onlyThis: (() => void) | undefined;
}

function DutyGroup({ group, count, duties, now, onlyThis }: DutyGroupProps) {
  const { t } = useTranslation(["case", "common"]);
  if (duties.length === 0 && count === 0) return null;
  return (
    <Panel flush title={t(`case:duties.groups.${group}`)} hint={t("common:items", { count: count })}>
      {duties.length > 0 && (
        <div className={page.scroll}>
          <table className={`${page.table} ${styles.table}`} data-group={group}>
            <thead>
              <tr>
                <th>
                  {t("case:duties.due")} ({t("common:zone")})
                </th>
                <th>{t("case:duties.what")}</th>
                <th>{t("case:duties.case")}</th>
                <th>{t("case:duties.bearers")}</th>
                <th>{t("case:duties.basis")}</th>
                <th>{t("case:duties.next")}</th>
              </tr>
            </thead>
            <tbody>
              {duties.map((duty) => (
                <DutyRow key={`${duty.case.id} ${duty.id}`} duty={duty} now={now} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {duties.length < count && onlyThis !== undefined && (
        <Button variant="subtle" m={6} onClick={onlyThis}>
          {t("case:duties.onlyThis", { shown: duties.length, count })}
        </Button>
      )}
    </Panel>
  );
}
