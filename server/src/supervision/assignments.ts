/** Which trigger sets watch which vehicles. Roles build the provider from packs and sandbox projects. */
import type { TriggerSet } from "@sandglass/triggers";

export interface ProjectAssignment {
  /** Id of the sandbox project. */
  readonly project: string;
  /** Its trigger set; undefined when the project has none (only breaches are watched then). */
  readonly set: TriggerSet | undefined;
  /** Keys of its vehicles. */
  readonly vehicles: ReadonlySet<bigint>;
  /** Receive time since which the set applies, UTC ms: older frames are not stepped, also not in a replay. */
  readonly since: number;
  /** Set while the project is SUSPENDED: event time since which moving is a breach, UTC ms. */
  readonly suspendedAt?: number;
}

export interface SupervisionAssignments {
  /** Watch every vehicle that sends, registered or not. */
  readonly everywhere: readonly TriggerSet[];
  projects(): readonly ProjectAssignment[];
  /** Any value that differs after a change of `projects()`; looked at before each block. */
  version(): number;
}

/** Assignments that can be changed while supervision runs. */
export class AssignmentTable implements SupervisionAssignments {
  #everywhere: readonly TriggerSet[];
  #projects: readonly ProjectAssignment[] = [];
  #version = 0;

  constructor(everywhere: readonly TriggerSet[], projects: readonly ProjectAssignment[] = []) {
    this.#everywhere = everywhere;
    this.#projects = projects;
  }

  get everywhere(): readonly TriggerSet[] {
    return this.#everywhere;
  }

  setEverywhere(sets: readonly TriggerSet[]): void {
    this.#everywhere = sets;
    this.#version++;
  }

  projects(): readonly ProjectAssignment[] {
    return this.#projects;
  }

  version(): number {
    return this.#version;
  }

  set(projects: readonly ProjectAssignment[]): void {
    this.#projects = projects;
    this.#version++;
  }
}
