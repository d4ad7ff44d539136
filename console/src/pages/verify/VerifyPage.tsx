import { Button, FileButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../../api/client.ts";
import { DOCUMENT_LANGUAGES, verificationQuery, type VerifiedDocument } from "../../api/documents.ts";
import { Logo } from "../../brand/Logo.tsx";
import { applyLanguage } from "../../i18n/index.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatInstant, parseTime } from "../../lib/format.ts";
import { inLanguage } from "../../lib/vocabulary.ts";
import { Loading, Refused } from "../../ui/Feedback.tsx";
import { Facts } from "../../ui/Panel.tsx";
import styles from "./verify.module.css";

const route = getRouteApi("/verify/$documentId");

/** Whether a document is genuine: for anybody who holds it, without an account. The file never leaves the browser. */
export function VerifyPage() {
  const { t } = useTranslation("document");
  const language = useLanguage();
  const { documentId } = route.useParams();
  const query = useQuery(verificationQuery(documentId));
  // An address that was typed wrongly says the same as one of a document that was never issued.
  const isUnknown = query.error instanceof ApiError && [400, 404].includes(query.error.status);
  return (
    <main className={styles.page}>
      <article className={styles.card}>
        <header className={styles.brand}>
          <Logo size={36} />
          <div>
            <h1>{t("verifyTitle")}</h1>
            <p className="faint">沙漏 Sandglass</p>
          </div>
          <button type="button" className="link" onClick={() => applyLanguage(language === "zh" ? "en" : "zh")}>
            {language === "zh" ? "English" : "中文"}
          </button>
        </header>
        {query.isPending && <Loading />}
        {isUnknown && (
          <p className={styles.verdict} data-verdict="bad" role="status">
            {t("unknown", { id: documentId })}
          </p>
        )}
        {query.error && !isUnknown && <Refused error={query.error} retry={() => void query.refetch()} />}
        {query.data && <Genuine document={query.data} />}
      </article>
    </main>
  );
}

function Genuine({ document }: { document: VerifiedDocument }) {
  const { t } = useTranslation(["document", "common"]);
  const language = useLanguage();
  const issued = parseTime(document.issuedAt);
  const { proof } = document;
  return (
    <>
      <p className={styles.verdict} data-verdict="good">
        {t("document:known")}
      </p>
      <Facts
        facts={[
          { name: t("document:kind"), value: inLanguage(document.title, language) },
          { name: t("document:number"), value: <span className="mono">{document.number}</span> },
          { name: t("document:issuer"), value: inLanguage(document.issuer, language) },
          {
            name: t("document:issuedAt"),
            value:
              issued === undefined ? undefined : (
                <span className="num">
                  {formatInstant(issued)} {t("common:zone")}
                </span>
              ),
          },
          {
            name: t("document:ledger"),
            value: proof ? t("document:sequenced", { index: proof.index, size: proof.size }) : t("document:pending"),
          },
          { name: t("document:contentHash"), value: <code className={styles.hash}>{document.contentHash}</code> },
        ]}
      />
      <FileCheck document={document} />
    </>
  );
}

function FileCheck({ document }: { document: VerifiedDocument }) {
  const { t } = useTranslation("document");
  const [checked, setChecked] = useState<{ readonly name: string; readonly hash: string }>();
  const check = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    setChecked({ name: file.name, hash: [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("") });
  };
  const match = DOCUMENT_LANGUAGES.find((each) => document.files[each].sha256 === checked?.hash);
  return (
    <section className={styles.check}>
      <div>
        <FileButton
          accept="application/pdf"
          disabled={globalThis.crypto?.subtle === undefined}
          onChange={(file) => void check(file ?? undefined)}
        >
          {(button) => (
            <Button {...button} variant="default" size="xs">
              {t("checkFile")}
            </Button>
          )}
        </FileButton>
      </div>
      <p className="faint">{t("checkNote")}</p>
      {checked && (
        <p className={styles.verdict} data-verdict={match ? "good" : "bad"} role="status">
          {match ? t("same", { name: checked.name, language: t(`file.${match}`) }) : t("other", { name: checked.name })}
        </p>
      )}
      <Facts
        facts={DOCUMENT_LANGUAGES.map((each) => ({
          name: t(`file.${each}`),
          value: <code className={styles.hash}>{document.files[each].sha256}</code>,
        }))}
      />
    </section>
  );
}
