import { DEFAULT_DIALECT, parameterEdition, type Edition } from "@sandglass/gbt32960";
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { dialectQuery } from "../api/queries.ts";

/** From the edition of a vehicle to the edition whose tables its parameters follow, as the gateway's dialect says. */
export function useParameterEdition(): (edition: Edition) => Edition {
  const dialect = useQuery(dialectQuery).data ?? DEFAULT_DIALECT;
  return useCallback((edition) => parameterEdition(dialect, edition), [dialect]);
}
