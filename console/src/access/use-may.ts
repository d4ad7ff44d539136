import { can, isRoleCode, type ObjectCode, type Right } from "@sandglass/casework";
import { useQuery } from "@tanstack/react-query";
import { sessionQuery } from "../api/queries.ts";

/** Whether the signed-in person has a right at all: hides what the server would refuse. */
export function useMay(object: ObjectCode, right: Right): boolean {
  const { data: actor } = useQuery(sessionQuery);
  return actor != null && isRoleCode(actor.role) && can(actor.role, object, right);
}
