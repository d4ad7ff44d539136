-- Rules on their way to force: drafts, backtests, publications. Rights: row `triggerRules` of the permission matrix.

create function rules_read_all() returns boolean language sql stable parallel safe
  return actor_role() in ('SAMR', 'RECALL_CENTER', 'SUPERVISOR_ALL', 'system:rulebook', 'system:trigger', 'system:supervision');
create function rules_propose() returns boolean language sql stable parallel safe
  return actor_role() in ('SAMR', 'RECALL_CENTER', 'SUPERVISOR_ALL', 'OEM', 'IMPORTER');
create function rules_decide() returns boolean language sql stable parallel safe
  return actor_role() in ('SAMR', 'RECALL_CENTER', 'SUPERVISOR_ALL');

create table rule_drafts (
  id text constraint rule_drafts_pk primary key,
  ordinal bigint generated always as identity constraint rule_drafts_ordinal_unique unique,
  title text not null,
  text text not null constraint rule_drafts_text_length check (length(text) <= 200000),
  set_hash text,
  state text not null constraint rule_drafts_state_known check (state in ('draft', 'published', 'withdrawn')),
  revision integer not null constraint rule_drafts_revision_positive check (revision > 0),
  author text not null,
  author_account text,
  author_role text not null,
  organisation text not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);
comment on column rule_drafts.set_hash is 'identity of the compiled triggers; null while the text does not compile';
comment on column rule_drafts.revision is 'grows with every change: a change that was made on an older one is refused';
alter table rule_drafts enable row level security;
alter table rule_drafts force row level security;
create policy rule_drafts_read on rule_drafts for select using (
  rules_read_all() or (rules_propose() and organisation = actor_organisation())
);
create policy rule_drafts_write on rule_drafts for insert with check (
  rules_propose() and author = actor_id() and author_role = actor_role() and organisation = actor_organisation() and state = 'draft'
);
create policy rule_drafts_change on rule_drafts for update
  using (state = 'draft' and (author = actor_id() or rules_decide()))
  with check (author = actor_id() or rules_decide());
grant update (title, text, set_hash, state, revision, updated_at) on rule_drafts to sandglass_app;

create table backtests (
  id text constraint backtests_pk primary key,
  ordinal bigint generated always as identity constraint backtests_ordinal_unique unique,
  state text not null constraint backtests_state_known check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
  request jsonb not null,
  set_hash text not null,
  requested_by text not null,
  requested_account text,
  requested_role text not null,
  requested_region text,
  organisation text not null,
  requested_at timestamptz(3) not null,
  started_at timestamptz(3),
  ended_at timestamptz(3),
  rows_done bigint not null default 0,
  rows_total bigint,
  report jsonb,
  failure text,
  leaf_id text
);
comment on column backtests.request is 'texts of the sets, range and vehicles: all that is needed to run it again';
comment on column backtests.leaf_id is 'ledger leaf of the finished report';
create index backtests_open on backtests (ordinal) where state in ('queued', 'running');
create index backtests_of_set on backtests (set_hash, ordinal);
alter table backtests enable row level security;
alter table backtests force row level security;
create policy backtests_read on backtests for select using (
  rules_read_all() or (rules_propose() and organisation = actor_organisation())
);
create policy backtests_request on backtests for insert with check (
  rules_propose() and requested_by = actor_id() and requested_role = actor_role()
  and organisation = actor_organisation() and state = 'queued'
);
create policy backtests_run on backtests for update
  using (actor_role() = 'system:rulebook') with check (actor_role() = 'system:rulebook');
create policy backtests_cancel on backtests for update
  using (state in ('queued', 'running') and requested_by = actor_id())
  with check (requested_by = actor_id() and state = 'cancelled');
grant update (state, started_at, ended_at, rows_done, rows_total, report, failure, leaf_id) on backtests to sandglass_app;

create table rule_publications (
  id text constraint rule_publications_pk primary key,
  ordinal bigint generated always as identity constraint rule_publications_ordinal_unique unique,
  draft text not null constraint rule_publications_draft_fk references rule_drafts (id),
  backtest text not null constraint rule_publications_backtest_fk references backtests (id),
  text text not null,
  set_hash text not null,
  author text not null,
  publisher text not null,
  publisher_account text,
  publisher_role text not null,
  organisation text not null,
  reason text not null,
  published_at timestamptz(3) not null,
  ended_at timestamptz(3),
  ended_by text,
  leaf_id text not null,
  constraint rule_publications_four_eyes check (author <> publisher)
);
comment on constraint rule_publications_four_eyes on rule_publications is 'who wrote a rule never puts it in force, whatever the application does';
comment on column rule_publications.ended_at is 'replaced by a newer publication of the same triggers, or revoked';
alter table rule_publications enable row level security;
alter table rule_publications force row level security;
create policy rule_publications_read on rule_publications for select using (actor_role() <> '');
create policy rule_publications_publish on rule_publications for insert with check (
  rules_decide() and publisher = actor_id() and publisher_role = actor_role() and ended_at is null
);
create policy rule_publications_end on rule_publications for update using (rules_decide() and ended_at is null) with check (rules_decide());
grant update (ended_at, ended_by) on rule_publications to sandglass_app;

create table rule_publication_triggers (
  publication text not null constraint rule_publication_triggers_fk references rule_publications (id),
  trigger_id text not null,
  version integer not null,
  version_hash text not null,
  constraint rule_publication_triggers_pk primary key (publication, trigger_id),
  constraint rule_publication_triggers_version_once unique (trigger_id, version)
);
comment on constraint rule_publication_triggers_version_once on rule_publication_triggers is '(id, version) is immutable (TRIGGERS §8)';
alter table rule_publication_triggers enable row level security;
alter table rule_publication_triggers force row level security;
create policy rule_publication_triggers_read on rule_publication_triggers for select using (actor_role() <> '');
create policy rule_publication_triggers_publish on rule_publication_triggers for insert with check (rules_decide());
