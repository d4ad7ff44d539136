import { Button, Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { accountsQuery, organisationsQuery, sessionsOfQuery, type Account } from "../../api/access.ts";
import { request } from "../../api/client.ts";
import { ExportMenu } from "../../ui/ExportMenu.tsx";
import { Problem } from "../../ui/Problem.tsx";
import styles from "../../access/access.module.css";
import { Sessions } from "../../access/Sessions.tsx";
import { useAct } from "../../access/use-act.ts";
import { useMay } from "../../access/use-may.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { regionName } from "../../lib/regions.ts";
import { label, ROLE_NAMES } from "../../lib/vocabulary.ts";
import { Loading, Refused } from "../../ui/Feedback.tsx";
import page from "../../ui/page.module.css";
import { Tag } from "../../ui/Tag.tsx";
import { useNow } from "../../ui/use-now.ts";
import { AccountForm } from "./AccountForm.tsx";
import { PasswordReset } from "./PasswordReset.tsx";

type Dialog = { readonly kind: "new" } | { readonly kind: "edit" | "password" | "sessions"; readonly account: Account };

export function PeopleTab() {
  const { t } = useTranslation(["admin", "common"]);
  const language = useLanguage();
  const accounts = useQuery(accountsQuery);
  const { data: organisations = [] } = useQuery(organisationsQuery);
  const mayWrite = useMay("identity", "write");
  const { busy, error, act } = useAct("accounts", "sessions");
  const now = useNow(10_000);
  const [dialog, setDialog] = useState<Dialog>();
  const close = () => setDialog(undefined);
  if (accounts.isPending) return <Loading />;
  if (accounts.isError) return <Refused error={accounts.error} />;
  const nameOf = new Map(organisations.map(({ id, names }) => [id, names[language]]));

  return (
    <>
      <div className={styles.row}>
        {mayWrite && (
          <Button variant="filled" onClick={() => setDialog({ kind: "new" })}>
            {t("admin:people.add")}
          </Button>
        )}
        <ExportMenu list="/accounts" filter={{}} />
      </div>
      <Problem text={error} />
      <div className={page.scroll}>
        <table className={page.table}>
          <thead>
            <tr>
              {(["account", "name", "role", "organisation", "region", "state"] as const).map((column) => (
                <th key={column}>{t(`admin:people.${column}`)}</th>
              ))}
              <th>
                <span className="sr-only">{t("admin:people.actions")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {accounts.data.map((account) => (
              <tr key={account.id}>
                <td className="mono">{account.account}</td>
                <td>{account.name}</td>
                <td>{label(ROLE_NAMES, account.role, language)}</td>
                <td>{nameOf.get(account.organisation) ?? account.organisation}</td>
                <td>{account.region === null ? "–" : regionName(account.region, language)}</td>
                <td>
                  {account.disabled && <Tag>{t("admin:disabled")}</Tag>} {account.demo && <Tag>{t("admin:demo")}</Tag>}{" "}
                  {account.sso !== null && <Tag>{account.sso.provider}</Tag>}{" "}
                  {account.lockedUntil !== null && Date.parse(account.lockedUntil) > now && (
                    <Tag>{t("admin:locked")}</Tag>
                  )}
                </td>
                <td>
                  <div className={styles.row}>
                    <Button onClick={() => setDialog({ kind: "sessions", account })}>
                      {t("admin:people.sessions")}
                    </Button>
                    {mayWrite && (
                      <>
                        <Button onClick={() => setDialog({ kind: "edit", account })}>{t("admin:people.edit")}</Button>
                        {!account.demo && (
                          <Button onClick={() => setDialog({ kind: "password", account })}>
                            {t("admin:people.password")}
                          </Button>
                        )}
                        <Button
                          loading={busy}
                          onClick={() =>
                            void act(() =>
                              request(`/accounts/${account.id}`, {
                                method: "PATCH",
                                body: { disabled: !account.disabled },
                              }),
                            )
                          }
                        >
                          {t(account.disabled ? "admin:enable" : "admin:disable")}
                        </Button>
                      </>
                    )}
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Modal
        opened={dialog !== undefined}
        onClose={close}
        size={dialog?.kind === "sessions" ? "xl" : "md"}
        title={dialog === undefined || dialog.kind === "new" ? t("admin:people.add") : dialog.account.account}
        closeButtonProps={{ "aria-label": t("common:close") }}
      >
        {dialog?.kind === "new" && <AccountForm organisations={organisations} done={close} />}
        {dialog?.kind === "edit" && <AccountForm organisations={organisations} account={dialog.account} done={close} />}
        {dialog?.kind === "password" && <PasswordReset account={dialog.account} done={close} />}
        {dialog?.kind === "sessions" && <SessionsOf account={dialog.account.id} canEnd={mayWrite} />}
      </Modal>
    </>
  );
}

function SessionsOf({ account, canEnd }: { account: string; canEnd: boolean }) {
  const { t } = useTranslation("admin");
  const { data = [], isPending } = useQuery(sessionsOfQuery(account));
  if (isPending) return <Loading />;
  return data.length === 0 ? (
    <p className="quiet">{t("people.noSessions")}</p>
  ) : (
    <Sessions rows={data} canEnd={canEnd} />
  );
}
