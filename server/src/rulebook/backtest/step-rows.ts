/** Steps exported rows through trigger sets, vehicle by vehicle: the monitor and the replay that supervision runs. */
import { createMonitor, mayFire, type CompiledTrigger, type Monitor, type TriggerSet } from "@sandglass/triggers";
import type { ExportedRows } from "../../history/mod.ts";
import { sweepVehicle, sweptOf, type LastKnown } from "../../supervision/screening/sweep.ts";
import { stepVehicle, VehicleGatherer, type GatheredVehicle } from "../../supervision/step-exported.ts";
import { FiringCollector } from "./firing-collector.ts";
import type { ChunkResult, ChunkSetResult, ChunkVehicle, ChunkWork, SetTexts } from "./firing.ts";
import { SetParts } from "./set-parts.ts";
import { rangesOf } from "./vehicle-rows.ts";

const EVERYTHING = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

/** One set, stepped over one vehicle after the other. */
class SetRun {
  readonly #set: TriggerSet;
  readonly #parts: SetParts;
  readonly #members: readonly Monitor[];
  readonly #collector: FiringCollector;
  readonly #firings: ChunkSetResult["firings"][number][] = [];
  readonly #swept: ChunkSetResult["swept"][number][number][][];

  constructor({ set, parts, members }: PreparedSet) {
    this.#set = set;
    this.#parts = parts;
    this.#members = members;
    this.#collector = new FiringCollector(set);
    this.#swept = set.screenings.map(() => []);
  }

  result(): ChunkSetResult {
    const { degradations, cooled } = this.#collector;
    return { firings: this.#firings, degradations, cooled, swept: this.#swept };
  }

  /** The triggers of single vehicles. */
  step({ vehicle, parts }: GatheredVehicle, applies: readonly (0 | 1)[], work: ChunkWork): void {
    const part = this.#parts.find(applies, work.everyRow === true ? () => EVERYTHING : rangesOf(parts, work.signals));
    if (part === undefined) return;
    const { monitor } = part;
    const { emit } = this.#collector;
    this.#collector.begin(applies, part.indexOf);
    const state = monitor.create();
    stepVehicle({ monitor, state, emit }, parts, work.signals);
    monitor.tick(state, work.to, emit);
    for (const firing of this.#collector.end(work.from, work.to)) this.#firings.push({ vehicle, ...firing });
  }

  /** The conditions over many: what this vehicle was at their instants. */
  sweep(
    { vehicle, parts }: GatheredVehicle,
    instants: readonly (readonly number[])[],
    work: ChunkWork,
    before: LastKnown | undefined,
  ): void {
    this.#set.screenings.forEach(({ plan }, index) => {
      const own = instants[index];
      if (own === undefined || own.length === 0) return;
      const last = plan.member.needsEveryFrame ? before : undefined;
      const [member] = plan.member.triggers as [CompiledTrigger];
      // What it said last may hold on into its rows: their extremes are not all there is.
      const cannotHold =
        work.everyRow !== true && last === undefined && !mayFire(member, rangesOf(parts, work.signals));
      const sweep = sweepVehicle(plan, this.#members[index], { parts, signals: work.signals }, own, {
        before: last,
        cannotHold,
      });
      this.#swept[index].push({ vehicle, ...sweptOf(sweep) });
    });
  }
}

interface PreparedSet {
  readonly set: TriggerSet;
  readonly parts: SetParts;
  /** One per screening. */
  readonly members: readonly Monitor[];
}

/** Steps files of rows, one after the other; what it compiles for parts of a set it keeps. */
export class RowStepper {
  readonly #sets: readonly PreparedSet[];

  constructor(sets: readonly { readonly set: TriggerSet; readonly texts: SetTexts }[]) {
    this.#sets = sets.map(({ set, texts }) => ({
      set,
      parts: new SetParts(set, texts),
      members: set.screenings.map(({ plan }) => createMonitor(plan.member)),
    }));
  }

  /** Rows stand by vehicle and time; vehicles without rows find nothing. */
  step(work: ChunkWork, blocks: Iterable<ExportedRows>): ChunkResult {
    const runs = this.#sets.map((set) => new SetRun(set));
    const vehicles = new Map<bigint, ChunkVehicle>(work.vehicles.map((vehicle) => [vehicle.key, vehicle]));
    const gatherer = new VehicleGatherer();
    let rows = 0;
    const step = (gathered: GatheredVehicle): void => {
      const known = vehicles.get(gathered.vehicle);
      for (const [index, run] of runs.entries()) {
        run.step(gathered, known?.applies[index] ?? [], work);
        run.sweep(gathered, work.instants[index] ?? [], work, known?.before);
      }
    };
    for (const block of blocks) {
      rows += block.count;
      gatherer.add(block).forEach(step);
    }
    gatherer.end().forEach(step);
    return { rows, sets: runs.map((run) => run.result()) };
  }
}
