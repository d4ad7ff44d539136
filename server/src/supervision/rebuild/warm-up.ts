/** Steps a long time of many subjects through parts of their sets: what they are to know when they are judged again. */
import { createMonitor, type Monitor } from "@sandglass/triggers";
import type { ExportedRows } from "../../history/mod.ts";
import { partsBetween, stepVehicle, VehicleGatherer, type GatheredVehicle } from "../step-exported.ts";
import type { WarmedUp, WarmUpQuery, WarmUpRange } from "./fleet-rows.ts";
import { compileTexts, type PartTexts } from "./long-part.ts";

/** Work of a thread: `path` is a file of rows with columns `inputs`. */
export interface WarmUpWork extends Omit<WarmUpQuery, "throughSeq"> {
  readonly path: string;
}

/** Keeps what it compiled. */
export class WarmUp {
  readonly #monitors = new Map<string, Monitor>();

  /** Rows stand by subject and time; subjects without rows begin cold. */
  run({ parts, inputs, subjects }: Omit<WarmUpWork, "path">, blocks: Iterable<ExportedRows>): WarmedUp {
    const monitors = parts.map((part) => this.#monitorOf(part));
    const rangesOf = new Map(subjects.map(({ key, ranges }) => [key, ranges]));
    const states = new Map<bigint, readonly Uint8Array[]>();
    let rows = 0;
    const step = ({ vehicle, parts: gathered }: GatheredVehicle): void => {
      const ranges = rangesOf.get(vehicle) ?? [];
      states.set(
        vehicle,
        ranges.map((range) => stateAfter(monitors[range.part], gathered, inputs, range)),
      );
    };
    const gatherer = new VehicleGatherer();
    for (const block of blocks) {
      rows += block.count;
      gatherer.add(block).forEach(step);
    }
    gatherer.end().forEach(step);
    return { rows, states };
  }

  #monitorOf({ hash, texts }: PartTexts): Monitor {
    const known = this.#monitors.get(hash);
    if (known !== undefined) return known;
    const set = compileTexts(texts);
    if (set?.hash !== hash) throw new Error("a part of a set does not compile to what it was");
    const monitor = createMonitor(set, { economy: "fast" });
    this.#monitors.set(hash, monitor);
    return monitor;
  }
}

function stateAfter(
  monitor: Monitor,
  parts: GatheredVehicle["parts"],
  inputs: readonly string[],
  { from, to, since }: WarmUpRange,
): Uint8Array {
  const state = monitor.create();
  const emit = (): void => undefined;
  stepVehicle({ monitor, state, emit, since }, partsBetween(parts, from, to), inputs);
  monitor.tick(state, to, emit);
  return monitor.save(state);
}
