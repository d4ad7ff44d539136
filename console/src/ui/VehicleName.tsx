import { useQuery } from "@tanstack/react-query";
import { useMay } from "../access/use-may.ts";
import { vehicleQuery } from "../api/queries.ts";
import { isOtherSubject } from "../api/subjects.ts";

/** Masked VIN of a vehicle or name of a service; the opaque id where the reader may not see it, which is not asked for then. */
export function VehicleName({ id }: { id: string }) {
  const isService = isOtherSubject(id);
  const isReadable = useMay(isService ? "subjectRegister" : "vehicleRegister", "read");
  const { data } = useQuery({ ...vehicleQuery(id), staleTime: 300_000, enabled: isReadable });
  return <span className={isService && data?.vin ? undefined : "mono"}>{data?.vin ?? id}</span>;
}
