/** Documents as one thing to compose: issues what cases call for, in the background, and hands documents out. */
import { PROGRAMME_REPORT } from "@sandglass/casework";
import type { CaseEngine } from "../cases/mod.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { findLeafProof, type LeafProof } from "../ledger/mod.ts";
import type { ObjectStore } from "../objects/mod.ts";
import { SYSTEM_DOCUMENTS, type Actor, type Records, type Tx } from "../records/mod.ts";
import { findCasesBehind, issueOf } from "./issue.ts";
import type { FindPack, FindRules } from "./names.ts";
import { findDocument, findDocuments, getDocument, type DocumentFilter, type IssuedDocument } from "./queries.ts";
import type { Language } from "./render/protocol.ts";
import { Renderer } from "./render/renderer.ts";

export interface DocumentsOptions {
  readonly records: Records;
  readonly engine: CaseEngine;
  readonly objects: ObjectStore;
  /** Address of the page that verifies a document. */
  readonly verifyUrl: (id: string) => string;
  readonly findPack: FindPack;
  readonly findRules: FindRules;
  readonly warn: (fields: object, text: string) => void;
}

export interface Verification {
  readonly document: IssuedDocument;
  /** Undefined until the ledger's next checkpoint. */
  readonly proof: LeafProof | undefined;
}

/** What could not be issued (the database or the store is away) is tried again. */
const RETRY_MS = 5_000;

export class Documents {
  readonly #options: DocumentsOptions;
  readonly #renderer = new Renderer();
  readonly #waiting = new Set<string>();
  readonly #listeners = new Set<(caseId: string) => void>();
  readonly #unsubscribe: () => void;
  #working: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;

  private constructor(options: DocumentsOptions) {
    this.#options = options;
    this.#unsubscribe = options.engine.onChange(({ id }) => this.#add(id));
  }

  /** What an earlier run left is issued in the background. */
  static async start(options: DocumentsOptions): Promise<Documents> {
    const documents = new Documents(options);
    for (const id of await findCasesBehind(options.records)) documents.#add(id);
    return documents;
  }

  /** Called when documents of a case were issued. @returns stops listening */
  onIssued(listener: (caseId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when nothing waits any more. */
  async settle(): Promise<void> {
    while (this.#working !== undefined) await this.#working;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unsubscribe();
    clearTimeout(this.#retry);
    await this.#working;
    await this.#renderer.close();
  }

  /** Newest first. */
  list(actor: Actor, filter: DocumentFilter): Promise<IssuedDocument[]> {
    return this.#options.records.transact(actor, (tx) => findDocuments(tx, filter), { retry: true });
  }

  /** @throws SG_NOT_FOUND */
  get(actor: Actor, id: string): Promise<IssuedDocument> {
    return this.#options.records.transact(actor, (tx) => getDocument(tx, id), { retry: true });
  }

  /** The pages, with the document they are of. @throws SG_NOT_FOUND, SG_OBJECT_MISSING, SG_OBJECT_DAMAGED */
  async file(
    actor: Actor,
    id: string,
    language: Language,
  ): Promise<{ readonly document: IssuedDocument; readonly pdf: Uint8Array }> {
    const document = await this.get(actor, id);
    return { document, pdf: await this.#options.objects.get(document.files[language].sha256) };
  }

  /** Pages of a programme's report, for anybody. @throws SG_NOT_FOUND for every other document */
  async reportFile(
    id: string,
    language: Language,
  ): Promise<{ readonly document: IssuedDocument; readonly pdf: Uint8Array }> {
    const document = await this.get(SYSTEM_DOCUMENTS, id);
    if (document.caseKind !== PROGRAMME_REPORT.kind) throw new SandglassError(ERRORS.NOT_FOUND, { what: "report", id });
    return { document, pdf: await this.#options.objects.get(document.files[language].sha256) };
  }

  /** For anybody who holds the document: its id is the secret. @throws SG_NOT_FOUND */
  verify(id: string): Promise<Verification> {
    const read = async (tx: Tx): Promise<Verification> => {
      const document = await findDocument(tx, id);
      if (document === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: "document", id });
      const leaf = await findLeafProof(tx, document.leaf);
      return { document, proof: leaf?.proof };
    };
    return this.#options.records.transact(SYSTEM_DOCUMENTS, read, { retry: true });
  }

  #add(caseId: string): void {
    if (this.#isClosed) return;
    this.#waiting.add(caseId);
    this.#work();
  }

  #work(): void {
    this.#working ??= this.#drain().finally(() => {
      this.#working = undefined;
      // A case may have come between the last look at the list and now.
      if (this.#waiting.size > 0 && !this.#isClosed) this.#work();
    });
  }

  async #drain(): Promise<void> {
    for (const caseId of this.#waiting) {
      if (this.#isClosed) return;
      this.#waiting.delete(caseId);
      try {
        const issued = await issueOf({ ...this.#options, renderer: this.#renderer }, caseId);
        if (issued.length > 0) for (const listener of this.#listeners) listener(caseId);
      } catch (error) {
        if (this.#isClosed) return;
        this.#options.warn({ case: caseId, reason: String(error) }, "a document is not issued yet");
        clearTimeout(this.#retry);
        this.#retry = setTimeout(() => this.#add(caseId), RETRY_MS);
      }
    }
  }
}
