/** What uPlot does not draw by itself: hatched gaps, bands, thresholds, marks, reissued points. Canvas pixels. */
import type uPlot from "uplot";
import type { Gap, PlotSample } from "../lib/plot-data.ts";
import { readToken } from "../theme/use-theme.ts";
import type { PlotBand, PlotMark, PlotThreshold } from "./SignalPlot.tsx";

export interface PlotScene {
  readonly gaps: readonly Gap[];
  readonly marks: readonly PlotMark[];
  readonly bands: readonly PlotBand[];
  readonly strips: readonly PlotBand[];
  readonly thresholds: readonly PlotThreshold[];
  readonly reissued: readonly PlotSample[];
  readonly at: number | undefined;
}

const hatches = new Map<string, CanvasPattern | null>();

/** 45° lines in a colour. */
function hatch(context: CanvasRenderingContext2D, color: string): CanvasPattern | null {
  const ratio = devicePixelRatio;
  const key = `${color}@${ratio}`;
  const known = hatches.get(key);
  if (known !== undefined) return known;
  const size = Math.round(8 * ratio);
  const tile = document.createElement("canvas");
  tile.width = size;
  tile.height = size;
  const pen = tile.getContext("2d");
  if (!pen) return null;
  pen.strokeStyle = color;
  pen.globalAlpha = 0.32;
  pen.lineWidth = 1.4 * ratio;
  pen.beginPath();
  for (const shift of [-size, 0, size]) {
    pen.moveTo(shift, size);
    pen.lineTo(shift + size, 0);
  }
  pen.stroke();
  const pattern = context.createPattern(tile, "repeat");
  hatches.set(key, pattern);
  return pattern;
}

function span(u: uPlot, from: number, to: number): { x: number; width: number } | undefined {
  const { min, max } = u.scales.x;
  if (min === undefined || max === undefined || to < min || from > max) return undefined;
  const x = u.valToPos(Math.max(from, min), "x", true);
  return { x, width: u.valToPos(Math.min(to, max), "x", true) - x };
}

function levelColor(level: number): string {
  return readToken(`--sg-sev${Math.max(1, Math.min(4, level))}`);
}

export function drawUnderlay(u: uPlot, scene: PlotScene): void {
  const { ctx, bbox } = u;
  ctx.save();
  for (const band of scene.bands) {
    const place = span(u, band.from, band.to);
    if (!place) continue;
    ctx.globalAlpha = 0.16;
    ctx.fillStyle = levelColor(band.level);
    ctx.fillRect(place.x, bbox.top, place.width, bbox.height);
  }
  ctx.globalAlpha = 1;
  for (const strip of scene.strips) {
    const place = span(u, strip.from, strip.to);
    if (!place) continue;
    ctx.fillStyle = readToken(`--sg-sev${Math.max(1, Math.min(4, strip.level))}-fill`);
    ctx.fillRect(
      place.x,
      bbox.top + bbox.height - 3 * devicePixelRatio,
      Math.max(place.width, devicePixelRatio),
      3 * devicePixelRatio,
    );
  }
  const pattern = hatch(ctx, readToken("--sg-unknown"));
  for (const gap of scene.gaps) {
    const place = span(u, gap.from, gap.to);
    if (!place || !pattern || place.width < 1) continue;
    ctx.fillStyle = pattern;
    ctx.fillRect(place.x, bbox.top, place.width, bbox.height);
  }
  ctx.restore();
}

export function drawOverlay(u: uPlot, scene: PlotScene, font: string): void {
  const { ctx, bbox } = u;
  const ratio = devicePixelRatio;
  const size = Number.parseFloat(font) * ratio;
  ctx.save();
  ctx.font = `${size}px ${font.slice(font.indexOf(" ") + 1)}`;
  const occupied: number[] = [];
  for (const threshold of scene.thresholds) {
    const y = u.valToPos(threshold.value, "y", true);
    if (y < bbox.top || y > bbox.top + bbox.height) continue;
    ctx.strokeStyle = levelColor(threshold.level);
    ctx.fillStyle = ctx.strokeStyle;
    ctx.lineWidth = ratio;
    ctx.setLineDash([5 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.setLineDash([]);
    // Lines close to each other write on opposite ends.
    const crowded = occupied.some((other) => Math.abs(other - y) < 13 * ratio);
    occupied.push(y);
    ctx.textAlign = crowded ? "right" : "left";
    ctx.textBaseline = "bottom";
    ctx.fillText(threshold.text, crowded ? bbox.left + bbox.width - 5 * ratio : bbox.left + 5 * ratio, y - 2 * ratio);
  }
  // Of labels that would cover each other the most severe is written.
  const labels: { readonly from: number; readonly to: number }[] = [];
  for (const mark of [...scene.marks].sort((a, b) => b.level - a.level || a.time - b.time)) {
    const place = span(u, mark.time, mark.time);
    if (!place) continue;
    ctx.strokeStyle = levelColor(mark.level);
    ctx.lineWidth = 1.5 * ratio;
    ctx.beginPath();
    ctx.moveTo(place.x, bbox.top);
    ctx.lineTo(place.x, bbox.top + bbox.height);
    ctx.stroke();
    if (mark.text === undefined) {
      ctx.fillStyle = ctx.strokeStyle;
      triangle(ctx, place.x, bbox.top, 4 * ratio);
      continue;
    }
    const width = ctx.measureText(mark.text).width + 12 * ratio;
    const left = place.x + width > bbox.left + bbox.width ? place.x - width : place.x;
    if (labels.some((other) => left < other.to && left + width > other.from)) continue;
    labels.push({ from: left, to: left + width });
    ctx.fillStyle = readToken("--sg-surface");
    ctx.globalAlpha = 0.85;
    ctx.fillRect(left + (left === place.x ? 2 : 0) * ratio, bbox.top, width - 2 * ratio, 16 * ratio);
    ctx.globalAlpha = 1;
    ctx.fillStyle = ctx.strokeStyle;
    ctx.textAlign = "left";
    ctx.textBaseline = "middle";
    ctx.fillText(mark.text, left + 6 * ratio, bbox.top + 8 * ratio);
  }
  ctx.strokeStyle = readToken("--sg-primary");
  ctx.fillStyle = readToken("--sg-surface");
  ctx.lineWidth = 1.3 * ratio;
  for (const sample of scene.reissued) {
    if (sample.value === undefined) continue;
    ctx.beginPath();
    ctx.arc(u.valToPos(sample.time, "x", true), u.valToPos(sample.value, "y", true), 3 * ratio, 0, 2 * Math.PI);
    ctx.fill();
    ctx.stroke();
  }
  if (scene.at !== undefined) {
    const place = span(u, scene.at, scene.at);
    if (place) {
      ctx.strokeStyle = readToken("--sg-text");
      ctx.lineWidth = ratio;
      ctx.setLineDash([2 * ratio, 2 * ratio]);
      ctx.beginPath();
      ctx.moveTo(place.x, bbox.top);
      ctx.lineTo(place.x, bbox.top + bbox.height);
      ctx.stroke();
    }
  }
  ctx.restore();
}

function triangle(ctx: CanvasRenderingContext2D, x: number, top: number, half: number): void {
  ctx.beginPath();
  ctx.moveTo(x - half, top);
  ctx.lineTo(x + half, top);
  ctx.lineTo(x, top + half * 1.6);
  ctx.closePath();
  ctx.fill();
}
