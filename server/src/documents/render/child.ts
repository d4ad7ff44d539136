/**
 * The process that lays pages out. It runs under Node's permission model: no network, no other programs, no writing, and
 * it may read the program's own files only, so that nothing in a document can make it fetch or reveal anything.
 */
import { createRequire } from "node:module";
import { layoutOf, type Node } from "./layout.ts";
import type { RenderAnswer, RenderRequest } from "./protocol.ts";
import { messageOf } from "../../errors/mod.ts";

interface PdfMake {
  setFonts(fonts: Readonly<Record<string, Readonly<Record<string, string>>>>): void;
  setUrlAccessPolicy(policy: (url: string) => boolean): void;
  setLocalAccessPolicy(policy: (path: string) => boolean): void;
  createPdf(definition: Node): { getBuffer(): Promise<Uint8Array> };
}

const require = createRequire(import.meta.url);
const pdfmake = require("pdfmake") as PdfMake;
const fontOf = (weight: string) => require.resolve(`@expo-google-fonts/noto-sans-sc/${weight}.ttf`);
const fonts = { normal: fontOf("400Regular/NotoSansSC_400Regular"), bold: fontOf("700Bold/NotoSansSC_700Bold") };
pdfmake.setFonts({ "Noto Sans SC": fonts });
pdfmake.setUrlAccessPolicy(() => false);
pdfmake.setLocalAccessPolicy((path) => Object.values(fonts).includes(path));

async function render(request: RenderRequest): Promise<RenderAnswer> {
  try {
    return { job: request.job, pdf: await pdfmake.createPdf(layoutOf(request)).getBuffer() };
  } catch (error) {
    return { job: request.job, error: messageOf(error) };
  }
}

process.on("message", (request: RenderRequest) => {
  void render(request).then((answer) => process.send?.(answer));
});
process.on("disconnect", () => process.exit(0));
