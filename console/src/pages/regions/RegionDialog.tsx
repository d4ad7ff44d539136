import { Button, FileButton, Group, Modal, SegmentedControl, Select, Textarea, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../../api/client.ts";
import type { RegionBody, RegionDetail } from "../../api/regions.ts";
import casework from "../../casework/casework.module.css";
import { useErrorText } from "../../i18n/use-error-text.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { inLanguage } from "../../lib/vocabulary.ts";
import { RegionPreview } from "./RegionPreview.tsx";
import styles from "./regions.module.css";

const SYSTEMS = ["WGS-84", "GCJ-02"] as const;

/** Undefined for what is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Registers a region, or gives one another shape. */
export function RegionDialog({
  region,
  close,
  onSaved,
}: {
  region?: RegionDetail | undefined;
  close(): void;
  onSaved(id: string): void;
}) {
  const { t } = useTranslation(["region", "common"]);
  const language = useLanguage();
  const client = useQueryClient();
  const [kind, setKind] = useState<"area" | "road">(region?.kind ?? "area");
  const [zh, setZh] = useState(region?.names.zh ?? "");
  const [en, setEn] = useState(region?.names.en ?? "");
  const [areaCode, setAreaCode] = useState(region?.areaCode ?? "");
  const [system, setSystem] = useState<(typeof SYSTEMS)[number]>("WGS-84");
  const [breadth, setBreadth] = useState(String(region?.breadthM ?? 30));
  const [source, setSource] = useState("");
  const [text, setText] = useState(() => (region === undefined ? "" : JSON.stringify(region.geometry)));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const errorText = useErrorText(error);
  const geometry = parse(text);
  const isReady = zh.trim() !== "" && en.trim() !== "" && geometry !== undefined;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!isReady) return;
    setBusy(true);
    setError(undefined);
    const body: RegionBody = {
      names: { en: en.trim(), zh: zh.trim() },
      geometry,
      coordinateSystem: system,
      ...(kind === "road" && Number(breadth) > 0 ? { breadthM: Number(breadth) } : {}),
      ...(areaCode.trim() === "" ? {} : { areaCode: areaCode.trim() }),
      ...(source.trim() === "" ? {} : { source: source.trim() }),
    };
    try {
      const saved =
        region === undefined
          ? await request<RegionDetail>("/regions", { method: "POST", body: { kind, ...body } })
          : await request<RegionDetail>(`/regions/${region.id}`, {
              method: "PUT",
              body: { version: region.currentVersion, ...body },
            });
      void client.invalidateQueries({ queryKey: ["regions"] });
      onSaved(saved.id);
    } catch (cause) {
      setError(cause);
      setBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={close}
      title={
        region === undefined
          ? t("region:newTitle")
          : t("region:changeTitle", { name: inLanguage(region.names, language) })
      }
      size="lg"
      closeButtonProps={{ "aria-label": t("common:close") }}
    >
      <form onSubmit={(event) => void submit(event)} noValidate>
        <div className={casework.form}>
          {region === undefined ? (
            <SegmentedControl
              aria-label={t("region:kind")}
              value={kind}
              onChange={(value) => setKind(value === "road" ? "road" : "area")}
              data={(["area", "road"] as const).map((value) => ({ value, label: t(`region:kinds.${value}`) }))}
            />
          ) : (
            <ul className={casework.consequences}>
              <li>{t("region:changeHint")}</li>
            </ul>
          )}
          <div className={styles.pair}>
            <TextInput
              label={t("region:nameZh")}
              withAsterisk
              maxLength={200}
              value={zh}
              onChange={(event) => setZh(event.currentTarget.value)}
            />
            <TextInput
              label={t("region:nameEn")}
              withAsterisk
              maxLength={200}
              value={en}
              onChange={(event) => setEn(event.currentTarget.value)}
            />
            <Select
              label={t("region:system")}
              allowDeselect={false}
              data={[...SYSTEMS]}
              value={system}
              onChange={(value) => setSystem(value === "GCJ-02" ? "GCJ-02" : "WGS-84")}
            />
            {kind === "area" ? (
              <TextInput
                label={t("region:areaCode")}
                description={t("region:areaCodeHint")}
                maxLength={6}
                value={areaCode}
                onChange={(event) => setAreaCode(event.currentTarget.value)}
              />
            ) : (
              <TextInput
                label={t("region:breadth")}
                inputMode="numeric"
                value={breadth}
                onChange={(event) => setBreadth(event.currentTarget.value)}
              />
            )}
          </div>
          <TextInput
            label={t("region:source")}
            maxLength={500}
            value={source}
            onChange={(event) => setSource(event.currentTarget.value)}
          />
          <Textarea
            className={styles.geometry}
            label={t("region:geometry")}
            description={t("region:geometryHint")}
            withAsterisk
            rows={6}
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            error={text.trim() !== "" && geometry === undefined ? t("region:notJson") : undefined}
          />
          <FileButton
            accept=".json,.geojson,application/geo+json,application/json"
            onChange={(file) => void file?.text().then(setText)}
          >
            {(button) => (
              <Button {...button} size="compact-sm">
                {t("region:file")}
              </Button>
            )}
          </FileButton>
          {geometry !== undefined && (
            <RegionPreview geometry={geometry} label={t("region:preview", { name: zh || en })} />
          )}
        </div>
        {error !== undefined && (
          <div className={casework.refusal} role="alert">
            <strong>{errorText}</strong>
          </div>
        )}
        <Group justify="flex-end" mt="md" gap="xs">
          <Button onClick={close}>{t("common:cancel")}</Button>
          <Button type="submit" variant="filled" loading={busy} disabled={!isReady}>
            {t("region:save")}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
