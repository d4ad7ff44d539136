/** Turns what a monitor emits about a subject of events into what is written. */
import { subjectIdOf } from "../../access/mod.ts";
import type { CarriedFindings } from "../carry.ts";
import type { FindingChange, FindingIdentity } from "../finding-change.ts";
import { findingIdOf } from "../finding-id.ts";
import type { ReplayBuilder } from "../late-replay.ts";
import { changeOf, type Firing } from "../translate-firing.ts";
import type { EventSubject, EventSubjects } from "./event-subjects.ts";
import type { EventWatch } from "./event-watch.ts";

const EVIDENCE_MS = 300_000;

/** Names who sends events in a finding, unless it is a vehicle. */
export function otherSubjectOf({ kind, key }: Pick<EventSubject, "kind" | "key">): Pick<FindingIdentity, "subject"> {
  return kind === "vehicle" ? {} : { subject: { kind, id: subjectIdOf(kind, key) } };
}

export class EventFindingBuilder implements ReplayBuilder {
  readonly #subjects: EventSubjects;
  readonly #carried: CarriedFindings;
  #subject = 0;
  #seq = 0;
  #detectedAt = 0;

  constructor(subjects: EventSubjects, carried: CarriedFindings) {
    this.#subjects = subjects;
    this.#carried = carried;
  }

  at(subject: number, seq: number | undefined, detectedAt: number): void {
    this.#subject = subject;
    this.#seq = seq ?? 0;
    this.#detectedAt = detectedAt;
  }

  change({ project, triggers }: Pick<EventWatch, "project" | "triggers">, event: Firing): FindingChange | undefined {
    const { kind, key, assurance } = this.#subjects.at(this.#subject);
    const trigger = triggers.get(event.trigger);
    if (trigger?.core.appliesTo !== kind) return undefined;
    const subject = subjectIdOf(kind, key);
    const name = project === undefined ? subject : `${subject}@${project}`;
    return changeOf(trigger, event, {
      project,
      detectedAt: this.#detectedAt,
      identity: ({ id, version, versionHash, title }, onset): FindingIdentity =>
        this.#carried.find({ trigger: id, vehicle: key, project, onset }) ?? {
          id: findingIdOf(id, versionHash, `events:${name}`, onset),
          trigger: id,
          version,
          versionHash,
          title,
          vehicle: key,
          ...otherSubjectOf({ kind, key }),
          project,
          onset,
        },
      circumstances: (_, __, onset) => ({
        assurance,
        seq: this.#seq,
        detectedAt: this.#detectedAt,
        evidenceFrom: onset - EVIDENCE_MS,
        evidenceTo: onset + EVIDENCE_MS,
        feed: "events",
      }),
      assurance: () => assurance,
    });
  }
}
