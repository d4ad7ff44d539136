/** Parts of addresses and answers that the routes of cases share. */
import { Type } from "typebox";
import { ErrorAnswer, MAX_COUNT } from "../../../http/mod.ts";
import { STORABLE } from "../list.ts";

export const Id = Type.String({ minLength: 1, maxLength: 40, pattern: STORABLE });
export const Name = Type.String({ minLength: 1, maxLength: 80, pattern: STORABLE });
export const CaseId = Type.Object({ id: Id });
export const CaseActionName = Type.Object({ id: Id, name: Name });
export const KindName = Type.Object({ kind: Name });
export const Reasons = Type.String({ minLength: 1, maxLength: 4000, pattern: STORABLE });
export const Seen = Type.Optional(
  Type.Integer({ minimum: 0, maximum: MAX_COUNT, description: "The version the actor saw." }),
);
export const REFUSALS = { 400: ErrorAnswer, 403: ErrorAnswer, 404: ErrorAnswer, 409: ErrorAnswer };
