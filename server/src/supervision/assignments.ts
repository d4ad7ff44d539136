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

/** A set that a publication put in force for every vehicle that it applies to. */
export interface PublishedAssignment {
  readonly set: TriggerSet;
  /** Receive time since which it applies, UTC ms. */
  readonly since: number;
}

export interface SupervisionAssignments {
  /** Watch every vehicle that sends, registered or not. */
  readonly everywhere: readonly TriggerSet[];
  published(): readonly PublishedAssignment[];
  projects(): readonly ProjectAssignment[];
  /** Any value that differs after a change of `projects()` or `published()`; looked at before each block. */
  version(): number;
}

/** Assignments that can be changed while supervision runs. */
export class AssignmentTable implements SupervisionAssignments {
  #everywhere: readonly TriggerSet[];
  #projects: readonly ProjectAssignment[] = [];
  #published: readonly PublishedAssignment[] = [];
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

  published(): readonly PublishedAssignment[] {
    return this.#published;
  }

  version(): number {
    return this.#version;
  }

  publish(published: readonly PublishedAssignment[]): void {
    this.#published = published;
    this.#version++;
  }

  set(projects: readonly ProjectAssignment[]): void {
    this.#projects = projects;
    this.#version++;
  }
}
