/**
 * The arrows of docs/architecture.md as lint configuration: writes .oxlintrc.json. Run it after changing LAYERS:
 * `node scripts/lint-arrows.mjs`; a test checks that the file is up to date.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Upper first. Folders of one step never import each other, except downwards inside `below`. */
export const LAYERS = [
  ["roles"],
  ["api", "upkeep"],
  ["attachments", "documents", "monitoring", "rulebook"],
  ["exchange", "cases", "downlink", "supervision", "conformance", "regions", "notifications"],
  ["exports"],
  ["intake"],
  ["journal"],
  ["history"],
  ["access", "ledger", "objects"],
  ["http"],
  ["records"],
  ["secrets"],
  ["errors"],
];

const PACKAGES = {
  gbt32960: [],
  ledger: [],
  casework: [],
  signals: [],
  triggers: ["signals"],
};

const message = "This import goes against the arrows of docs/architecture.md.";
const restrict = (...regexes) => ["error", { patterns: regexes.map((regex) => ({ regex, message })) }];

function serverOverrides() {
  return LAYERS.flatMap((step, index) =>
    step.map((folder) => {
      const forbidden = [...LAYERS.slice(0, index).flat(), ...step.filter((sibling) => sibling !== folder)];
      // Roles compose the demonstration too, which needs the simulator's plan of the fleet.
      const outside = ["console", "cli", "bench", ...(folder === "roles" ? [] : ["simulator"])].join("|");
      const rules = [`/(${outside})/`, `^@sandglass/(${outside}|server)`];
      if (forbidden.length > 0) rules.push(`^(\\.\\./)+(${forbidden.join("|")})/`);
      return { files: [`server/src/${folder}/**/*.ts`], rules: { "no-restricted-imports": restrict(...rules) } };
    }),
  );
}

function packageOverrides() {
  return Object.entries(PACKAGES).flatMap(([name, allowed]) => {
    const others = Object.keys(PACKAGES).filter((other) => other !== name && !allowed.includes(other));
    const rules = [
      `^@sandglass/(${[...others, "server", "console", "cli", "simulator", "bench"].join("|")})`,
      "^(\\.\\./){3,}",
    ];
    return [
      {
        files: [`packages/${name}/src/**/*.ts`],
        rules: {
          "no-restricted-imports": restrict(...rules, "^node:"),
          "no-restricted-globals": ["error", "process", "Buffer", "console", "setTimeout", "setInterval", "fetch"],
        },
      },
      {
        files: [`packages/${name}/src/**/*.test.ts`],
        rules: { "no-restricted-imports": restrict(...rules), "no-restricted-globals": "off" },
      },
    ];
  });
}

export function lintConfig() {
  return {
    $schema: "./node_modules/oxlint/configuration_schema.json",
    plugins: ["typescript", "unicorn", "import", "react"],
    categories: { correctness: "error", suspicious: "error" },
    env: { node: true, browser: true },
    rules: {
      "typescript/no-explicit-any": "error",
      "typescript/consistent-type-imports": "error",
      "import/no-cycle": "error",
      "no-underscore-dangle": "off",
      "no-shadow": "off",
      "no-await-in-loop": "off",
      "react/react-in-jsx-scope": "off",
      "import/no-unassigned-import": "off",
      "import/no-named-as-default-member": "off", // `fc.…` is how fast-check is written
      "unicorn/no-array-sort": "off",
      "unicorn/no-array-reverse": "off",
      "unicorn/consistent-function-scoping": "off",
      "unicorn/require-post-message-target-origin": "off", // of windows; ours are threads
      "typescript/no-unnecessary-type-assertion": "off",
    },
    ignorePatterns: ["**/dist/**", "**/generated/**"],
    overrides: [
      ...serverOverrides(),
      ...packageOverrides(),
      {
        files: ["console/src/**/*.ts", "console/src/**/*.tsx"],
        rules: {
          "no-restricted-imports": restrict(
            "^@sandglass/(server|cli|simulator|bench)",
            "^(\\.\\./)+(server|cli|simulator)/",
          ),
        },
      },
      {
        files: ["simulator/src/**/*.ts"],
        rules: {
          "no-restricted-imports": restrict("^@sandglass/(server|cli|console)", "^(\\.\\./)+(server|cli|console)/"),
        },
      },
    ],
  };
}

const path = join(dirname(dirname(fileURLToPath(import.meta.url))), ".oxlintrc.json");
const text = `${JSON.stringify(lintConfig(), null, 2)}\n`;
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes("--check")) process.exitCode = readFileSync(path, "utf8") === text ? 0 : 1;
  else writeFileSync(path, text);
}
