import { useQuery } from "@tanstack/react-query";
import { isOtherSubject } from "../api/subjects.ts";
import { vehicleQuery } from "../api/queries.ts";

/** Masked VIN of a vehicle or name of a service; the opaque id where the reader may not see it. */
export function VehicleName({ id }: { id: string }) {
  const { data } = useQuery({ ...vehicleQuery(id), staleTime: 300_000 });
  return <span className={isOtherSubject(id) && data?.vin ? undefined : "mono"}>{data?.vin ?? id}</span>;
}
