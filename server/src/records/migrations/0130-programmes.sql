-- Versions of sandbox programmes that an authority published; the versions the product ships with are not rows.
create table programme_versions (
  programme text not null,
  version integer not null constraint programme_versions_version_positive check (version > 0),
  body jsonb not null,
  effective_from date not null,
  reason text not null,
  published_by text not null,
  published_account text,
  published_role text not null,
  organisation text not null,
  published_at timestamptz(3) not null,
  leaf_id text not null,
  constraint programme_versions_pk primary key (programme, version)
);
comment on table programme_versions is 'append-only: a version is never changed, because projects run under it';
comment on column programme_versions.effective_from is 'day (Asia/Shanghai) from which new applications fall under it';
alter table programme_versions enable row level security;
alter table programme_versions force row level security;
-- Programmes are public: everyone reads them.
create policy programme_versions_read on programme_versions for select using (true);
create policy programme_versions_publish on programme_versions for insert with check (
  actor_role() in ('SAMR', 'MIIT', 'AI_REGULATOR', 'SUPERVISOR_ALL')
  and published_by = actor_id() and published_role = actor_role() and organisation = actor_organisation()
);
revoke update, delete, truncate on programme_versions from sandglass_app;
