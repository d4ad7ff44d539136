/** What a caller of this package can do wrong. A proof that does not hold is not an error: verification returns false. */
export type LedgerErrorCode = "SG_LEDGER_NOT_JSON" | "SG_LEDGER_RANGE" | "SG_LEDGER_KEY";

export class LedgerError extends Error {
  readonly code: LedgerErrorCode;

  constructor(code: LedgerErrorCode, message: string) {
    super(message);
    this.name = "LedgerError";
    this.code = code;
  }
}

/** What an error says, with its cause: "fetch failed" alone tells nobody why. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, cause } = error;
  return cause instanceof Error && !message.includes(cause.message) ? `${message}: ${cause.message}` : message;
}
