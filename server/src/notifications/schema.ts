/** What the routes of notifications share. */
import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { actorOf } from "../http/mod.ts";
import { isPerson, type Actor } from "../records/mod.ts";
import { NOTICE_KINDS, type NoticeKind } from "./kinds.ts";

export const codes = <Code extends string>(values: readonly Code[]) =>
  Type.Unsafe<Code>({ type: "string", enum: [...values] });
export const Kinds = Type.Array(codes<NoticeKind>(NOTICE_KINDS), { uniqueItems: true, maxItems: NOTICE_KINDS.length });

/** @throws SG_NOTIFICATION_PERSON for a token that belongs to nobody */
export function personOf(request: FastifyRequest): Actor {
  const actor = actorOf(request);
  if (!isPerson(actor)) throw new SandglassError(ERRORS.NOTIFICATION_PERSON);
  return actor;
}
