-- Search by words: whoever sees some kind wholly mostly finds a page among the newest matches, looked at one by one (some 10 µs each);
-- otherwise, and for all others, the own cases are gathered first. What a role sees of the other kinds says nothing about it: they may
-- have hardly any cases.
create or replace function matching_cases(asked tsquery, at_most integer, before_time timestamptz, before_id text) returns text[]
  language plpgsql stable security definer set search_path = public set enable_seqscan = off as $$
declare
  looked_at constant integer := 1000;
  scopes text[];
  hits integer;
  found text[];
begin
  if actor_sees_every_case() then
    return coalesce((select array_agg(hit.case_id) from (
      select w.case_id from case_words w
      where w.words @@ asked and (before_time is null or (w.opened_at, w.case_id) < (before_time, before_id))
      order by w.opened_at desc, w.case_id desc limit at_most) hit), '{}');
  end if;
  scopes := actor_case_scopes();
  if at_most <= looked_at and cardinality(actor_case_kinds('all')) > 0 then
    select count(*), coalesce(array_agg(hit.case_id order by hit.opened_at desc, hit.case_id desc) filter (where exists (
        select 1 from case_index x where x.case_id = hit.case_id and x.scope = any (scopes) offset 0)), '{}')
      into hits, found
      from (
        select w.case_id, w.opened_at from case_words w
        where w.words @@ asked and (before_time is null or (w.opened_at, w.case_id) < (before_time, before_id))
        order by w.opened_at desc, w.case_id desc limit looked_at) hit;
    if hits < looked_at or cardinality(found) >= at_most then return found[1:at_most]; end if;
  end if;
  return coalesce((
    with own as materialized (select x.case_id from case_index x where x.scope = any (scopes))
    select array_agg(hit.case_id) from (
      select w.case_id from case_words w
      where w.words @@ asked and (before_time is null or (w.opened_at, w.case_id) < (before_time, before_id))
        and (w.case_id in (select own.case_id from own)) is true
      order by w.opened_at desc, w.case_id desc limit at_most) hit), '{}');
end $$;
drop function actor_lacks_only_programmes();
