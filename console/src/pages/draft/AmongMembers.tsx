/** Who had the condition when it began: the number, and behind it the vehicles, each leading to its page. */
import { Popover, UnstyledButton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { VehicleName } from "../../ui/VehicleName.tsx";
import styles from "./draft.module.css";

export function AmongMembers({ members, count }: { members: readonly string[]; count: number }) {
  const { t } = useTranslation("draft");
  if (members.length === 0) return t("report.members", { count });
  return (
    <Popover position="bottom-end" withinPortal trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className="link">{t("report.members", { count })}</UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <ul className={styles.members}>
          {members.map((id) => (
            <li key={id}>
              <Link className="link" to="/vehicles/$vehicleId" params={{ vehicleId: id }}>
                <VehicleName id={id} />
              </Link>
            </li>
          ))}
        </ul>
        {members.length < count && (
          <p className="quiet">{t("report.membersMore", { count: count - members.length })}</p>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
