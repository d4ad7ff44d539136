import { BIT_SIGNALS, findSignal, SCALAR_SIGNALS } from "@sandglass/signals";
import { MultiSelect } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../access/use-may.ts";
import { findingsQuery, samplesQuery, seriesQuery } from "../../api/queries.ts";
import type { VehicleCounts } from "../../api/shapes/telemetry.ts";
import { RANGE_MS } from "../../app/search.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { describeValue, signalName } from "../../lib/finding.ts";
import { formatDuration, formatInstant, formatNumber, parseTime } from "../../lib/format.ts";
import { indexAt } from "../../lib/plot-data.ts";
import { pointsOf, pointsOfSeries } from "../../lib/samples.ts";
import { inLanguage } from "../../lib/vocabulary.ts";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import page from "../../ui/page.module.css";
import { Facts, SideGroup } from "../../ui/Panel.tsx";
import { SignalPlot } from "../../ui/SignalPlot.tsx";
import { useNow } from "../../ui/use-now.ts";
import { FindingLinks } from "./FindingLinks.tsx";
import styles from "./vehicle.module.css";

const route = getRouteApi("/inside/vehicles/$vehicleId");
const DEFAULT_SIGNALS = ["speed", "soc", "total_voltage", "max_cell_temp", "cell_spread"] as const;
const GUTTER = 64;
/** Data as fresh as this is followed; older data (a recording) ends the range where it ends. */
const FOLLOW_MS = 300_000;
/** Longer times are shown thinned. */
const LONG_MS = 10_800_000;
/** Ends of a long range move by this, so that following the newest data does not ask again every second. */
const ROUND_MS = 60_000;
const NO_SERIES = { bucketMs: 0, items: [] } as const;
/** Shown before the first event of a young history. */
const LEAD_MS = 30_000;

/** Signals over time with one cursor, and what each was at that instant. */
export function SignalsTab({ vehicleId, counts }: { vehicleId: string; counts: VehicleCounts | undefined }) {
  const { t } = useTranslation(["vehicle", "common"]);
  const language = useLanguage();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const now = useNow(5000);
  const [hover, setHover] = useState<number>();

  const chosen = useMemo(
    () =>
      (search.signals ?? DEFAULT_SIGNALS).filter((id) => {
        const signal = findSignal(id);
        return signal !== undefined && signal.kind !== "list";
      }),
    [search.signals],
  );
  const last = parseTime(counts?.lastEvent);
  const end = search.to ?? (last === undefined || now - last < FOLLOW_MS ? now : Math.ceil(last / 1000) * 1000 + 5000);
  // Without a chosen range a young history is shown from its beginning, not behind an hour of nothing.
  const first = parseTime(counts?.firstEvent);
  const young =
    search.range === undefined && first !== undefined
      ? Math.min(first - LEAD_MS, end - RANGE_MS["15m"] / 3)
      : undefined;
  const from = search.from ?? Math.max(end - RANGE_MS[search.range ?? "1h"], young ?? Number.NEGATIVE_INFINITY);
  /** Over long times the server thins: lowest, highest and last of each bucket instead of every sample. */
  const long = end - from > LONG_MS;
  const [seriesFrom, seriesTo] = [Math.floor(from / ROUND_MS) * ROUND_MS, Math.ceil(end / ROUND_MS) * ROUND_MS];
  const buckets = useQuery({
    ...seriesQuery(vehicleId, chosen, seriesFrom, seriesTo),
    enabled: long && counts !== undefined && chosen.length > 0,
  });
  // The range moves only once the counts said when data ends: before that there is nothing to ask for.
  const samples = useQuery({
    ...samplesQuery(vehicleId, chosen, from, end),
    enabled: !long && counts !== undefined && chosen.length > 0 && end > from,
  });
  const readsFindings = useMay("finding", "read");
  const findings = useInfiniteQuery({ ...findingsQuery({ vehicle: vehicleId }), enabled: readsFindings });

  const series = useMemo(
    () =>
      chosen.map((id) => ({
        id,
        points: long ? pointsOfSeries(buckets.data ?? NO_SERIES, id) : pointsOf(samples.data?.items ?? [], id),
      })),
    [chosen, long, buckets.data, samples.data],
  );
  const shown = long ? buckets : samples;
  const bucketMs = long ? (buckets.data?.bucketMs ?? 0) : 0;
  const holdOf = (id: string): number => Math.max(findSignal(id)?.holdMs ?? 90_000, bucketMs);
  const found = useMemo(() => (findings.data?.pages ?? []).flatMap((part) => part.items), [findings.data]);
  const marks = useMemo(
    () =>
      found.map((item) => ({
        time: Date.parse(item.onset),
        level: item.level,
        text: inLanguage(item.title, language),
      })),
    [found, language],
  );
  const strips = useMemo(
    () =>
      found
        .map((item) => ({ from: Date.parse(item.onset), to: parseTime(item.clearedAt) ?? end, level: item.level }))
        .sort((a, b) => a.level - b.level),
    [found, end],
  );
  const onHover = useCallback(
    (time: number | undefined) => setHover(time === undefined ? undefined : Math.round(time)),
    [],
  );
  const cursor = hover ?? search.at;
  const valueAt = (
    points: readonly { time: number; value: number | undefined }[],
    hold: number,
  ): number | undefined => {
    if (cursor === undefined) return points.at(-1)?.value;
    const point =
      points[
        indexAt(
          points.map((entry) => entry.time),
          cursor,
        )
      ];
    return point && cursor - point.time <= hold ? point.value : undefined;
  };
  const options = useMemo(
    () => [...SCALAR_SIGNALS, ...BIT_SIGNALS].map((signal) => ({ value: signal.id, label: signal.names[language] })),
    [language],
  );

  return (
    <div className={page.columns}>
      <div className={styles.plots}>
        <div className={styles.tools}>
          <MultiSelect
            className={styles.choose}
            aria-label={t("vehicle:signals.choose")}
            placeholder={chosen.length === 0 ? t("vehicle:signals.choose") : ""}
            data={options}
            value={[...chosen]}
            searchable
            maxValues={8}
            hidePickedOptions
            clearButtonProps={{ "aria-label": t("common:clear") }}
            comboboxProps={{ width: 320, position: "bottom-start" }}
            maxDropdownHeight={320}
            onChange={(value) =>
              void navigate({ search: (previous) => ({ ...previous, signals: value }), replace: true })
            }
          />
          <span className={styles.legend}>{t("vehicle:signals.legend")}</span>
        </div>
        {shown.error && !shown.data ? (
          <Refused error={shown.error} retry={() => void shown.refetch()} />
        ) : chosen.length === 0 ? (
          <Empty title={t("vehicle:signals.none")} next={t("vehicle:signals.noneNext")} />
        ) : !shown.data ? (
          <Loading />
        ) : shown.data.items.length === 0 ? (
          <Empty title={t("vehicle:signals.empty")} next={t("vehicle:signals.emptyNext")} />
        ) : (
          series.map(({ id, points }, index) => {
            const signal = findSignal(id);
            const value = valueAt(points, holdOf(id));
            return (
              <div key={id} className={styles.plot}>
                <div className={styles.plotHead}>
                  <span>{signalName(id, language)}</span>
                  <b className="num">
                    {value === undefined ? t("common:unknown") : describeValue(id, value, language)}
                  </b>
                </div>
                <SignalPlot
                  label={signalName(id, language)}
                  unit={signal?.display ?? ""}
                  samples={points}
                  from={from}
                  to={end}
                  holdMs={holdOf(id)}
                  height={index === series.length - 1 ? 118 : 92}
                  gutter={GUTTER}
                  syncKey={`vehicle-${vehicleId}`}
                  showTimes={index === series.length - 1}
                  marks={index === 0 ? marks : marks.map(({ time, level }) => ({ time, level }))}
                  strips={strips}
                  {...(signal?.values ? { valueName: (v: number) => signal.values?.[v]?.[language] ?? "" } : {})}
                  at={search.at}
                  onHover={onHover}
                  onPick={(time) => void navigate({ search: (previous) => ({ ...previous, at: time }), replace: true })}
                  onZoom={(start, stop) =>
                    void navigate({ search: (previous) => ({ ...previous, from: start, to: stop }) })
                  }
                />
              </div>
            );
          })
        )}
        {!long && samples.data?.truncated && <p className={styles.note}>{t("vehicle:signals.truncated")}</p>}
        {bucketMs > 0 && (
          <p className={styles.note}>{t("vehicle:signals.thinned", { width: formatDuration(bucketMs, language) })}</p>
        )}
      </div>
      <aside className={page.side}>
        <SideGroup
          title={t("vehicle:cursor")}
          aside={cursor === undefined ? t("vehicle:latest") : <span className="num">{formatInstant(cursor)}</span>}
        >
          <Facts
            facts={series.map(({ id, points }) => ({
              name: signalName(id, language),
              value: <b>{describeValue(id, valueAt(points, holdOf(id)), language)}</b>,
            }))}
          />
        </SideGroup>
        <SideGroup title={t("vehicle:counts.title")}>
          {counts ? (
            <Facts
              facts={[
                { name: t("vehicle:counts.received"), value: formatNumber(counts.received, language) },
                { name: t("vehicle:counts.realtime"), value: formatNumber(counts.realtime, language) },
                { name: t("vehicle:counts.reissued"), value: formatNumber(counts.reissued, language) },
                { name: t("vehicle:counts.late"), value: formatNumber(counts.late, language) },
                { name: t("vehicle:counts.duplicates"), value: formatNumber(counts.duplicates, language) },
                { name: t("vehicle:counts.quarantined"), value: formatNumber(counts.quarantined, language) },
                {
                  name: t("vehicle:counts.first"),
                  value: counts.firstEvent ? formatInstant(Date.parse(counts.firstEvent)) : "–",
                },
                {
                  name: t("vehicle:counts.last"),
                  value: counts.lastEvent ? formatInstant(Date.parse(counts.lastEvent)) : "–",
                },
              ]}
            />
          ) : (
            <Loading />
          )}
        </SideGroup>
        <SideGroup title={t("vehicle:findings.title")} aside={t("common:items", { count: found.length })}>
          <FindingLinks items={found.slice(0, 8)} />
        </SideGroup>
      </aside>
    </div>
  );
}
