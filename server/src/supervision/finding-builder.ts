/** Turns what a monitor emits into what is written: ids, effects, assurance, evidence interval. */
import type { Witness } from "@sandglass/triggers";
import { vehicleIdOf } from "../access/vehicle-key.ts";
import type { CarriedFindings } from "./carry.ts";
import { findingIdOf } from "./finding-id.ts";
import type { FindingChange, FindingIdentity, NewFinding } from "./finding-change.ts";
import type { Subjects } from "./subjects.ts";
import { changeOf, type Firing } from "./translate-firing.ts";
import { BREACH, type Watch } from "./watch.ts";

/** Frames kept around a finding: before what led to it and after its onset. */
const EVIDENCE_BEFORE_MS = 300_000;
const EVIDENCE_AFTER_MS = 300_000;

export class FindingBuilder {
  readonly #subjects: Subjects;
  readonly #carried: CarriedFindings;
  /** Breach findings that were handed out, so that a moving vehicle gives one and not one per frame. */
  readonly #breaches = new Set<string>();
  #subject = 0;
  #seq = 0;
  #detectedAt = 0;

  constructor(subjects: Subjects, carried: CarriedFindings) {
    this.#subjects = subjects;
    this.#carried = carried;
  }

  /** The row being stepped; `seq` undefined = no row, a timer of the subject. */
  at(subject: number, seq: number | undefined, detectedAt: number): void {
    this.#subject = subject;
    this.#seq = seq ?? 0;
    this.#detectedAt = detectedAt;
  }

  change(watch: Pick<Watch, "project" | "triggers">, event: Firing): FindingChange {
    const trigger = watch.triggers.get(event.trigger);
    if (trigger === undefined) throw new Error(`${event.trigger} is not of the set that emitted it`);
    const vehicle = this.#subjects.keyOf(this.#subject);
    return changeOf(trigger, event, {
      project: watch.project,
      detectedAt: this.#detectedAt,
      identity: ({ id, version, versionHash, title }, onset): FindingIdentity =>
        this.#carried.find({ trigger: id, vehicle, project: watch.project, onset }) ?? {
          id: findingIdOf(id, versionHash, subjectName(vehicle, watch.project), onset),
          trigger: id,
          version,
          versionHash,
          title,
          vehicle,
          project: watch.project,
          onset,
        },
      circumstances: (witnesses, since, onset) => this.#circumstances(witnesses, since, onset),
      assurance: (witnesses) => this.#assurance(witnesses),
    });
  }

  /** One finding per suspension and vehicle; undefined when it was given already. `speed` in km/h. */
  breach(project: string, suspendedAt: number, time: number, speed: number): FindingChange | undefined {
    const vehicle = this.#subjects.keyOf(this.#subject);
    const id = findingIdOf(BREACH.id, BREACH.versionHash, subjectName(vehicle, project), suspendedAt);
    if (this.#breaches.has(id)) return undefined;
    this.#breaches.add(id);
    const witness: Witness = {
      node: BREACH.text.en,
      signal: "speed",
      time,
      ref: this.#seq,
      value: speed,
      role: "event",
    };
    return {
      kind: "onset",
      finding: {
        id,
        trigger: BREACH.id,
        version: BREACH.version,
        versionHash: BREACH.versionHash,
        title: BREACH.title,
        vehicle,
        project,
        onset: time,
        ...this.#circumstances([witness], time, time),
        level: BREACH.level,
        effect: undefined,
        conditionSince: time,
        onsetObserved: true,
        margin: { value: speed, unit: "km/h" },
        timeMarginMs: undefined,
        witnesses: [witness],
      },
    };
  }

  #circumstances(
    witnesses: readonly Witness[],
    conditionSince: number,
    onset: number,
  ): Pick<NewFinding, "assurance" | "seq" | "detectedAt" | "evidenceFrom" | "evidenceTo"> {
    const earliest = Math.min(conditionSince, onset, ...witnesses.map((witness) => witness.time));
    return {
      assurance: this.#assurance(witnesses),
      seq: this.#seq > 0 ? this.#seq : Math.max(0, ...witnesses.map((witness) => witness.ref)),
      detectedAt: this.#detectedAt,
      evidenceFrom: earliest - EVIDENCE_BEFORE_MS,
      evidenceTo: onset + EVIDENCE_AFTER_MS,
    };
  }

  #assurance(witnesses: readonly Witness[]): number {
    const first = Math.min(
      this.#seq > 0 ? this.#seq : Number.POSITIVE_INFINITY,
      ...witnesses.map((witness) => witness.ref),
    );
    // No witness and no row: nothing vouches for it.
    return Number.isFinite(first) ? this.#subjects.assuranceSince(this.#subject, first) : 0;
  }
}

/** What a firing is about: a vehicle, or a vehicle as part of a project. The two have findings of their own. */
function subjectName(vehicle: bigint, project: string | undefined): string {
  return project === undefined ? vehicleIdOf(vehicle) : `${vehicleIdOf(vehicle)}@${project}`;
}
