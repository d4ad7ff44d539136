import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ownAccountQuery, ownSessionsQuery } from "../../api/access.ts";
import { sessionQuery } from "../../api/queries.ts";
import { Sessions } from "../../access/Sessions.tsx";
import { useLanguage } from "../../i18n/use-language.ts";
import { label, ROLE_NAMES } from "../../lib/vocabulary.ts";
import { Loading, Refused } from "../../ui/Feedback.tsx";
import { PageHead } from "../../ui/PageHead.tsx";
import page from "../../ui/page.module.css";
import { Panel } from "../../ui/Panel.tsx";
import { PasskeyPanel, PasswordPanel, TotpPanel } from "./Factors.tsx";
import { TokensPanel } from "./Tokens.tsx";

const KEYS = ["account", "sessions"];

/** One's own account: how one signs in, where one is signed in, which tokens act for one. */
export function AccountPage() {
  const { t } = useTranslation("account");
  const language = useLanguage();
  const { data: actor } = useQuery(sessionQuery);
  const own = useQuery(ownAccountQuery);
  const sessions = useQuery(ownSessionsQuery);
  if (own.isPending) return <Loading />;
  if (own.isError) return <Refused error={own.error} retry={() => void own.refetch()} />;
  return (
    <div className={page.page}>
      <PageHead
        title={own.data.name}
        facts={[
          { name: t("account"), value: <span className="mono">{own.data.account}</span> },
          { name: t("role"), value: actor ? label(ROLE_NAMES, actor.role, language) : "" },
          { name: t("organisation"), value: actor?.organisationNames?.[language] ?? actor?.organisation ?? "" },
          { name: t("provider"), value: own.data.provider ?? "" },
        ]}
      />
      <div className={page.left}>
        <Panel title={t("session.title")} flush>
          <Sessions rows={sessions.data ?? []} />
        </Panel>
        <TokensPanel account={actor?.id ?? ""} />
        <PasswordPanel own={own.data} keys={KEYS} />
        {!own.data.demo && <TotpPanel own={own.data} keys={KEYS} />}
        {!own.data.demo && <PasskeyPanel own={own.data} keys={KEYS} />}
      </div>
    </div>
  );
}
