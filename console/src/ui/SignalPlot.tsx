/** One signal over time: stepped line, hatched gaps, reissued points apart, thresholds, marks; a cursor shared by key. */
import { useEffect, useLayoutEffect, useMemo, useRef } from "react";
import uPlot from "uplot";
import { formatDate, formatMinute, formatTime, ZONE } from "../lib/format.ts";
import { findGaps, thin, toSteps, type Gap, type PlotSample } from "../lib/plot-data.ts";
import { drawOverlay, drawUnderlay, type PlotScene } from "./plot-drawing.ts";
import { onTheme, readToken } from "../theme/use-theme.ts";
import styles from "./signal-plot.module.css";

export interface PlotMark {
  readonly time: number;
  readonly level: number;
  readonly text?: string;
}
export interface PlotBand {
  readonly from: number;
  readonly to: number;
  readonly level: number;
}
export interface PlotThreshold {
  readonly value: number;
  readonly text: string;
  readonly level: number;
}

interface SignalPlotProps {
  readonly label: string;
  readonly samples: readonly PlotSample[];
  readonly from: number;
  readonly to: number;
  readonly holdMs: number;
  readonly height: number;
  /** Width of the value axis in px; plots above each other use the same. */
  readonly gutter: number;
  /** Names an enumeration's values. */
  readonly valueName?: (value: number) => string;
  readonly unit?: string;
  readonly marks?: readonly PlotMark[];
  /** Shaded over the whole height. */
  readonly bands?: readonly PlotBand[];
  /** Drawn as a thin line at the bottom. */
  readonly strips?: readonly PlotBand[];
  readonly thresholds?: readonly PlotThreshold[];
  /** Kept instant, drawn as a line. */
  readonly at?: number | undefined;
  /** Plots with the same key share their cursor. */
  readonly syncKey: string;
  readonly showTimes?: boolean;
  onHover?(time: number | undefined): void;
  onPick?(time: number): void;
  onZoom?(from: number, to: number): void;
}

const BUCKETS = 900;
const REISSUED_LIMIT = 2000;
/** Steps of the time axis, ms. */
const TIME_STEPS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800,
].map((seconds) => seconds * 1000);

/** Labels of the time axis: with seconds when close, with dates when far. */
function axisTimes(splits: readonly number[]): string[] {
  const step = splits.length > 1 ? splits[1] - splits[0] : 60_000;
  let day = "";
  return splits.map((time) => {
    const date = formatDate(time);
    const label = step < 60_000 ? formatTime(time) : formatMinute(time);
    const first = step >= 3_600_000 && date !== day;
    day = date;
    return first ? `${label}\n${date.slice(5)}` : label;
  });
}

export function SignalPlot(props: SignalPlotProps) {
  const { samples, from, to, holdMs, height, gutter, syncKey, showTimes = true } = props;
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const gaps: readonly Gap[] = useMemo(() => findGaps(samples, from, to, holdMs), [samples, from, to, holdMs]);
  const data = useMemo<uPlot.AlignedData>(() => {
    const steps = toSteps(thin(samples, from, to, BUCKETS), holdMs);
    return [steps.times, steps.values];
  }, [samples, from, to, holdMs]);
  const bounds = useMemo<[number, number]>(() => {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const sample of samples) {
      if (sample.value === undefined) continue;
      low = Math.min(low, sample.value);
      high = Math.max(high, sample.value);
    }
    for (const threshold of props.thresholds ?? []) {
      low = Math.min(low, threshold.value);
      high = Math.max(high, threshold.value);
    }
    if (low > high) return [0, 1];
    const pad = Math.max((high - low) * 0.12, Math.abs(high) * 0.002, 0.01);
    // Room above the highest value for the labels of marks.
    return [low - pad, high + pad * (props.marks?.some((mark) => mark.text !== undefined) ? 2.6 : 1)];
  }, [samples, props.thresholds, props.marks]);

  const shown = useMemo(() => ({ data, from, to, bounds }), [data, from, to, bounds]);
  const { marks, bands, strips, thresholds, at } = props;
  const drawn = useMemo<PlotScene>(
    () => ({
      gaps,
      marks: marks ?? [],
      bands: bands ?? [],
      strips: strips ?? [],
      thresholds: thresholds ?? [],
      reissued: samples
        .filter(
          (sample) =>
            sample.reissued === true && sample.value !== undefined && sample.time >= from && sample.time <= to,
        )
        .slice(0, REISSUED_LIMIT),
      at,
    }),
    [gaps, marks, bands, strips, thresholds, samples, from, to, at],
  );
  // What uPlot's callbacks read; set before any of them runs.
  const handlers = useRef(props);
  const view = useRef(shown);
  const scene = useRef(drawn);
  useLayoutEffect(() => {
    handlers.current = props;
    view.current = shown;
    scene.current = drawn;
  });

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const font = `11px ${getComputedStyle(document.body).fontFamily}`;
    const axis = { stroke: () => readToken("--sg-text3"), font, ticks: { show: false } };
    const grid = { stroke: () => readToken("--sg-grat"), width: 1 };
    const chart = new uPlot(
      {
        width: Math.max(100, element.clientWidth),
        height,
        ms: 1,
        tzDate: (ms) => uPlot.tzDate(new Date(ms), ZONE),
        legend: { show: false },
        padding: [8, 18, showTimes ? 0 : 6, 0],
        cursor: {
          sync: { key: syncKey, setSeries: false, scales: ["x", null] },
          drag: { x: true, y: false, setScale: false },
          points: { size: 6, fill: () => readToken("--sg-primary"), stroke: () => readToken("--sg-primary") },
          y: false,
        },
        scales: {
          x: { time: true, range: () => [view.current.from, view.current.to] },
          y: { range: () => view.current.bounds },
        },
        axes: [
          {
            ...axis,
            grid: { ...grid, show: false },
            size: showTimes ? 30 : 0,
            show: showTimes,
            gap: 6,
            space: 62,
            incrs: TIME_STEPS,
            values: (_, splits) => axisTimes(splits),
          },
          {
            ...axis,
            grid,
            size: gutter,
            gap: 8,
            space: 26,
            values: (_, splits) =>
              splits.map((value) => handlers.current.valueName?.(value) ?? String(Number(value.toFixed(3)))),
          },
        ],
        series: [
          {},
          {
            stroke: () => readToken("--sg-primary"),
            width: 1.5,
            spanGaps: false,
            points: { show: false },
            paths: uPlot.paths.stepped?.({ align: 1 }),
          },
        ],
        hooks: {
          drawAxes: [(u) => drawUnderlay(u, scene.current)],
          draw: [(u) => drawOverlay(u, scene.current, font)],
          setCursor: [
            (u) => {
              const left = u.cursor.left ?? -1;
              handlers.current.onHover?.(left < 0 ? undefined : u.posToVal(left, "x"));
            },
          ],
          setSelect: [
            (u) => {
              if (u.select.width < 4) return;
              const start = u.posToVal(u.select.left, "x");
              const end = u.posToVal(u.select.left + u.select.width, "x");
              u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
              handlers.current.onZoom?.(Math.round(start), Math.round(end));
            },
          ],
        },
      },
      view.current.data,
      element,
    );
    plot.current = chart;
    const pick = (event: MouseEvent): void => {
      const box = chart.over.getBoundingClientRect();
      handlers.current.onPick?.(Math.round(chart.posToVal(event.clientX - box.left, "x")));
    };
    chart.over.addEventListener("click", pick);
    const observer = new ResizeObserver(() => chart.setSize({ width: Math.max(100, element.clientWidth), height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
      plot.current = undefined;
    };
  }, [height, gutter, syncKey, showTimes]);

  useEffect(() => {
    plot.current?.setData(shown.data, true);
  }, [shown]);
  useEffect(() => {
    scene.current = drawn;
    plot.current?.redraw(false, true);
  }, [drawn]);
  useEffect(() => onTheme(() => plot.current?.redraw(false, true)), []);

  return <div ref={host} className={styles.plot} style={{ height }} role="img" aria-label={summarise(props)} />;
}

/** What the plot shows, for those who do not see it. */
function summarise({ label, samples, unit = "" }: SignalPlotProps): string {
  const values = samples.flatMap((sample) => (sample.value === undefined ? [] : [sample.value]));
  if (values.length === 0) return `${label}: –`;
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  return `${label}: ${low}–${high} ${unit}`;
}
