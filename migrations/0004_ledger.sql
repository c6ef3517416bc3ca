-- What was done and does not sound: articles, conferences, notice boards, cars. The log knows nothing of it.

-- Each version of each entry, never changed and never removed; the highest version is the entry as it stands, and struck
-- says that it counts no more. body is what the entry says, as JSON; day, kind and identity repeat parts of it for
-- searching. identity is what two entries on the same thing have in common (ActivityDraft::identity).
create table activity (
    number   integer not null,
    version  integer not null,
    at       integer not null,
    by       text    not null,
    why      text,
    struck   integer not null check (struck in (0, 1)),
    day      integer not null,
    kind     text    not null,
    identity text    not null,
    body     text    not null,
    primary key (number, version)
) strict, without rowid;

create index activity_day on activity (day);
create index activity_identity on activity (identity);

create trigger activity_keeps_every_value before update on activity
begin
    select raise(abort, 'the activity ledger is append-only: an edit is a new version');
end;

create trigger activity_keeps_every_row before delete on activity
begin
    select raise(abort, 'the activity ledger is append-only: a removal strikes the entry out');
end;

-- Also stops `insert or replace`, which would pass the trigger above, and a version after the one that struck it out.
create trigger activity_grows_by_the_next_version before insert on activity
when new.version is not (select coalesce(max(version), 0) + 1 from activity where number = new.number)
    or exists (select 1 from activity where number = new.number and struck = 1)
begin
    select raise(abort, 'the next version of an entry follows the last, and none follows the one that struck it out');
end;
