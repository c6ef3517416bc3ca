-- What the operator saved: clips, slots, the queue, and who did what.

-- Numbers are never given out again (autoincrement). body is the clip as JSON without its script, which is most of the bytes
-- and which lists do not need; the other columns repeat parts of it for searching.
create table clip (
    id           integer primary key autoincrement,
    edition      integer not null,
    -- title and author in lower case without diacritics, đ as d
    folded       text    not null,
    genre        text    not null,
    topic        text    not null,
    campaign     text,
    source       text    not null,
    -- submitted, approved, retired
    approval     text    not null,
    digest       blob    not null unique,
    added_at     integer not null,
    script       text,
    body         text    not null
) strict;

-- Entries wait in order of position; numbers are never given out again.
create table queue (
    id       integer primary key autoincrement,
    position integer not null,
    slot     text,
    clip     integer not null references clip (id),
    by       text    not null,
    at       integer not null
) strict;

create index queue_position on queue (position);
create index queue_clip on queue (clip);

-- Each wording of each slot and when it was in force; until_at is null while it is. Only until_at is ever set, once.
create table slot_version (
    number   integer primary key autoincrement,
    slot     text    not null,
    from_at  integer not null,
    until_at integer,
    body     text    not null
) strict;

create unique index slot_version_in_force on slot_version (slot) where until_at is null;
create index slot_version_until on slot_version (until_at);

create trigger slot_version_keeps_every_row before delete on slot_version
begin
    select raise(abort, 'versions of slots are kept: ending one is setting its until_at');
end;

create trigger slot_version_keeps_its_wording before update on slot_version
when old.until_at is not null or new.slot <> old.slot or new.from_at <> old.from_at or new.body <> old.body
begin
    select raise(abort, 'a version of a slot is never changed, only ended');
end;

-- Who did what, with the state before and after as JSON.
create table audit (
    number  integer primary key autoincrement,
    at      integer not null,
    who     text    not null,
    what    text    not null,
    subject text    not null,
    before  text,
    after   text
) strict;

create trigger audit_keeps_every_value before update on audit
begin
    select raise(abort, 'the audit is append-only');
end;

create trigger audit_keeps_every_row before delete on audit
begin
    select raise(abort, 'the audit is append-only');
end;
