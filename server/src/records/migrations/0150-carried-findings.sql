-- A version of a trigger with `carry` goes on with the open findings of the one before it.
alter table findings
  add column watched_hash text constraint findings_watched_fk references trigger_versions (version_hash);
comment on column findings.watched_hash is 'version that watches it now, where another one has taken it over since its onset; version_hash stays that of the onset';
create index findings_carried on findings (ordinal) where watched_hash is not null;
grant update (watched_hash) on findings to sandglass_app;

alter table finding_events
  drop constraint finding_events_kind_known,
  add constraint finding_events_kind_known check (kind in ('onset', 'escalated', 'cleared', 'superseded', 'suppressed', 'confirmed', 'retracted', 'amended', 'degraded', 'restored', 'carried'));
