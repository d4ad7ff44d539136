-- Rule packs that somebody installed, pinned or forked. Packs of the checkout need no row.
create table rule_packs (
  id text constraint rule_packs_pk primary key constraint rule_packs_id_form check (id ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  version integer not null,
  set_hash text not null,
  files jsonb not null,
  installed boolean not null default false,
  pinned boolean not null default false,
  fork_of text,
  fork_hash text,
  changed_by text not null,
  changed_role text not null,
  changed_at timestamptz(3) not null,
  constraint rule_packs_pinned_installed check (not pinned or installed)
);
comment on column rule_packs.files is 'the texts as they watch: an installed pack is judged by these, not by the checkout';
comment on column rule_packs.pinned is 'keeps these texts when the checkout brings others';
comment on column rule_packs.fork_hash is 'set hash of the pack that it was copied from';
alter table rule_packs enable row level security;
alter table rule_packs force row level security;
create policy rule_packs_read on rule_packs for select using (actor_role() <> '');
create policy rule_packs_add on rule_packs for insert
  with check (actor_is_system() or actor_role() in ('SAMR', 'RECALL_CENTER', 'SUPERVISOR_ALL'));
create policy rule_packs_change on rule_packs for update
  using (actor_is_system() or actor_role() in ('SAMR', 'RECALL_CENTER', 'SUPERVISOR_ALL'))
  with check (actor_is_system() or actor_role() in ('SAMR', 'RECALL_CENTER', 'SUPERVISOR_ALL'));
grant update (version, set_hash, files, installed, pinned, changed_by, changed_role, changed_at) on rule_packs to sandglass_app;
