-- The ledger: leaves are written unsequenced in the transaction of what they record; one sequencer numbers them.
-- Nobody holds UPDATE or DELETE on leaves, numbers, nodes or checkpoints.
create table ledger_leaves (
  id text constraint ledger_leaves_pk primary key,
  ordinal bigint generated always as identity constraint ledger_leaves_ordinal_unique unique,
  transaction xid8 not null default pg_current_xact_id(),
  at timestamptz(3) not null,
  kind text not null constraint ledger_leaves_kind_form check (kind ~ '^[a-z][a-z0-9-]*$'),
  subject text,
  content jsonb,
  salt bytea constraint ledger_leaves_salt_length check (octet_length(salt) = 16),
  commitment bytea not null constraint ledger_leaves_commitment_length check (octet_length(commitment) = 32),
  organisation text,
  region text,
  constraint ledger_leaves_opened_or_erased check ((salt is null) = (subject is null) and (salt is null) = (content is null))
);
create index ledger_leaves_subject on ledger_leaves (subject);
comment on column ledger_leaves.transaction is 'orders leaves of transactions that were committed between two runs of the sequencer';
comment on column ledger_leaves.subject is 'opaque id of what it is about, never a VIN; null once erased';
comment on column ledger_leaves.commitment is 'SHA-256(salt, canonical JSON of {content, subject})';
comment on column ledger_leaves.organisation is 'whose it is: decides who may read the content; not part of the leaf';
alter table ledger_leaves enable row level security;
alter table ledger_leaves force row level security;
create policy ledger_leaves_append on ledger_leaves for insert with check (actor_role() <> '');
create policy ledger_leaves_read on ledger_leaves for select using (actor_role() = 'AUDITOR' or actor_sees(organisation, region));

-- Work queue of the sequencer: a row exists exactly while its leaf has no number.
create table ledger_pending (
  leaf_id text constraint ledger_pending_pk primary key constraint ledger_pending_leaf_fk references ledger_leaves (id),
  transaction xid8 not null,
  ordinal bigint not null
);
alter table ledger_pending enable row level security;
alter table ledger_pending force row level security;
create policy ledger_pending_append on ledger_pending for insert with check (actor_role() <> '');
create policy ledger_pending_read on ledger_pending for select using (actor_role() <> '');
create policy ledger_pending_take on ledger_pending for delete using (actor_role() = 'system:ledger');
grant delete on ledger_pending to sandglass_app;

create function ledger_queue() returns trigger language plpgsql as $$
begin
  insert into ledger_pending (leaf_id, transaction, ordinal) values (new.id, new.transaction, new.ordinal);
  return null;
end $$;
create trigger ledger_leaves_queue after insert on ledger_leaves for each row execute function ledger_queue();

create table ledger_sequence (
  seq bigint constraint ledger_sequence_pk primary key constraint ledger_sequence_from_zero check (seq >= 0),
  leaf_id text not null constraint ledger_sequence_leaf_unique unique constraint ledger_sequence_leaf_fk references ledger_leaves (id),
  hash bytea not null constraint ledger_sequence_hash_length check (octet_length(hash) = 32)
);
comment on column ledger_sequence.hash is 'RFC 6962 leaf hash';
alter table ledger_sequence enable row level security;
alter table ledger_sequence force row level security;
create policy ledger_sequence_append on ledger_sequence for insert with check (actor_role() = 'system:ledger');
create policy ledger_sequence_read on ledger_sequence for select using (actor_role() <> '');

-- Roots of complete subtrees, level 1 upwards: what proofs and a restart need.
create table ledger_nodes (
  level smallint not null constraint ledger_nodes_above_leaves check (level > 0),
  index bigint not null,
  hash bytea not null constraint ledger_nodes_hash_length check (octet_length(hash) = 32),
  constraint ledger_nodes_pk primary key (level, index)
);
alter table ledger_nodes enable row level security;
alter table ledger_nodes force row level security;
create policy ledger_nodes_append on ledger_nodes for insert with check (actor_role() = 'system:ledger');
create policy ledger_nodes_read on ledger_nodes for select using (actor_role() <> '');

create table ledger_checkpoints (
  size bigint constraint ledger_checkpoints_pk primary key,
  origin text not null,
  root bytea not null,
  at timestamptz(3) not null,
  key_id text not null,
  hash_algorithm text not null,
  signature_algorithm text not null,
  signature bytea not null
);
comment on column ledger_checkpoints.size is 'number of leaves that it signs';
alter table ledger_checkpoints enable row level security;
alter table ledger_checkpoints force row level security;
create policy ledger_checkpoints_append on ledger_checkpoints for insert with check (actor_role() = 'system:ledger');
create policy ledger_checkpoints_read on ledger_checkpoints for select using (actor_role() <> '');
