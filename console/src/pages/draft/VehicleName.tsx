import { useQuery } from "@tanstack/react-query";
import { vehicleQuery } from "../../api/queries.ts";

/** Masked VIN of an opaque id; the id where the reader may not see the vehicle. */
export function VehicleName({ id }: { id: string }) {
  const { data } = useQuery({ ...vehicleQuery(id), staleTime: 300_000 });
  return <span className="mono">{data?.vin ?? id}</span>;
}
