import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { SessionRow } from "../api/access.ts";
import { request } from "../api/client.ts";
import { formatWhen } from "../lib/format.ts";
import page from "../ui/page.module.css";
import { Problem } from "../ui/Problem.tsx";
import { Tag } from "../ui/Tag.tsx";
import { useAct } from "./use-act.ts";

const METHODS = ["password", "passkey", "totp", "recovery"] as const;

/** `password+totp` in its parts; anything else came from a provider (`sso:gov`). */
function methodsOf(method: string): readonly ((typeof METHODS)[number] | "sso")[] {
  const parts = method.split("+");
  const known = METHODS.filter((each) => parts.includes(each));
  return known.length > 0 ? known : ["sso"];
}

/** Where somebody is signed in, and how; each can be ended. */
export function Sessions({ rows, canEnd = true }: { rows: readonly SessionRow[]; canEnd?: boolean }) {
  const { t } = useTranslation("account");
  const { busy, error, act } = useAct("sessions");
  return (
    <div className={page.scroll}>
      <table className={page.table}>
        <thead>
          <tr>
            <th>{t("session.opened")}</th>
            <th>{t("session.seen")}</th>
            <th>{t("session.method")}</th>
            <th>{t("session.address")}</th>
            <th>{t("session.browser")}</th>
            <th>
              <span className="sr-only">{t("session.end")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td>{formatWhen(row.openedAt)}</td>
              <td>{formatWhen(row.lastSeenAt)}</td>
              <td>
                {methodsOf(row.method)
                  .map((each) => t(`session.methods.${each}`))
                  .join(" + ")}
              </td>
              <td className="mono">{row.address ?? "–"}</td>
              <td title={row.userAgent ?? ""}>{(row.userAgent ?? "–").slice(0, 48)}</td>
              <td>
                {row.current ? (
                  <Tag>{t("session.this")}</Tag>
                ) : (
                  canEnd && (
                    <Button
                      loading={busy}
                      onClick={() => void act(() => request(`/account/sessions/${row.id}`, { method: "DELETE" }))}
                    >
                      {t("session.end")}
                    </Button>
                  )
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Problem text={error} />
    </div>
  );
}
