-- Names of the persons who acted in cases, for whom the permission matrix lets them be seen by (row `personName`). Accounts themselves
-- stay hidden: their rows hold hashes of passwords.
create policy accounts_owner on accounts for select to current_user using (true);

create function visible_names(ids text[]) returns table (id text, name text)
  language sql stable security definer set search_path = public as $$
  select a.id, a.name from accounts a
  where a.id = any (ids) and (
    actor_is_system()
    or a.id = actor_id()
    or (a.role not in ('OWNER', 'DRIVER', 'SUBJECT', 'PUBLIC') and (
      'all' = any (actor_reaches('personName', 'read'))
      or ('own' = any (actor_reaches('personName', 'read')) and a.organisation = nullif(actor_organisation(), ''))
    ))
  )
$$;
comment on function visible_names(text[]) is 'of accounts that the actor may know by name; private persons are known to themselves only: no more than the purpose needs (PIPL, Art. 6)';
revoke execute on function visible_names(text[]) from public;
grant execute on function visible_names(text[]) to sandglass_app;
