/** Steps exported rows through trigger sets, vehicle by vehicle: the monitor and the replay that supervision runs. */
import type { FiringEvent, TriggerSet } from "@sandglass/triggers";
import type { ExportedRows } from "../../history/mod.ts";
import { stepVehicle, VehicleGatherer, type GatheredVehicle, type RowPart } from "../../supervision/step-exported.ts";
import type { BacktestFiring, ChunkResult, ChunkWork, SetTexts } from "./firing.ts";
import { SetParts } from "./set-parts.ts";
import { rangesOf } from "./vehicle-rows.ts";

const MAX_WITNESSES = 4;

interface OpenFiring {
  readonly trigger: number;
  readonly onset: number;
  level: number;
  clearedAt: number | undefined;
  readonly margin: BacktestFiring["margin"];
  readonly witnesses: readonly number[];
}

/** One set, stepped over one vehicle after the other. */
class SetRun {
  readonly #parts: SetParts;
  readonly #set: TriggerSet;
  readonly firings: BacktestFiring[] = [];
  readonly degradations: number[];
  readonly cooled: number[];
  #indexOf: ReadonlyMap<string, number> = new Map();
  #applies: readonly (0 | 1)[] = [];
  #open: (OpenFiring | undefined)[] = [];
  #done: OpenFiring[] = [];

  constructor(set: TriggerSet, parts: SetParts) {
    this.#set = set;
    this.#parts = parts;
    this.degradations = set.triggers.map(() => 0);
    this.cooled = set.triggers.map(() => 0);
  }

  run(vehicle: bigint, applies: readonly (0 | 1)[], parts: readonly RowPart[], work: ChunkWork): void {
    const part = this.#parts.find(applies, work.everyRow === true ? () => EVERYTHING : rangesOf(parts, work.signals));
    if (part === undefined) return;
    this.#indexOf = part.indexOf;
    this.#applies = applies;
    this.#open = this.#set.triggers.map(() => undefined);
    this.#done = [];
    const { monitor } = part;
    const state = monitor.create();
    stepVehicle({ monitor, state, emit: this.#emit }, parts, work.signals);
    monitor.tick(state, work.to, this.#emit);
    for (const open of this.#open) if (open !== undefined) this.#done.push(open);
    for (const firing of this.#done) {
      if (firing.onset < work.from || firing.onset >= work.to) continue;
      this.firings.push({ vehicle, ...firing });
    }
  }

  readonly #emit = (event: FiringEvent): void => {
    const trigger = this.#indexOf.get(event.trigger) ?? -1;
    if (this.#applies[trigger] !== 1) return;
    switch (event.kind) {
      case "onset":
        if (event.suppressedBy !== undefined) return;
        this.#open[trigger] = {
          trigger,
          onset: event.onset,
          level: event.level,
          clearedAt: undefined,
          margin: event.margin === undefined ? undefined : { value: event.margin.value, unit: event.margin.unit },
          witnesses: [...new Set(event.witnesses.map(({ ref }) => ref))].slice(0, MAX_WITNESSES),
        };
        break;
      case "escalated": {
        const open = this.#open[trigger];
        if (open !== undefined) open.level = Math.max(open.level, event.level);
        break;
      }
      case "cleared": {
        const open = this.#open[trigger];
        if (open === undefined || open.onset !== event.onset) return;
        open.clearedAt = event.at;
        this.#done.push(open);
        this.#open[trigger] = undefined;
        break;
      }
      case "suppressed":
        this.cooled[trigger]++;
        break;
      case "degraded":
        this.degradations[trigger]++;
        break;
      case "restored":
        break;
    }
  };
}

const EVERYTHING = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

/** Steps files of rows, one after the other; what it compiles for parts of a set it keeps. */
export class RowStepper {
  readonly #sets: readonly { readonly set: TriggerSet; readonly parts: SetParts }[];

  constructor(sets: readonly { readonly set: TriggerSet; readonly texts: SetTexts }[]) {
    this.#sets = sets.map(({ set, texts }) => ({ set, parts: new SetParts(set, texts) }));
  }

  /** Rows stand by vehicle and time; vehicles without rows find nothing. */
  step(work: ChunkWork, blocks: Iterable<ExportedRows>): ChunkResult {
    const runs = this.#sets.map(({ set, parts }) => new SetRun(set, parts));
    const vehicles = new Map(work.vehicles.map((vehicle) => [vehicle.key, vehicle]));
    const gatherer = new VehicleGatherer();
    let rows = 0;
    const step = ({ vehicle, parts }: GatheredVehicle): void => {
      const { applies = [] } = vehicles.get(vehicle) ?? {};
      for (const [index, run] of runs.entries()) run.run(vehicle, applies[index] ?? [], parts, work);
    };
    for (const block of blocks) {
      rows += block.count;
      gatherer.add(block).forEach(step);
    }
    gatherer.end().forEach(step);
    return {
      rows,
      sets: runs.map(({ firings, degradations, cooled }) => ({ firings, degradations, cooled })),
    };
  }
}
