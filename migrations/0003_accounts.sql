-- Who the console knows. No row is ever deleted: the audit speaks of it.
create table account (
    id           integer primary key autoincrement,
    name         text    not null,
    folded       text    not null unique,
    display_name text    not null,
    office       text    not null,
    -- A JSON list of words.
    roles        text    not null,
    disabled     integer not null,
    must_change  integer not null,
    -- Argon2id with its parameters and salt, as a PHC string.
    password     text    not null,
    -- The secret that codes are made from; null while no second factor is asked for.
    totp_secret  blob,
    -- One that was shown and not yet confirmed with a code.
    totp_pending blob,
    -- The newest time step whose code was used; none before it is taken again.
    totp_step    integer not null default 0,
    created_at   integer not null,
    version      integer not null
) strict;

create trigger account_keeps_every_row before delete on account
begin
    select raise(abort, 'accounts are kept: disable one instead');
end;

-- Codes for who lost the second factor: BLAKE3 of each. Deleted when used.
create table recovery_code (
    account integer not null references account (id),
    hash    blob    not null,
    primary key (account, hash)
) strict, without rowid;

-- Who is signed in. Of the secret in the cookie only its BLAKE3 is kept.
create table session (
    id         integer primary key autoincrement,
    account    integer not null references account (id),
    hash       blob    not null unique,
    created_at integer not null,
    seen_at    integer not null,
    expires_at integer not null,
    address    text    not null,
    user_agent text    not null
) strict;

create index session_account on session (account);

-- What a script shows instead of signing in. Of the token only its BLAKE3 is kept.
create table token (
    id         integer primary key autoincrement,
    account    integer not null references account (id),
    name       text    not null,
    hash       blob    not null unique,
    roles      text    not null,
    created_at integer not null,
    used_at    integer,
    expires_at integer
) strict;

create index token_account on token (account);

-- What was answered to a command that carried a key, so that the same command sent twice is done once.
create table answered (
    scope       text    not null,
    key         text    not null,
    -- BLAKE3 of what was asked: the same key with something else in it is a mistake.
    fingerprint blob    not null,
    status      integer not null,
    body        text    not null,
    at          integer not null,
    primary key (scope, key)
) strict, without rowid;

create index answered_at on answered (at);

-- By which way and from which address it was done; null in rows of before there was a console.
alter table audit add column from_where text;
