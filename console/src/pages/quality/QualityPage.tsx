import { SegmentedControl, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { qualityQuery, type QualityRow, type RuleClass } from "../../api/quality.ts";
import { QUALITY_CLASSES, QUALITY_GROUPS } from "../../app/search.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatNumber } from "../../lib/format.ts";
import { inLanguage } from "../../lib/vocabulary.ts";
import { DataTable, type Column } from "../../ui/DataTable.tsx";
import { Empty } from "../../ui/Feedback.tsx";
import { ExportMenu } from "../../ui/ExportMenu.tsx";
import { FilterBar } from "../../ui/FilterBar.tsx";
import { ListBody } from "../../ui/ListBody.tsx";
import page from "../../ui/page.module.css";
import { RatesView } from "./RatesView.tsx";
import { VerdictTag } from "./VerdictTag.tsx";
import { useMakerName } from "../../ui/use-organisation-name.ts";

const route = getRouteApi("/inside/quality");
/** Stands in addresses for everything that terminals send themselves. */
const DIRECT = "direct";
const NO_ROWS: readonly QualityRow[] = [];

/** How often data-quality rules were broken on a day: by rule, the worst vehicles, by platform. */
export function QualityPage() {
  const { t } = useTranslation(["quality", "common"]);
  const language = useLanguage();
  const makerName = useMakerName();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const by = search.by ?? "rule";
  const query = useQuery({
    ...qualityQuery({ by: by === "maker" ? "rule" : by, day: search.day, class: search.class, rule: search.rule }),
    enabled: by !== "maker",
  });
  const set = (change: Partial<typeof search>): void =>
    void navigate({ search: (previous) => ({ ...previous, ...change }), replace: true });
  const columns = useMemo<Column<QualityRow>[]>(() => {
    const title = (row: QualityRow) => (
      <span title={row.rule ?? undefined}>
        {row.title ? inLanguage(row.title, language) : "–"}{" "}
        {row.class && <span className="quiet">{t(`quality:classes.${row.class}`)}</span>}
      </span>
    );
    const first: Column<QualityRow>[] =
      by === "vehicle"
        ? [
            {
              id: "vehicle",
              header: t("quality:vehicle"),
              width: "minmax(220px, 1fr)",
              render: (row) =>
                row.vehicle && (
                  <>
                    <Link
                      className="link mono"
                      to="/vehicles/$vehicleId"
                      params={{ vehicleId: row.vehicle }}
                      search={{ tab: "conformance" }}
                    >
                      {row.vin ?? row.vehicle}
                    </Link>{" "}
                    <span className="quiet">{[makerName(row.maker), row.model].filter(Boolean).join(" ")}</span>
                  </>
                ),
            },
            { id: "worst", header: t("quality:worst"), width: "minmax(240px, 1.4fr)", render: title },
          ]
        : by === "platform"
          ? [
              {
                id: "platform",
                header: t("quality:platform"),
                width: "minmax(180px, 1fr)",
                render: (row) => (
                  <Link
                    className="link"
                    to="/quality/platforms/$platformId"
                    params={{ platformId: row.platform ?? DIRECT }}
                    search={search.day === undefined ? {} : { from: search.day, to: search.day }}
                  >
                    {row.name ?? t("quality:direct")}
                  </Link>
                ),
              },
              { id: "worst", header: t("quality:worst"), width: "minmax(240px, 1.4fr)", render: title },
            ]
          : [{ id: "rule", header: t("quality:rule"), width: "minmax(320px, 1fr)", render: title }];
    const number = (id: "hits" | "of" | "vehicles" | "reports"): Column<QualityRow> => ({
      id,
      header: t(`quality:${id}`),
      width: "112px",
      align: "right",
      render: (row) => <span className="num">{row[id] === null ? "" : formatNumber(row[id], language)}</span>,
    });
    return [
      ...first,
      ...(by === "platform" ? [number("reports")] : []),
      number("hits"),
      number("of"),
      {
        id: "share",
        header: t("quality:share"),
        width: "96px",
        align: "right",
        render: (row) => (
          <span className="num">{row.share === null ? "" : `${formatNumber(row.share * 100, language, 2)} %`}</span>
        ),
      },
      ...(by === "rule" ? [number("vehicles")] : []),
      {
        id: "verdict",
        header: t("quality:verdict"),
        width: "96px",
        render: (row) =>
          row.verdict === "unknown" ? (
            <span className="quiet">{t("quality:noLimit")}</span>
          ) : (
            <VerdictTag verdict={row.verdict} />
          ),
      },
    ];
  }, [t, language, by, search.day, makerName]);
  const rows = query.data?.items ?? NO_ROWS;
  return (
    <div className={page.page}>
      <FilterBar
        title={t("quality:title")}
        count={by === "maker" ? undefined : t("common:items", { count: rows.length })}
      >
        <SegmentedControl
          aria-label={t("quality:by")}
          value={by}
          data={QUALITY_GROUPS.map((value) => ({ value, label: t(`quality:groups.${value}`) }))}
          onChange={(value) => set({ by: value === "rule" ? undefined : (value as typeof by) })}
        />
        {by !== "maker" && (
          <Select
            aria-label={t("quality:class")}
            allowDeselect={false}
            value={search.class ?? ""}
            data={[
              { value: "", label: t("quality:allClasses") },
              ...QUALITY_CLASSES.map((value) => ({ value, label: t(`quality:classes.${value}`) })),
            ]}
            onChange={(value) => set({ class: value === null || value === "" ? undefined : (value as RuleClass) })}
          />
        )}
        <TextInput
          type="date"
          aria-label={t("quality:day")}
          value={search.day ?? ""}
          onChange={(event) => set({ day: event.currentTarget.value === "" ? undefined : event.currentTarget.value })}
        />
        {by === "maker" ? (
          <ExportMenu list="/quality/rates" filter={{ from: search.day, to: search.day }} />
        ) : (
          <ExportMenu
            list="/quality"
            filter={{ by, from: search.day, to: search.day, class: search.class, rule: search.rule }}
          />
        )}
      </FilterBar>
      {by === "maker" ? (
        <RatesView day={search.day} />
      ) : (
        <ListBody query={query}>
          {() => (
            <DataTable
              label={t("quality:title")}
              columns={columns}
              rows={rows}
              rowKey={(row) => row.vehicle ?? row.name ?? row.rule ?? "direct"}
              empty={<Empty title={t("quality:none")} next={t("quality:noneNext")} />}
            />
          )}
        </ListBody>
      )}
    </div>
  );
}
