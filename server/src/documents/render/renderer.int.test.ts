import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { DocumentContent } from "@sandglass/casework";
import { layoutOf } from "./layout.ts";
import { LANGUAGES } from "./protocol.ts";
import { Renderer } from "./renderer.ts";

const renderer = new Renderer();
after(() => renderer.close());

const text = (en: string, zh: string) => ({ en, zh });
const CONTENT: DocumentContent = {
  form: 1,
  id: "doc_00000000000000000000",
  number: "SG-2026-000001",
  code: "suspensionOrder",
  title: text("Suspension order", "中止令"),
  issuedAt: "2026-11-22T01:02:03.000Z",
  case: {
    id: "prj_1",
    kind: "sandbox-project",
    kindTitle: text("Sandbox project", "沙盒项目"),
    title: text("㐂 <script>", "车身电池一体化"),
    definition: 2,
    state: text("Suspended", "已中止"),
  },
  issuer: { name: text("Regulator", "监管部门"), role: text("Market regulator", "市场监管总局") },
  addressees: [text("Maker A", "甲车企")],
  decision: {
    action: "order",
    title: text("Suspend", "中止"),
    basis: { requirement: "R-6.26", source: "as a default", certainty: "F" },
  },
  opening: text("Suspended.", "中止测试。"),
  sections: [
    { title: text("Decision", "决定"), rows: [{ label: text("Reasons", "理由"), value: text("Smoke", "冒烟") }] },
  ],
  duties: [],
  closing: text("", ""),
};
const REQUEST = { content: CONTENT, contentHash: "ab".repeat(32), verifyUrl: "https://sandglass.example/verify/x" };

test("the same content gives the same bytes, in each language", async () => {
  for (const language of LANGUAGES) {
    const [first, second] = [
      await renderer.render({ ...REQUEST, language }),
      await renderer.render({ ...REQUEST, language }),
    ];
    assert.deepEqual(first, second);
    assert.ok(first.length > 10_000 && first.length < 200_000, `${first.length}`);
  }
});

test("a long text runs over pages", async () => {
  const rows = Array.from({ length: 200 }, (_, i) => ({
    label: text(`row ${i}`, `第 ${i} 行`),
    value: text("x", "值"),
  }));
  const content = { ...CONTENT, sections: [{ title: text("Rows", "各行"), rows }] };
  const pdf = Buffer.from(await renderer.render({ ...REQUEST, content, language: "zh" })).toString("latin1");
  assert.ok([...pdf.matchAll(/\/Type \/Page\b/g)].length > 3);
});

test("content that cannot be laid out is refused with its number, and the next document is not harmed", async () => {
  const broken = { ...CONTENT, sections: [{ title: text("Rows", "各行"), rows: [undefined] }] } as never;
  await assert.rejects(renderer.render({ ...REQUEST, content: broken, language: "en" }), {
    code: "SG_DOCUMENT_RENDER",
  });
  assert.ok((await renderer.render({ ...REQUEST, language: "en" })).length > 0);
});

test("no address in a content is ever fetched: the page has no images, and the process has neither network nor other files", () => {
  assert.ok(!JSON.stringify(layoutOf({ ...REQUEST, job: 1, language: "en" })).includes('"image"'));
  const root = fileURLToPath(new URL("../../../../", import.meta.url));
  const run = (code: string) =>
    spawnSync(process.execPath, ["--permission", `--allow-fs-read=${root}`, "--input-type=module", "-e", code], {
      encoding: "utf8",
    }).stderr;
  assert.match(
    run('await fetch("http://127.0.0.1:18999/")'),
    /ERR_ACCESS_DENIED|access to this API has been restricted/i,
  );
  assert.match(run('(await import("node:fs")).readFileSync("/etc/hostname")'), /ERR_ACCESS_DENIED/);
});
