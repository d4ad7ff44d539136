import { VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { IconBellRinging } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { unreadQuery } from "../../api/notifications.ts";
import styles from "./bell.module.css";

/** How many notices are unread; leads to the inbox. */
export function Bell() {
  const { t } = useTranslation("inbox");
  const { data: unread = 0 } = useQuery(unreadQuery);
  const shown = unread > 99 ? "99+" : String(unread);
  const text = t("bell", { unread: shown });
  return (
    <Link to="/inbox" search={{}} className={styles.bell} title={text}>
      <IconBellRinging size={17} stroke={1.5} aria-hidden />
      <VisuallyHidden>{text}</VisuallyHidden>
      {unread > 0 && (
        <b className={styles.count} aria-hidden>
          {shown}
        </b>
      )}
    </Link>
  );
}
