-- Cosignatures of witnesses (C2SP tlog-cosignature, Ed25519) over checkpoints.
create table ledger_cosignatures (
  ordinal bigint generated always as identity constraint ledger_cosignatures_ordinal_unique unique,
  size bigint not null constraint ledger_cosignatures_checkpoint_fk references ledger_checkpoints (size),
  witness text not null,
  at timestamptz(0) not null,
  signature bytea not null constraint ledger_cosignatures_signature_length check (octet_length(signature) = 64),
  constraint ledger_cosignatures_pk primary key (size, witness)
);
create index ledger_cosignatures_witness on ledger_cosignatures (witness, size desc);
comment on column ledger_cosignatures.witness is 'verifier key: name, key id, type and public key';
comment on column ledger_cosignatures.at is 'as the witness states it';
alter table ledger_cosignatures enable row level security;
alter table ledger_cosignatures force row level security;
create policy ledger_cosignatures_append on ledger_cosignatures for insert with check (actor_role() = 'system:ledger');
create policy ledger_cosignatures_read on ledger_cosignatures for select using (actor_role() <> '');
