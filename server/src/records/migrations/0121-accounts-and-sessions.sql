-- Accounts with a second factor, passkeys, single sign-on; sessions that can be listed; tokens with scopes that belong to
-- somebody; organisations with the places where they work. Rights: row `identity` of the permission matrix.

-- No account and no token is ever an actor of the system, whatever the application does: system actors pass every policy.
alter table accounts
  add constraint accounts_role_not_system check (role not like 'system:%'),
  add column must_change_password boolean not null default false,
  add column password_changed_at timestamptz(3),
  add column sso_provider text,
  add column sso_subject text,
  add constraint accounts_sso_once unique (sso_provider, sso_subject),
  add constraint accounts_sso_whole check ((sso_provider is null) = (sso_subject is null));
comment on column accounts.password is 'hash; empty: this account has none and signs in through its provider';
comment on column accounts.sso_subject is 'subject claim of the provider, or what stands for it until the first sign-in: name:<preferred user name>';
grant update (must_change_password, password_changed_at, sso_provider, sso_subject) on accounts to sandglass_app;

drop policy accounts_admin on accounts;
create policy accounts_review on accounts for select using ((select actor_may('identity', 'read')));
create policy accounts_add on accounts for insert with check ((select actor_may('identity', 'write')));
create policy accounts_change on accounts for update using ((select actor_may('identity', 'write')) and id <> actor_id())
  with check ((select actor_may('identity', 'write')));
comment on policy accounts_change on accounts is 'a security administrator changes everybody but themselves';

alter table organisations
  add column regions text[] not null default '{}',
  add column disabled boolean not null default false,
  add constraint organisations_regions_codes check (array_to_string(regions, ',') ~ '^([0-9]{6}(,[0-9]{6})*)?$');
comment on column organisations.region is 'GB/T 2260 code of the seat; for an authority its territory';
comment on column organisations.regions is 'GB/T 2260 codes of the places where it works: plants, fleets, laboratories';
alter policy organisations_add on organisations with check ((select actor_may('identity', 'write')));
create policy organisations_change on organisations for update
  using ((select actor_may('identity', 'write'))) with check ((select actor_may('identity', 'write')));
grant update (kind, name_en, name_zh, region, regions, disabled) on organisations to sandglass_app;

alter table sessions
  add column id text not null default gen_random_uuid()::text constraint sessions_id_unique unique,
  add column method text not null default 'password',
  add column address text,
  add column user_agent text,
  add column last_seen_at timestamptz(3),
  add column pending text[] not null default '{}';
comment on column sessions.method is 'password, password+totp, password+recovery, password+passkey, passkey, sso:<provider>';
comment on column sessions.pending is 'what must be done before the session is worth more than the account page: password, second-factor';
grant update (last_seen_at, pending) on sessions to sandglass_app;

create table account_totp (
  account_id text constraint account_totp_pk primary key constraint account_totp_account_fk references accounts (id),
  secret bytea not null,
  created_at timestamptz(3) not null,
  confirmed_at timestamptz(3),
  last_step bigint not null default 0
);
comment on column account_totp.secret is 'sealed with the identity key (AES-256-GCM, bound to the account)';
comment on column account_totp.last_step is 'time step of the last code that was taken: a code works once (RFC 6238, 5.2)';
alter table account_totp enable row level security;
alter table account_totp force row level security;
create policy account_totp_system on account_totp using (actor_is_system()) with check (actor_is_system());
grant update (secret, created_at, confirmed_at, last_step), delete on account_totp to sandglass_app;

create table account_recovery_codes (
  account_id text not null constraint account_recovery_codes_account_fk references accounts (id),
  hash bytea not null,
  used_at timestamptz(3),
  constraint account_recovery_codes_pk primary key (account_id, hash)
);
alter table account_recovery_codes enable row level security;
alter table account_recovery_codes force row level security;
create policy account_recovery_codes_system on account_recovery_codes using (actor_is_system()) with check (actor_is_system());
grant update (used_at), delete on account_recovery_codes to sandglass_app;

create table account_passkeys (
  id text constraint account_passkeys_pk primary key,
  account_id text not null constraint account_passkeys_account_fk references accounts (id),
  credential_id text not null constraint account_passkeys_credential_unique unique,
  public_key bytea not null,
  counter bigint not null,
  transports text[] not null default '{}',
  synced boolean not null,
  name text not null,
  created_at timestamptz(3) not null,
  last_used_at timestamptz(3)
);
comment on column account_passkeys.synced is 'the authenticator says that the key is backed up and may be on several devices';
create index account_passkeys_account on account_passkeys (account_id);
alter table account_passkeys enable row level security;
alter table account_passkeys force row level security;
create policy account_passkeys_system on account_passkeys using (actor_is_system()) with check (actor_is_system());
grant update (counter, name, last_used_at), delete on account_passkeys to sandglass_app;

-- Between two steps of a sign-in: the second factor, a passkey, the way to a provider and back.
create table sign_in_challenges (
  hash bytea constraint sign_in_challenges_pk primary key,
  kind text not null,
  account_id text constraint sign_in_challenges_account_fk references accounts (id),
  content jsonb not null default '{}',
  attempts integer not null default 0,
  expires_at timestamptz(3) not null
);
create index sign_in_challenges_expiry on sign_in_challenges (expires_at);
alter table sign_in_challenges enable row level security;
alter table sign_in_challenges force row level security;
create policy sign_in_challenges_system on sign_in_challenges using (actor_is_system()) with check (actor_is_system());
grant update (attempts), delete on sign_in_challenges to sandglass_app;

-- What differs from the defaults of packages/casework.
create table sign_in_policies (
  role text constraint sign_in_policies_pk primary key,
  second_factor text not null constraint sign_in_policies_second_factor_known check (second_factor in ('never', 'beyond-loopback', 'always')),
  changed_by text not null,
  changed_at timestamptz(3) not null
);
alter table sign_in_policies enable row level security;
alter table sign_in_policies force row level security;
create policy sign_in_policies_read on sign_in_policies for select using ((select actor_may('identity', 'read')));
create policy sign_in_policies_add on sign_in_policies for insert with check ((select actor_may('identity', 'write')));
create policy sign_in_policies_change on sign_in_policies for update
  using ((select actor_may('identity', 'write'))) with check ((select actor_may('identity', 'write')));
grant update (second_factor, changed_by, changed_at) on sign_in_policies to sandglass_app;

alter table api_tokens
  add constraint api_tokens_role_not_system check (role not like 'system:%'),
  add column account_id text constraint api_tokens_account_fk references accounts (id),
  add column scopes text[],
  add column last_used_at timestamptz(3);
comment on column api_tokens.account_id is 'whose token it is: it dies with the account and never has more rights than it; null: of the system or for intake';
comment on column api_tokens.scopes is 'what is left of the rights of its owner; null = all';
create index api_tokens_account on api_tokens (account_id) where account_id is not null;
grant update (last_used_at) on api_tokens to sandglass_app;
drop policy api_tokens_admin on api_tokens;
create policy api_tokens_review on api_tokens for select using ((select actor_may('identity', 'read')) or account_id = (select nullif(actor_id(), '')));
create policy api_tokens_own on api_tokens for insert with check (
  (account_id = actor_id() and role = actor_role() and organisation is not distinct from nullif(actor_organisation(), '') and not printed)
  or (scope = 'intake' and account_id is null and not printed and (select actor_may('identity', 'write')))
);
create policy api_tokens_withdraw on api_tokens for update
  using ((select actor_may('identity', 'write')) or account_id = (select nullif(actor_id(), '')))
  with check (revoked_at is not null);

-- Who read which record when; nobody changes or removes it, the owner role included.
alter table access_log add column purpose text;
comment on column access_log.purpose is 'code of packages/casework PURPOSES that the actor named';
create index access_log_time on access_log (at);
create index access_log_action on access_log (action, id);
create function refuse_log_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger access_log_append_only before update or delete or truncate on access_log
  for each statement execute function refuse_log_change();
