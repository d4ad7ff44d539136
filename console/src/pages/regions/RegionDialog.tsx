import { Button, FileButton, SegmentedControl, Select, Textarea, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../../api/client.ts";
import type { RegionBody, RegionDetail } from "../../api/regions.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { inLanguage } from "../../lib/vocabulary.ts";
import { DialogForm } from "../../ui/DialogForm.tsx";
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
  const geometry = parse(text);
  const isReady = zh.trim() !== "" && en.trim() !== "" && geometry !== undefined;
  const submit = async (): Promise<void> => {
    if (!isReady) return;
    const body: RegionBody = {
      names: { en: en.trim(), zh: zh.trim() },
      geometry,
      coordinateSystem: system,
      ...(kind === "road" && Number(breadth) > 0 ? { breadthM: Number(breadth) } : {}),
      ...(areaCode.trim() === "" ? {} : { areaCode: areaCode.trim() }),
      ...(source.trim() === "" ? {} : { source: source.trim() }),
    };
    const saved =
      region === undefined
        ? await request<RegionDetail>("/regions", { method: "POST", body: { kind, ...body } })
        : await request<RegionDetail>(`/regions/${region.id}`, {
            method: "PUT",
            body: { version: region.currentVersion, ...body },
          });
    void client.invalidateQueries({ queryKey: ["regions"] });
    onSaved(saved.id);
  };
  return (
    <DialogForm
      title={
        region === undefined
          ? t("region:newTitle")
          : t("region:changeTitle", { name: inLanguage(region.names, language) })
      }
      consequences={region === undefined ? [] : [t("region:changeHint")]}
      submitText={t("region:save")}
      disabled={!isReady}
      close={close}
      submit={submit}
    >
      {region === undefined && (
        <SegmentedControl
          aria-label={t("region:kind")}
          value={kind}
          onChange={(value) => setKind(value === "road" ? "road" : "area")}
          data={(["area", "road"] as const).map((value) => ({ value, label: t(`region:kinds.${value}`) }))}
        />
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
      {geometry !== undefined && <RegionPreview geometry={geometry} label={t("region:preview", { name: zh || en })} />}
    </DialogForm>
  );
}
