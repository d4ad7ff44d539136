-- Time-stamps of an authority (RFC 3161) over the signed text of checkpoints.
create table ledger_timestamps (
  ordinal bigint generated always as identity constraint ledger_timestamps_ordinal_unique unique,
  size bigint not null constraint ledger_timestamps_checkpoint_fk references ledger_checkpoints (size),
  authority text not null,
  at timestamptz(3) not null,
  token bytea not null,
  constraint ledger_timestamps_pk primary key (size, authority)
);
comment on column ledger_timestamps.authority is 'name in the certificate of the signer';
comment on column ledger_timestamps.at is 'as the token states it';
comment on column ledger_timestamps.token is 'CMS SignedData in DER';
alter table ledger_timestamps enable row level security;
alter table ledger_timestamps force row level security;
create policy ledger_timestamps_append on ledger_timestamps for insert with check (actor_role() = 'system:ledger');
create policy ledger_timestamps_read on ledger_timestamps for select using (actor_role() <> '');
