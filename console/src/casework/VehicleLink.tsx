import { Link } from "@tanstack/react-router";
import { useContext, type ReactNode } from "react";
import { useMay } from "../access/use-may.ts";
import { isSettled, NamesOfCase } from "../ui/names-of-case.ts";

interface VehicleLinkProps {
  readonly id: string;
  /** What the link says; the id where there is nothing better. */
  readonly children?: ReactNode;
}

/** The way to a vehicle, for who may see it in the register: others see of it what the case says, and have no page to go to. */
export function VehicleLink({ id, children = id }: VehicleLinkProps) {
  const ofCase = useContext(NamesOfCase);
  const isHidden = isSettled(ofCase, id) && ofCase?.names[id] === undefined;
  if (!useMay("vehicleRegister", "read") || isHidden) return <span className="mono">{children}</span>;
  return (
    <Link className="link mono" to="/vehicles/$vehicleId" params={{ vehicleId: id }} search={{}}>
      {children}
    </Link>
  );
}
