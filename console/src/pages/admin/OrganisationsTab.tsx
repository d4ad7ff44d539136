import { Button, Modal, Select, TextInput } from "@mantine/core";
import { isOrganisationKind, ORGANISATION_KINDS } from "@sandglass/casework";
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { organisationsQuery, type Organisation } from "../../api/access.ts";
import { request } from "../../api/client.ts";
import { ExportMenu } from "../../ui/ExportMenu.tsx";
import { Problem } from "../../ui/Problem.tsx";
import styles from "../../access/access.module.css";
import { useAct } from "../../access/use-act.ts";
import { useMay } from "../../access/use-may.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { regionName } from "../../lib/regions.ts";
import { Loading } from "../../ui/Feedback.tsx";
import page from "../../ui/page.module.css";
import { Tag } from "../../ui/Tag.tsx";

export function OrganisationsTab() {
  const { t } = useTranslation(["admin", "common"]);
  const language = useLanguage();
  const { data, isPending } = useQuery(organisationsQuery);
  const mayWrite = useMay("identity", "write");
  const { busy, error, act } = useAct("organisations");
  const [edited, setEdited] = useState<Organisation | "new">();
  const close = () => setEdited(undefined);
  if (isPending) return <Loading />;
  return (
    <>
      <div className={styles.row}>
        {mayWrite && (
          <Button variant="filled" onClick={() => setEdited("new")}>
            {t("admin:organisations.add")}
          </Button>
        )}
        <ExportMenu list="/organisations" filter={{}} />
      </div>
      <Problem text={error} />
      <div className={page.scroll}>
        <table className={`${page.table} ${styles.wrap}`}>
          <thead>
            <tr>
              {(["id", "name", "kind", "seat", "places", "state"] as const).map((column) => (
                <th key={column}>{t(`admin:organisations.${column}`)}</th>
              ))}
              <th>
                <span className="sr-only">{t("admin:people.actions")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {(data ?? []).map((organisation) => (
              <tr key={organisation.id}>
                <td className="mono">{organisation.id}</td>
                <td>{organisation.names[language]}</td>
                <td>
                  {isOrganisationKind(organisation.kind) ? t(`admin:kinds.${organisation.kind}`) : organisation.kind}
                </td>
                <td>{organisation.region === null ? "–" : regionName(organisation.region, language)}</td>
                <td>{organisation.regions.map((region) => regionName(region, language)).join(", ") || "–"}</td>
                <td>{organisation.disabled && <Tag>{t("admin:disabled")}</Tag>}</td>
                <td>
                  {mayWrite && (
                    <div className={styles.row}>
                      <Button onClick={() => setEdited(organisation)}>{t("admin:people.edit")}</Button>
                      <Button
                        loading={busy}
                        onClick={() =>
                          void act(() =>
                            request(`/organisations/${encodeURIComponent(organisation.id)}`, {
                              method: "PATCH",
                              body: { disabled: !organisation.disabled },
                            }),
                          )
                        }
                      >
                        {t(organisation.disabled ? "admin:enable" : "admin:disable")}
                      </Button>
                    </div>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Modal
        opened={edited !== undefined}
        onClose={close}
        title={edited === undefined || edited === "new" ? t("admin:organisations.add") : edited.id}
        closeButtonProps={{ "aria-label": t("common:close") }}
      >
        {edited !== undefined && (
          <OrganisationForm {...(edited === "new" ? {} : { organisation: edited })} done={close} />
        )}
      </Modal>
    </>
  );
}

function OrganisationForm({ organisation, done }: { organisation?: Organisation; done(): void }) {
  const { t } = useTranslation("admin");
  const { busy, error, act } = useAct("organisations");
  const [id, setId] = useState(organisation?.id ?? "");
  const [zh, setZh] = useState(organisation?.names.zh ?? "");
  const [en, setEn] = useState(organisation?.names.en ?? "");
  const [kind, setKind] = useState<string | null>(organisation?.kind ?? null);
  const [region, setRegion] = useState(organisation?.region ?? "");
  const [regions, setRegions] = useState((organisation?.regions ?? []).join(" "));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const known = { kind, names: { en, zh }, regions: regions.split(/[\s,，、]+/).filter((code) => code !== "") };
    const work = () =>
      organisation === undefined
        ? request("/organisations", { method: "POST", body: { id, ...known, ...(region === "" ? {} : { region }) } })
        : request(`/organisations/${encodeURIComponent(organisation.id)}`, {
            method: "PATCH",
            body: { ...known, region: region === "" ? null : region },
          });
    void act(work).then((ok) => ok && done());
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      {organisation === undefined && (
        <TextInput
          label={t("organisations.id")}
          value={id}
          onChange={(event) => setId(event.currentTarget.value)}
          required
          pattern="[a-z0-9][a-z0-9\-]{0,38}"
        />
      )}
      <TextInput
        label={t("organisations.nameZh")}
        value={zh}
        onChange={(event) => setZh(event.currentTarget.value)}
        required
      />
      <TextInput
        label={t("organisations.nameEn")}
        value={en}
        onChange={(event) => setEn(event.currentTarget.value)}
        required
      />
      <Select
        label={t("organisations.kind")}
        data={ORGANISATION_KINDS.map((value) => ({ value, label: t(`kinds.${value}`) }))}
        value={kind}
        onChange={setKind}
        required
      />
      <TextInput
        label={t("organisations.seat")}
        description={t("organisations.seatHint")}
        value={region}
        onChange={(event) => setRegion(event.currentTarget.value)}
        pattern="[0-9]{6}"
        inputMode="numeric"
      />
      <TextInput
        label={t("organisations.places")}
        description={t("organisations.placesHint")}
        value={regions}
        onChange={(event) => setRegions(event.currentTarget.value)}
      />
      <Problem text={error} />
      <Button type="submit" variant="filled" loading={busy}>
        {t("save")}
      </Button>
    </form>
  );
}
