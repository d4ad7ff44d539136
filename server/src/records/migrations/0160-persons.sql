-- Four eyes are two persons, not two credentials: a token of somebody acts under the id of that account, and a token that
-- belongs to no account is nobody. The transaction wrapper says which token was used and whether a person stands behind it.
create function actor_is_person() returns boolean language sql stable parallel safe
  return coalesce(current_setting('sandglass.person', true), '') = 'true';
create function actor_token() returns text language sql stable parallel safe
  return coalesce(current_setting('sandglass.token', true), '');
comment on function actor_is_person() is 'a session, or a token of an account; not the system, not a service';
comment on function actor_token() is 'id of the token through which a person acts; empty in a session';

alter policy vehicle_commands_decide on vehicle_commands
  with check (decided_by = actor_id() and decided_role = actor_role() and state in ('queued', 'rejected')
    and command_may('decide', vehicle) and actor_is_person());
-- Words of two people in one draft: neither of them puts it in force.
alter table rule_drafts add column writers text[] not null default '{}';
comment on column rule_drafts.writers is 'whoever changed it; none of them puts it in force, as its author does not';
grant update (writers) on rule_drafts to sandglass_app;
alter policy rule_publications_publish on rule_publications with check (
  rules_decide() and publisher = actor_id() and publisher_role = actor_role() and ended_at is null and actor_is_person()
  and not exists (select 1 from rule_drafts d where d.id = draft and actor_id() = any (d.writers))
);
-- A token makes no tokens: whoever found one could outlive its end.
alter policy api_tokens_own on api_tokens with check (
  (account_id = actor_id() and actor_token() = '' and role = actor_role()
    and organisation is not distinct from nullif(actor_organisation(), '') and not printed)
  or (scope = 'intake' and account_id is null and not printed and (select actor_may('identity', 'write')))
);

alter table case_actions add column actor_token text;
comment on column case_actions.actor_token is 'token through which the person acted; null in a session';
comment on column case_actions.actor_id is 'account, also when a token of it was used; of a token that is nobody''s its id';
