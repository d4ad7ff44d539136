import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ApiError, request } from "../../api/client.ts";
import type { LeafProof as Proof } from "../../api/shapes/ledger.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatNumber } from "../../lib/format.ts";
import { Loading, Refused } from "../../ui/Feedback.tsx";
import { Facts, SideGroup } from "../../ui/Panel.tsx";
import { checkInclusion } from "./check-inclusion.ts";
import styles from "./ledger.module.css";

/** The inclusion proof of one leaf, checked in this browser. */
export function LeafProof({ id }: { id: string }) {
  const { t } = useTranslation("ledger");
  const language = useLanguage();
  const proof = useQuery({
    queryKey: ["ledger", "proof", id],
    queryFn: ({ signal }) => request<Proof>(`/ledger/leaves/${id}/proof`, { signal }),
    refetchInterval: (query) =>
      query.state.error instanceof ApiError && query.state.error.status === 409 ? 2000 : false,
  });
  const checked = proof.data ? checkInclusion(proof.data) : undefined;
  return (
    <SideGroup title={t("proof")}>
      {proof.error ? (
        proof.error instanceof ApiError && proof.error.status === 409 ? (
          <p className={styles.note}>{t("pending")}</p>
        ) : (
          <Refused error={proof.error} />
        )
      ) : !proof.data ? (
        <Loading />
      ) : (
        <>
          <p className={styles.checked} data-ok={checked || undefined}>
            {checked === true ? t("proofOk") : checked === false ? t("proofBad") : t("proofUnread")}
          </p>
          <Facts
            facts={[
              {
                name: t("index"),
                value:
                  proof.data.index === undefined || proof.data.index === null
                    ? undefined
                    : formatNumber(proof.data.index, language),
              },
              {
                name: t("size"),
                value: proof.data.size === undefined ? undefined : formatNumber(proof.data.size, language),
              },
              { name: t("pathLength"), value: (proof.data.path ?? proof.data.hashes ?? []).length },
            ]}
          />
          <ol className={styles.path}>
            {(proof.data.path ?? proof.data.hashes ?? []).map((hash) => (
              <li key={hash} className="mono">
                {hash}
              </li>
            ))}
          </ol>
        </>
      )}
    </SideGroup>
  );
}
