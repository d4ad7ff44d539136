-- Screenings of published sets and of projects: a project's plan judges its own vehicles, so it has runs of its own.
alter table screening_runs
  add column project text not null default '',
  drop constraint screening_runs_pk,
  add constraint screening_runs_pk primary key (version_hash, at, project);
comment on column screening_runs.project is 'sandbox project whose vehicles are the population; empty: everything in the registry';
