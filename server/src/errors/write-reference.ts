import { writeFileSync } from "node:fs";
import path from "node:path";
import { referencePage } from "./reference-page.ts";

writeFileSync(path.join(import.meta.dirname, "../../../docs/errors.md"), referencePage());
