create table organisations (
  id text constraint organisations_pk primary key,
  kind text not null,
  name_en text not null,
  name_zh text not null,
  region text constraint organisations_region_code check (region ~ '^[0-9]{6}$'),
  created_at timestamptz not null default now()
);
alter table organisations enable row level security;
alter table organisations force row level security;
create policy organisations_read on organisations for select using (actor_role() <> '');
create policy organisations_add on organisations for insert with check (actor_is_system() or actor_role() = 'PLATFORM_ADMIN');

create table accounts (
  id text constraint accounts_pk primary key,
  account text not null constraint accounts_account_unique unique constraint accounts_account_lower check (account = lower(account) and account <> ''),
  name text not null,
  role text not null,
  organisation text not null constraint accounts_organisation_fk references organisations (id),
  region text constraint accounts_region_code check (region ~ '^[0-9]{6}$'),
  password text not null,
  demo boolean not null default false,
  disabled boolean not null default false,
  failures integer not null default 0,
  locked_until timestamptz,
  created_at timestamptz not null default now()
);
alter table accounts enable row level security;
alter table accounts force row level security;
create policy accounts_system on accounts using (actor_is_system()) with check (actor_is_system());
create policy accounts_admin on accounts using (actor_role() = 'PLATFORM_ADMIN') with check (actor_role() = 'PLATFORM_ADMIN');
create policy accounts_self on accounts for select using (id = actor_id());
grant update (name, role, organisation, region, password, disabled, failures, locked_until) on accounts to sandglass_app;

create table sessions (
  hash bytea constraint sessions_pk primary key,
  account_id text not null constraint sessions_account_fk references accounts (id),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index sessions_account on sessions (account_id);
create index sessions_expiry on sessions (expires_at);
alter table sessions enable row level security;
alter table sessions force row level security;
create policy sessions_system on sessions using (actor_is_system()) with check (actor_is_system());
grant update (revoked_at), delete on sessions to sandglass_app;

create table api_tokens (
  id text constraint api_tokens_pk primary key,
  hash bytea not null constraint api_tokens_hash_unique unique,
  name text not null,
  role text not null,
  organisation text not null constraint api_tokens_organisation_fk references organisations (id),
  region text constraint api_tokens_region_code check (region ~ '^[0-9]{6}$'),
  printed boolean not null default false,
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);
alter table api_tokens enable row level security;
alter table api_tokens force row level security;
create policy api_tokens_system on api_tokens using (actor_is_system()) with check (actor_is_system());
create policy api_tokens_admin on api_tokens using (actor_role() = 'PLATFORM_ADMIN') with check (actor_role() = 'PLATFORM_ADMIN');
grant update (revoked_at) on api_tokens to sandglass_app;

-- Reads of personal data and acts of identity. Append-only: nobody holds UPDATE or DELETE.
create table access_log (
  id bigint generated always as identity constraint access_log_pk primary key,
  at timestamptz not null default now(),
  actor_id text not null,
  actor_role text not null,
  organisation text not null,
  action text not null,
  subject text not null,
  reason text,
  detail jsonb
);
create index access_log_subject on access_log (subject, at);
create index access_log_actor on access_log (actor_id, at);
comment on column access_log.actor_id is 'who acted: account, token or system actor';
comment on column access_log.actor_role is 'role code at the time of the act';
comment on column access_log.organisation is 'organisation of the actor at the time of the act';
comment on column access_log.action is 'vin.unmask, session.open, session.refused, token.create, …';
comment on column access_log.subject is 'opaque id of what was read or changed, never a VIN';
comment on column access_log.reason is 'the reason that the actor gave';
alter table access_log enable row level security;
alter table access_log force row level security;
create policy access_log_append on access_log for insert with check (actor_is_system() or actor_id = actor_id());
create policy access_log_read on access_log for select using (actor_is_system() or actor_role() in ('AUDITOR', 'SUPERVISOR_ALL'));
