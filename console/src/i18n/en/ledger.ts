import type { ledger as zh } from "../zh/ledger.ts";

export const ledger: typeof zh = {
  title: "Ledger", lead: "A signed Merkle log (RFC 6962) of every action, decision and data segment", leaves: "Leaves", index: "Number", kind: "What", subject: "Subject", hash: "Leaf hash", time: "Time",
  checkpoint: "Latest checkpoint", size: "Leaves", signed: "Signed", root: "Root", keyId: "Key", noCheckpoint: "There is no checkpoint yet.", pendingShort: "pending", pending: "Pending: numbered and signed within about a second", sequenced: "In the ledger as #{{index}}", recorded: "In the ledger",
  showLeaf: "Proof", noLeaf: "No ledger entry", proof: "Inclusion proof", proofOk: "✓ Checked in this browser: the leaf is in the checkpoint", proofBad: "✗ The check failed: proof and checkpoint do not agree", proofUnread: "The proof is here but could not be checked in the browser", pathLength: "Path length",
  verify: "Verify offline", verifyNote: "The export and the public key are enough on another machine, without this service; one changed byte is found and located.", download: "Export the ledger", downloadKey: "Public key", history: "Checkpoints",
  empty: "The ledger is empty", emptyNext: "It begins with the first action or data segment.",
};
