/** For tests: the documents of a world of cases, kept in a folder; whatever goes wrong fails the test. */
import assert from "node:assert/strict";
import type { World } from "../cases/world.fixture.ts";
import { DiskStore } from "../objects/mod.ts";
import { Documents, type FindPack } from "./mod.ts";

export function openDocuments(world: World, folder: string, findPack: FindPack = () => undefined): Promise<Documents> {
  return Documents.start({
    records: world.records,
    engine: world.cases.engine,
    objects: new DiskStore(folder),
    verifyUrl: (id) => `https://sandglass.example/verify/${id}`,
    findPack,
    findRules: async () => [],
    warn: (fields, text) => assert.fail(`${text} ${JSON.stringify(fields)}`),
  });
}
