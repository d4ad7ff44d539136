-- Keys of the ledger: who signs now is asked with every checkpoint, and only the ledger itself introduces a key.
create index ledger_leaves_keys on ledger_leaves (ordinal) where kind = 'ledger-key';
alter policy ledger_leaves_append on ledger_leaves with check (
  actor_role() <> '' and (kind <> 'ledger-key' or actor_role() = 'system:ledger')
);
