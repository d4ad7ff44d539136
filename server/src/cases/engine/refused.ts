/** Refusals of actions, with what is possible instead. */
import type { ImpossibleAction, OpenAction, Refusal, Text } from "@sandglass/casework";
import { ERRORS, SandglassError, type ErrorParameters } from "../../errors/mod.ts";

/**
 * `possible` lists the actions that the actor may take instead; an actor who may take none learns which lead on, and for which
 * roles (`isYours` false). `impossible` says of every other action why not. The api puts both into the answer.
 */
export class ActionRefusedError extends SandglassError {
  readonly possible: readonly OpenAction[];
  readonly refusal: Refusal;

  constructor(action: string, refusal: Refusal, open: readonly OpenAction[], impossible: readonly ImpossibleAction[]) {
    const own = open.filter((each) => each.isYours);
    const possible = own.length > 0 ? own : open;
    const definition = {
      SG_ACTION_NOT_POSSIBLE: ERRORS.ACTION_NOT_POSSIBLE,
      SG_ROLE_NOT_ALLOWED: ERRORS.ROLE_NOT_ALLOWED,
      SG_FOUR_EYES: ERRORS.FOUR_EYES,
    }[refusal.code];
    const reason: Text = refusal.reason;
    const parameters = {
      action,
      reason: reason.en,
      reasonZh: reason.zh,
      ...(refusal.kind === "guard" ? { guard: refusal.guard } : {}),
      possible,
      ...(impossible.length === 0 ? {} : { impossible }),
    };
    // The parameters of an answer may hold the list as objects; only texts are ever put into the message.
    super(definition, parameters as unknown as ErrorParameters);
    this.name = "ActionRefusedError";
    this.possible = possible;
    this.refusal = refusal;
  }
}

/** Another transaction changed the case between reading and writing: the unit runs again. */
export class CaseConflict extends Error {
  constructor(id: string) {
    super(`the case ${id} was changed meanwhile`);
    this.name = "CaseConflict";
  }
}
