import { useQuery } from "@tanstack/react-query";
import { useContext } from "react";
import { useMay } from "../access/use-may.ts";
import { vehicleQuery } from "../api/queries.ts";
import { isOtherSubject } from "../api/subjects.ts";
import { isSettled, NamesOfCase } from "./names-of-case.ts";

/**
 * Masked VIN of a vehicle or name of a service; the opaque id where the reader may not see it, which is not asked for then: by the
 * role of the reader, and on the page of a case by what the case says.
 */
export function VehicleName({ id }: { id: string }) {
  const isService = isOtherSubject(id);
  const isReadable = useMay(isService ? "subjectRegister" : "vehicleRegister", "read");
  const ofCase = useContext(NamesOfCase);
  const isAsked = isReadable && !isSettled(ofCase, id);
  const { data } = useQuery({ ...vehicleQuery(id), staleTime: 300_000, enabled: isAsked });
  const name = ofCase?.names[id]?.en ?? data?.vin;
  return <span className={isService && name ? undefined : "mono"}>{name ?? id}</span>;
}
