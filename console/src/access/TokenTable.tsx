import { Button } from "@mantine/core";
import { TOKEN_AREAS } from "@sandglass/casework";
import { useTranslation } from "react-i18next";
import type { TokenRow } from "../api/access.ts";
import { request } from "../api/client.ts";
import { useLanguage } from "../i18n/use-language.ts";
import { formatWhen } from "../lib/format.ts";
import { label, ROLE_NAMES } from "../lib/vocabulary.ts";
import { Problem } from "../ui/Problem.tsx";
import page from "../ui/page.module.css";
import { useAct } from "./use-act.ts";
import styles from "./access.module.css";

/** A scope in words: its area and whether it changes things there. */
export function useScopeText(): (scope: string) => string {
  const { t } = useTranslation("account");
  const language = useLanguage();
  return (scope) => {
    const [area = "", right = ""] = scope.split(":");
    if (!Object.hasOwn(TOKEN_AREAS, area)) return scope;
    return `${TOKEN_AREAS[area as keyof typeof TOKEN_AREAS][language]} · ${t(right === "write" ? "token.write" : "token.read")}`;
  };
}

interface TokenTableProps {
  readonly rows: readonly TokenRow[];
  readonly canRevoke: boolean;
  /** With role and organisation: for who looks at everybody's. */
  readonly everybodys?: boolean;
}

/** API tokens: what is left of their owner's rights, until when, last used when; each can be revoked. */
export function TokenTable({ rows, canRevoke, everybodys = false }: TokenTableProps) {
  const { t } = useTranslation(["account", "admin"]);
  const language = useLanguage();
  const scopeText = useScopeText();
  const { busy, error, act } = useAct("tokens");
  const rightsOf = ({ scope, scopes }: TokenRow): string =>
    scope === "intake" ? t("account:token.intake") : (scopes?.map(scopeText).join(", ") ?? t("account:token.all"));
  return (
    <>
      <Problem text={error} />
      <div className={page.scroll}>
        <table className={`${page.table} ${styles.wrap}`}>
          <thead>
            <tr>
              <th>{t("account:token.name")}</th>
              {everybodys && (
                <>
                  <th>{t("admin:people.role")}</th>
                  <th>{t("admin:people.organisation")}</th>
                </>
              )}
              <th>{t("account:token.scopes")}</th>
              <th>{t("account:token.expires")}</th>
              <th>{t("account:token.used")}</th>
              <th>
                <span className="sr-only">{t("account:token.revoke")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((token) => (
              <tr key={token.id}>
                <td>{token.name}</td>
                {everybodys && (
                  <>
                    <td>{label(ROLE_NAMES, token.role, language)}</td>
                    <td>{token.organisation ?? "–"}</td>
                  </>
                )}
                <td>{rightsOf(token)}</td>
                <td className="num">{formatWhen(token.expiresAt, t("account:neverUsed"))}</td>
                <td className="num">{formatWhen(token.lastUsedAt, t("account:neverUsed"))}</td>
                <td>
                  {token.revoked
                    ? t("admin:tokens.revoked")
                    : canRevoke && (
                        <Button
                          loading={busy}
                          onClick={() => void act(() => request(`/tokens/${token.id}`, { method: "DELETE" }))}
                        >
                          {t("account:token.revoke")}
                        </Button>
                      )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
