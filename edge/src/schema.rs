//! The tables of a room. No index but the primary keys, and no `AUTOINCREMENT`: each would double the rows written.

/// The version of these tables, kept in `meta`.
pub const VERSION: &str = "2";

/// Makes the tables. `meta` holds `version`, `name`, `epoch`, `owner`, `key_hash`, `created` and `people`.
pub const TABLES: &str = "
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE log (
        seq INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        at INTEGER NOT NULL,
        author TEXT NOT NULL,
        nonce TEXT,
        target INTEGER,
        data TEXT NOT NULL
    );
    CREATE TABLE runs (run INTEGER PRIMARY KEY, data TEXT NOT NULL);
    CREATE TABLE chains (bot TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE responses (
        id TEXT PRIMARY KEY,
        bot TEXT NOT NULL,
        run INTEGER NOT NULL,
        doomed INTEGER NOT NULL DEFAULT 0,
        tries INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID;
    CREATE TABLE bots (handle TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE spends (
        spender TEXT NOT NULL, period TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (spender, period)
    ) WITHOUT ROWID;
    CREATE TABLE people (person TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE names (key TEXT PRIMARY KEY, person TEXT NOT NULL, seen INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE members (person TEXT PRIMARY KEY) WITHOUT ROWID;
";

/// Makes the tables of version 1 those of version 2.
pub const UPGRADE_1: &str = "
    ALTER TABLE responses ADD COLUMN doomed INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE responses ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE bots (handle TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE spends (
        spender TEXT NOT NULL, period TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (spender, period)
    ) WITHOUT ROWID;
    UPDATE meta SET value = '2' WHERE key = 'version';
";

/// Finds out whether the tables are there, without making any.
pub const ARE_THERE: &str = "
    SELECT json_array(name) AS row FROM sqlite_master WHERE type = 'table' AND name = 'meta'";
/// Everything in `meta`.
pub const META: &str = "SELECT json_array(key, value) AS row FROM meta";
/// The first and the last place. Each of the two is found by its key alone, so that the time does not grow with the log.
pub const ENDS: &str = "
    SELECT json_array((SELECT MIN(seq) FROM log), (SELECT MAX(seq) FROM log)) AS row";

/// Rows after one place up to another, oldest first.
pub const RANGE: &str = "
    SELECT json_array(seq, kind, at, author, nonce, target, data) AS row
    FROM log WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?";
/// Messages before a place, newest first.
pub const NEWEST: &str = "
    SELECT json_array(seq, kind, at, author, nonce, target, data) AS row
    FROM log WHERE seq < ? AND kind IN ('said', 'answer') ORDER BY seq DESC LIMIT ?";
/// One row.
pub const ONE: &str = "
    SELECT json_array(seq, kind, at, author, nonce, target, data) AS row FROM log WHERE seq = ?";
/// Where an attempt was written.
pub const WRITTEN: &str = "
    SELECT json_array(seq) AS row FROM log WHERE seq > ? AND author = ? AND nonce = ? LIMIT 1";
/// Runs that have not ended.
pub const RUNS: &str = "SELECT json_array(data) AS row FROM runs ORDER BY run";
/// A bot's chain.
pub const CHAIN: &str = "SELECT json_array(data) AS row FROM chains WHERE bot = ?";
/// A person's number.
pub const PERSON: &str = "SELECT json_array(number) AS row FROM people WHERE person = ?";
/// Whose a name is.
pub const NAME: &str = "SELECT json_array(person, seen) AS row FROM names WHERE key = ?";
/// The bots of the room's owner.
pub const BOTS: &str = "SELECT json_array(data) AS row FROM bots ORDER BY handle";
/// What somebody's answers cost in a period.
pub const SPEND: &str = "SELECT json_array(data) AS row FROM spends WHERE spender = ? AND period = ?";
/// Responses that are to be deleted at the model's server, those first that were tried least often.
pub const DOOMED: &str = "
    SELECT json_array(id, bot, run, tries) AS row FROM responses WHERE doomed = 1 ORDER BY tries, id LIMIT ?";
/// Whether somebody may enter a private room.
pub const MEMBER: &str = "SELECT json_array(person) AS row FROM members WHERE person = ?";

/// A fact about the room.
pub const SET_META: &str = "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)";
/// A new row. It fails when the place is taken.
pub const APPEND: &str = "
    INSERT INTO log (seq, kind, at, author, nonce, target, data) VALUES (?, ?, ?, ?, ?, ?, ?)";
/// The current state of a row.
pub const REWRITE: &str = "UPDATE log SET kind = ?, data = ? WHERE seq = ?";
/// A run that has not ended.
pub const SET_RUN: &str = "INSERT OR REPLACE INTO runs (run, data) VALUES (?, ?)";
/// A run ended.
pub const END_RUN: &str = "DELETE FROM runs WHERE run = ?";
/// A bot's chain.
pub const SET_CHAIN: &str = "INSERT OR REPLACE INTO chains (bot, data) VALUES (?, ?)";
/// An id that a model's server keeps.
pub const ADD_RESPONSE: &str =
    "INSERT OR REPLACE INTO responses (id, bot, run, doomed, tries) VALUES (?, ?, ?, ?, ?)";
/// All responses of answers after a place are to be deleted at the model's server.
pub const DOOM: &str = "UPDATE responses SET doomed = 1 WHERE run > ?";
/// Deleting one failed.
pub const RESPONSE_TRIED: &str = "UPDATE responses SET tries = tries + 1 WHERE id = ?";
/// One is no more at the model's server.
pub const RESPONSE_GONE: &str = "DELETE FROM responses WHERE id = ?";
/// A bot of the room's owner.
pub const SET_BOT: &str = "INSERT OR REPLACE INTO bots (handle, data) VALUES (?, ?)";
/// It is no more.
pub const DROP_BOT: &str = "DELETE FROM bots WHERE handle = ?";
/// What somebody's answers cost in a period.
pub const SET_SPEND: &str = "INSERT OR REPLACE INTO spends (spender, period, data) VALUES (?, ?, ?)";
/// Hours and days of which nobody asks any more are let go: `d` and `h` with a number, compared as text, since both have
/// kept their number of digits for decades.
pub const TRIM_SPENDS: &str = "
    DELETE FROM spends WHERE (period LIKE 'd%' AND period < ?) OR (period LIKE 'h%' AND period < ?)";
/// Somebody who joined.
pub const SET_PERSON: &str = "INSERT OR REPLACE INTO people (person, number) VALUES (?, ?)";
/// How many numbers were given.
pub const COUNT_PEOPLE: &str = "
    UPDATE meta SET value = MAX(CAST(value AS INTEGER), CAST(? AS INTEGER)) WHERE key = 'people'";
/// Whose a name is.
pub const SET_NAME: &str = "INSERT OR REPLACE INTO names (key, person, seen) VALUES (?, ?, ?)";
/// Somebody may enter.
pub const ADD_MEMBER: &str = "INSERT OR IGNORE INTO members (person) VALUES (?)";
/// Removes the oldest rows. The newest stays in any case: its place is what no later row may have again.
pub const TRIM: &str = "DELETE FROM log WHERE seq <= ? AND seq < (SELECT MAX(seq) FROM log)";
