import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useMay } from "../access/use-may.ts";

interface VehicleLinkProps {
  readonly id: string;
  /** What the link says; the id where there is nothing better. */
  readonly children?: ReactNode;
}

/** The way to a vehicle, for who may read the register: others see of it what the case says, and have no page to go to. */
export function VehicleLink({ id, children = id }: VehicleLinkProps) {
  if (!useMay("vehicleRegister", "read")) return <span className="mono">{children}</span>;
  return (
    <Link className="link mono" to="/vehicles/$vehicleId" params={{ vehicleId: id }} search={{}}>
      {children}
    </Link>
  );
}
