/** Who had the condition when it began: the number, and behind it who they are, each leading to its page. */
import { Popover, UnstyledButton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { MemberKind } from "../../api/rules.ts";
import { VehicleName } from "../../ui/VehicleName.tsx";
import styles from "./draft.module.css";

interface AmongMembersProps {
  readonly kind: MemberKind;
  readonly members: readonly string[];
  readonly count: number;
}

export function AmongMembers({ kind, members, count }: AmongMembersProps) {
  const { t } = useTranslation("draft");
  const words = t(`report.members.${kind}`, { count });
  if (members.length === 0) return words;
  return (
    <Popover position="bottom-end" withinPortal trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className="link">{words}</UnstyledButton>
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
