-- Who reads a finding sees that it is recorded, and where. Rights over the log are rights over its leaves: an authority of AI services has
-- none, the maker of a battery none over leaves of the vehicle's owner, and either reads the finding.
create policy ledger_leaves_owner on ledger_leaves for select to current_user using (true);
create function leaves_of_finding(of_finding text) returns table (id text, kind text, seq bigint)
  language sql stable security definer set search_path = public as $$
  select l.id, l.kind, s.seq from ledger_leaves l left join ledger_sequence s on s.leaf_id = l.id
  where l.subject = of_finding and l.kind = 'finding' order by l.ordinal
$$;
comment on function leaves_of_finding(text) is 'ids and numbers, oldest first, never contents. Asked about findings that the actor has read';
revoke execute on function leaves_of_finding(text) from public;
grant execute on function leaves_of_finding(text) to sandglass_app;
