/** For tests only: projects as their history amounts to. */
import type { Folded } from "../lifecycle/definition.ts";
import type { SandboxProjectData } from "./data.ts";
import type { SandboxFlag, SandboxState } from "./states.ts";

export type FoldedProject = Folded<SandboxState, SandboxFlag, SandboxProjectData>;

/** A project with these data that has come to this state at `since`, UTC ms, and has nothing else. */
export function projectIn(state: SandboxState, data: SandboxProjectData, since = 0): FoldedProject {
  return {
    state,
    since,
    openedAt: since,
    flags: [],
    data,
    version: 1,
    obligations: [],
    documents: [],
    proposals: [],
  };
}
