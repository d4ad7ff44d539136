import { useTranslation } from "react-i18next";
import type { FiringSubject } from "../../api/rules.ts";
import { VehicleName } from "../../ui/VehicleName.tsx";

/** Whom a firing is about: a vehicle, a service, a group, everybody, or a place called by the vehicle in its middle. */
export function SubjectName({ subject: { kind, id, of = "vehicle" } }: { subject: FiringSubject }) {
  const { t } = useTranslation("draft");
  switch (kind) {
    case "fleet":
      return t(`report.fleet.${of}`);
    case "group":
      return t("report.subject.group", { name: id });
    case "cluster":
      return (
        <>
          {t("report.subject.cluster")} <VehicleName id={id} />
        </>
      );
    default:
      return <VehicleName id={id} />;
  }
}

/** Whether the subject has a page of its own, with its data at a time. */
export function hasPage({ kind }: FiringSubject): boolean {
  return kind !== "fleet" && kind !== "group";
}
