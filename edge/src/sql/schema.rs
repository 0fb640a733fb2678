//! The tables of a room and every SQL statement.
//!
//! There is no index besides the primary keys, and no `AUTOINCREMENT`: each would double the rows written, which is what Cloudflare
//! bills. Names of tables and columns stay as they were first deployed (`names` holds nicknames, `spends` spending, `doomed` marks
//! responses to delete): renaming them would cost every room a migration.
//!
//! A reading statement has one column, `row`, with a JSON array: one crossing from JavaScript per row, and every integer exact.

/// The version of these tables, stored in `meta`. A change needs the next version and an upgrade from this one.
pub const VERSION: &str = "6";

/// `meta` holds `version`, `name`, `epoch`, `owner`, `key_hash`, `created`, `people`, `settings`, `deleted`, `closed` (by the operator),
/// `cleaning` (when the room is next cleaned) and `erasure PERSON` (what is left to delete of what somebody wrote).
pub const CREATE_TABLES: &str = "
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
    CREATE TABLE people (person TEXT PRIMARY KEY, number INTEGER NOT NULL, said INTEGER) WITHOUT ROWID;
    CREATE TABLE names (key TEXT PRIMARY KEY, person TEXT NOT NULL, seen INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE members (person TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE settlements (
        run INTEGER NOT NULL, call INTEGER NOT NULL, micros INTEGER, PRIMARY KEY (run, call)
    ) WITHOUT ROWID;
    CREATE TABLE restrictions (
        kind TEXT NOT NULL, subject TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (kind, subject)
    ) WITHOUT ROWID;
    CREATE TABLE audit (id INTEGER PRIMARY KEY, data TEXT NOT NULL);
    CREATE TABLE reports (
        seq INTEGER NOT NULL, person TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (seq, person)
    ) WITHOUT ROWID;
    CREATE TABLE knowledge (
        bot TEXT NOT NULL, passage INTEGER NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, words TEXT NOT NULL,
        PRIMARY KEY (bot, passage)
    ) WITHOUT ROWID;
    CREATE TABLE push (endpoint TEXT PRIMARY KEY, person TEXT NOT NULL, data TEXT NOT NULL) WITHOUT ROWID;
";

/// Turns the tables of version 1 into those of version 2.
pub const UPGRADE_FROM_1: &str = "
    ALTER TABLE responses ADD COLUMN doomed INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE responses ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE bots (handle TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE spends (
        spender TEXT NOT NULL, period TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (spender, period)
    ) WITHOUT ROWID;
    UPDATE meta SET value = '2' WHERE key = 'version';
";

/// Turns the tables of version 2 into those of version 3.
pub const UPGRADE_FROM_2: &str = "
    CREATE TABLE IF NOT EXISTS settlements (
        run INTEGER NOT NULL, call INTEGER NOT NULL, micros INTEGER, PRIMARY KEY (run, call)
    ) WITHOUT ROWID;
    UPDATE meta SET value = '3' WHERE key = 'version';
";

/// Turns the tables of version 3 into those of version 4.
pub const UPGRADE_FROM_3: &str = "
    ALTER TABLE people ADD COLUMN said INTEGER;
    CREATE TABLE IF NOT EXISTS restrictions (
        kind TEXT NOT NULL, subject TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (kind, subject)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS audit (id INTEGER PRIMARY KEY, data TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS reports (
        seq INTEGER NOT NULL, person TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (seq, person)
    ) WITHOUT ROWID;
    UPDATE meta SET value = '4' WHERE key = 'version';
";

/// Turns the tables of version 4 into those of version 5.
pub const UPGRADE_FROM_4: &str = "
    CREATE TABLE IF NOT EXISTS knowledge (
        bot TEXT NOT NULL, passage INTEGER NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, words TEXT NOT NULL,
        PRIMARY KEY (bot, passage)
    ) WITHOUT ROWID;
    UPDATE meta SET value = '5' WHERE key = 'version';
";

/// Turns the tables of version 5 into those of version 6.
pub const UPGRADE_FROM_5: &str = "
    CREATE TABLE IF NOT EXISTS push (
        endpoint TEXT PRIMARY KEY, person TEXT NOT NULL, data TEXT NOT NULL
    ) WITHOUT ROWID;
    UPDATE meta SET value = '6' WHERE key = 'version';
";

/// The version of the tables, and the upgrade from it to the next.
pub const UPGRADES: [(&str, &str); 5] = [
    ("1", UPGRADE_FROM_1),
    ("2", UPGRADE_FROM_2),
    ("3", UPGRADE_FROM_3),
    ("4", UPGRADE_FROM_4),
    ("5", UPGRADE_FROM_5),
];

/// Checks for the tables without creating any.
pub const HAS_TABLES: &str = "
    SELECT json_array(name) AS row FROM sqlite_master WHERE type = 'table' AND name = 'meta'";
pub const SELECT_META: &str = "SELECT json_array(key, value) AS row FROM meta";
/// The lowest and the highest `seq`. Each subquery reads one row by its key, so the time does not grow with the log.
pub const SELECT_OLDEST_AND_HEAD: &str = "
    SELECT json_array((SELECT MIN(seq) FROM log), (SELECT MAX(seq) FROM log)) AS row";

/// Rows after one `seq` up to and including another, oldest first.
pub const SELECT_ROWS: &str = "
    SELECT json_array(seq, kind, at, author, nonce, target, data) AS row
    FROM log WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?";
/// Messages and answers before a `seq`, newest first.
pub const SELECT_NEWEST_MESSAGES: &str = "
    SELECT json_array(seq, kind, at, author, nonce, target, data) AS row
    FROM log WHERE seq < ? AND kind IN ('said', 'answer') ORDER BY seq DESC LIMIT ?";
/// Messages and answers after a `seq`, oldest first.
pub const SELECT_OLDEST_MESSAGES: &str = "
    SELECT json_array(seq, kind, at, author, nonce, target, data) AS row
    FROM log WHERE seq > ? AND kind IN ('said', 'answer') ORDER BY seq LIMIT ?";
/// The sizes of the data of the rows that [`SELECT_ROWS`] reads, in its order. SQLite knows the size of a text without reading it.
pub const SELECT_ROW_SIZES: &str = "
    SELECT json_group_array(size) AS row FROM (
        SELECT octet_length(data) AS size FROM log WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?
    )";
/// The same for [`SELECT_NEWEST_MESSAGES`].
pub const SELECT_NEWEST_MESSAGE_SIZES: &str = "
    SELECT json_group_array(size) AS row FROM (
        SELECT octet_length(data) AS size
        FROM log WHERE seq < ? AND kind IN ('said', 'answer') ORDER BY seq DESC LIMIT ?
    )";
/// The same for [`SELECT_OLDEST_MESSAGES`].
pub const SELECT_OLDEST_MESSAGE_SIZES: &str = "
    SELECT json_group_array(size) AS row FROM (
        SELECT octet_length(data) AS size
        FROM log WHERE seq > ? AND kind IN ('said', 'answer') ORDER BY seq LIMIT ?
    )";
/// The edited messages, and the answers of which another option was chosen, up to a `seq`, those changed last first.
pub const SELECT_EDITED: &str = "
    SELECT json_array(target) AS row
    FROM log WHERE seq > ? AND seq <= ? AND kind IN ('edited', 'chosen') AND target <= ?
    GROUP BY target ORDER BY MAX(seq) DESC LIMIT ?";
/// How many rows a range has, and how many bytes of data.
pub const COUNT_ROWS: &str = "
    SELECT json_array(COUNT(*), COALESCE(SUM(octet_length(data)), 0)) AS row
    FROM log WHERE seq > ? AND seq <= ?";
/// The messages and answers of a range that contain a text, newest first: the text is given in small letters, as a part of a JSON
/// string and as it is. Searching the JSON first means that only rows that may contain it are parsed. `CASE`, because only the data
/// of messages and answers is JSON, and the conditions of `AND` have no order. Of the text a part around the match is told, with
/// how many characters stand before it and how many there are, as integers although JavaScript's numbers are none.
pub const SEARCH_ROWS: &str = "
    SELECT json_array(seq, at, person, name, substr(text, start + 1, ?), start, length(text)) AS row FROM (
        SELECT seq, at, CASE kind WHEN 'said' THEN author END AS person,
            COALESCE(json_extract(data, '$.name'), json_extract(data, '$.bot'), '') AS name,
            json_extract(data, '$.text') AS text,
            max(0, instr(lower(json_extract(data, '$.text')), ?) - 1 - CAST(? AS INTEGER)) AS start
        FROM log WHERE seq > ? AND seq <= ? AND CASE
            WHEN kind NOT IN ('said', 'answer') THEN 0
            WHEN instr(lower(data), ?) = 0 THEN 0
            ELSE instr(lower(json_extract(data, '$.text')), ?)
        END > 0
        ORDER BY seq DESC LIMIT ?
    )";
pub const SELECT_ROW: &str = "
    SELECT json_array(seq, kind, at, author, nonce, target, data) AS row FROM log WHERE seq = ?";
/// The row that an author wrote under a nonce.
pub const FIND_NONCE: &str = "
    SELECT json_array(seq) AS row FROM log WHERE seq > ? AND author = ? AND nonce = ? LIMIT 1";
pub const SELECT_RUNS: &str = "SELECT json_array(data) AS row FROM runs ORDER BY run";
pub const SELECT_CHAIN: &str = "SELECT json_array(data) AS row FROM chains WHERE bot = ?";
pub const SELECT_PERSON: &str = "SELECT json_array(number, said) AS row FROM people WHERE person = ?";
pub const SELECT_NICKNAME: &str = "SELECT json_array(person, seen) AS row FROM names WHERE key = ?";
pub const SELECT_CUSTOM_BOTS: &str = "SELECT json_array(data) AS row FROM bots ORDER BY handle";
/// Which of a JSON array of texts each passage of a bot holds, by their places in the array: all in one row.
pub const SEARCH_PASSAGES: &str = "
    SELECT json_group_array(json_array(passage, title, json(found))) AS row FROM (
        SELECT passage, title,
            (SELECT json_group_array(key) FROM json_each(?) WHERE instr(words, value) > 0) AS found
        FROM knowledge WHERE bot = ? ORDER BY passage
    )";
pub const SELECT_PASSAGES: &str =
    "SELECT json_array(passage, title, text) AS row FROM knowledge WHERE bot = ? ORDER BY passage";
/// Those with the numbers in a JSON array.
pub const SELECT_PASSAGES_BY_NUMBER: &str = "
    SELECT json_array(passage, title, text) AS row
    FROM knowledge WHERE bot = ? AND passage IN (SELECT value FROM json_each(?)) ORDER BY passage";
pub const SELECT_SPENDING: &str =
    "SELECT json_array(data) AS row FROM spends WHERE spender = ? AND period = ?";
/// Responses to delete at the model's server, those with the fewest tries first.
pub const SELECT_RESPONSES_TO_DELETE: &str = "
    SELECT json_array(id, bot, run, tries) AS row FROM responses WHERE doomed = 1 ORDER BY tries, id LIMIT ?";
/// What the ledger has not taken yet.
pub const SELECT_SETTLEMENTS: &str = "
    SELECT json_array(run, call, micros) AS row FROM settlements ORDER BY run, call LIMIT ?";
/// Whether somebody with this id owns the room, is its member, or has joined it: three rows by their keys.
pub const KNOWS: &str = "
    SELECT json_array(1) AS row WHERE EXISTS (SELECT 1 FROM people WHERE person = ?)
    OR EXISTS (SELECT 1 FROM members WHERE person = ?)
    OR EXISTS (SELECT 1 FROM restrictions WHERE subject = ?)
    OR EXISTS (SELECT 1 FROM meta WHERE key = 'owner' AND value = ?)";
pub const SELECT_MEMBER: &str = "SELECT json_array(person) AS row FROM members WHERE person = ?";

pub const SET_META: &str = "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)";
pub const DELETE_META: &str = "DELETE FROM meta WHERE key = ?";
/// Fails when the `seq` is taken.
pub const INSERT_ROW: &str = "
    INSERT INTO log (seq, kind, at, author, nonce, target, data) VALUES (?, ?, ?, ?, ?, ?, ?)";
pub const UPDATE_ROW: &str = "UPDATE log SET kind = ?, data = ? WHERE seq = ?";
pub const SET_RUN: &str = "INSERT OR REPLACE INTO runs (run, data) VALUES (?, ?)";
pub const DELETE_RUN: &str = "DELETE FROM runs WHERE run = ?";
pub const SET_CHAIN: &str = "INSERT OR REPLACE INTO chains (bot, data) VALUES (?, ?)";
pub const SET_RESPONSE: &str =
    "INSERT OR REPLACE INTO responses (id, bot, run, doomed, tries) VALUES (?, ?, ?, ?, ?)";
/// For all answers after a `seq`, except those of some bots from some run on: a JSON array of pairs of a handle and a run.
pub const MARK_RESPONSES_FOR_DELETION: &str = "
    UPDATE responses SET doomed = 1 WHERE run > ? AND NOT EXISTS (
        SELECT 1 FROM json_each(?) AS kept
        WHERE json_extract(kept.value, '$[0]') = responses.bot
            AND responses.run >= json_extract(kept.value, '$[1]')
    )";
pub const COUNT_RESPONSE_DELETION_TRY: &str = "UPDATE responses SET tries = tries + 1 WHERE id = ?";
pub const DELETE_RESPONSE: &str = "DELETE FROM responses WHERE id = ?";
pub const SET_SETTLEMENT: &str = "INSERT OR REPLACE INTO settlements (run, call, micros) VALUES (?, ?, ?)";
pub const DELETE_SETTLEMENT: &str = "DELETE FROM settlements WHERE run = ? AND call = ?";
pub const SET_CUSTOM_BOT: &str = "INSERT OR REPLACE INTO bots (handle, data) VALUES (?, ?)";
pub const DELETE_CUSTOM_BOT: &str = "DELETE FROM bots WHERE handle = ?";
pub const DELETE_KNOWLEDGE: &str = "DELETE FROM knowledge WHERE bot = ?";
/// Inserts passages: a JSON array of arrays of title, text and words.
pub const INSERT_KNOWLEDGE: &str = "
    INSERT INTO knowledge (bot, passage, title, text, words)
    SELECT ?, key, json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]')
    FROM json_each(?)";
pub const SET_SPENDING: &str = "INSERT OR REPLACE INTO spends (spender, period, data) VALUES (?, ?, ?)";
/// Deletes past days and hours. A period is `d` or `h` with a number; numbers are compared as text, because the number of their
/// digits does not change for decades.
pub const TRIM_SPENDING: &str = "
    DELETE FROM spends WHERE (period LIKE 'd%' AND period < ?) OR (period LIKE 'h%' AND period < ?)";
pub const SET_PERSON: &str = "INSERT OR REPLACE INTO people (person, number) VALUES (?, ?)";
pub const SET_PERSON_SAID: &str = "UPDATE people SET said = ? WHERE person = ?";
/// `people` is the highest number that a person was given.
pub const RAISE_PEOPLE_COUNT: &str = "
    UPDATE meta SET value = MAX(CAST(value AS INTEGER), CAST(? AS INTEGER)) WHERE key = 'people'";
pub const SET_NICKNAME: &str = "INSERT OR REPLACE INTO names (key, person, seen) VALUES (?, ?, ?)";
/// Deletes a person's nicknames besides those that were seen last.
pub const TRIM_NICKNAMES: &str = "
    DELETE FROM names WHERE person = ?
    AND key NOT IN (SELECT key FROM names WHERE person = ? ORDER BY seen DESC LIMIT ?)";
pub const FORGET_NICKNAMES: &str = "DELETE FROM names WHERE seen < ?";
/// Deletes people without a nickname and without a row in the log. It reads both tables whole.
pub const FORGET_PEOPLE: &str = "
    DELETE FROM people
    WHERE person NOT IN (SELECT person FROM names) AND person NOT IN (SELECT author FROM log)
    AND person NOT IN (SELECT person FROM push)";
/// Deletes nicknames that nobody used since a moment, and those of members since another one.
pub const AGE_NICKNAMES: &str = "
    DELETE FROM names WHERE seen < ?
    OR (seen < ? AND person NOT IN (SELECT person FROM members))";
/// Deletes members besides the owner who have not joined, or of whom nothing else is kept.
pub const FORGET_MEMBERS: &str = "
    DELETE FROM members WHERE person NOT IN (SELECT person FROM people)
    AND person NOT IN (SELECT value FROM meta WHERE key = 'owner')";
/// What a person wrote in a range of the log, oldest first. It looks at every row of the range.
pub const SELECT_ROWS_OF: &str = "
    SELECT json_array(seq, kind, at, author, nonce, target, data) AS row
    FROM log WHERE seq > ? AND seq <= ? AND author = ?
    AND kind IN ('said', 'voted', 'card_changed', 'reacted', 'chosen', 'bot_set')
    ORDER BY seq LIMIT ?";
/// The sizes of the data of the rows that [`SELECT_ROWS_OF`] reads, in its order.
pub const SELECT_SIZES_OF: &str = "
    SELECT json_group_array(size) AS row FROM (
        SELECT octet_length(data) AS size FROM log
        WHERE seq > ? AND seq <= ? AND author = ?
        AND kind IN ('said', 'voted', 'card_changed', 'reacted', 'chosen', 'bot_set')
        ORDER BY seq LIMIT ?
    )";
pub const SELECT_NICKNAMES_OF: &str = "SELECT json_array(key) AS row FROM names WHERE person = ?";
pub const FORGET_NICKNAMES_OF: &str = "DELETE FROM names WHERE person = ?";
pub const FORGET_PERSON: &str = "DELETE FROM people WHERE person = ?";
pub const FORGET_PUSH_OF: &str = "DELETE FROM push WHERE person = ?";
pub const SELECT_PUSH: &str = "SELECT json_array(json(data)) AS row FROM push";
pub const SET_PUSH: &str = "INSERT OR REPLACE INTO push (endpoint, person, data) VALUES (?, ?, ?)";
pub const DELETE_PUSH: &str = "DELETE FROM push WHERE endpoint = ?";
pub const FORGET_REPORTS_BY: &str = "DELETE FROM reports WHERE person = ?";
pub const FORGET_MEMBER: &str = "DELETE FROM members WHERE person = ?";
pub const ADD_MEMBER: &str = "INSERT OR IGNORE INTO members (person) VALUES (?)";
/// Deletes the oldest rows, but never the newest: its `seq` must not be given to a later row.
pub const DELETE_ROWS_THROUGH: &str = "DELETE FROM log WHERE seq <= ? AND seq < (SELECT MAX(seq) FROM log)";

pub const SELECT_RESTRICTIONS: &str = "
    SELECT json_array(json(data)) AS row FROM restrictions ORDER BY kind, subject LIMIT ?";
pub const SELECT_RESTRICTION: &str = "
    SELECT json_array(json(data)) AS row FROM restrictions WHERE kind = ? AND subject = ?";
pub const SET_RESTRICTION: &str =
    "INSERT OR REPLACE INTO restrictions (kind, subject, data) VALUES (?, ?, ?)";
pub const DELETE_RESTRICTION: &str = "DELETE FROM restrictions WHERE kind = ? AND subject = ?";
/// Entries of the audit list, newest first.
pub const SELECT_AUDIT: &str = "SELECT json_array(json(data)) AS row FROM audit ORDER BY id DESC LIMIT ?";
pub const ADD_AUDIT: &str = "INSERT INTO audit (data) VALUES (?)";
/// Deletes all but the newest entries.
pub const TRIM_AUDIT: &str = "DELETE FROM audit WHERE id <= (SELECT MAX(id) FROM audit) - ?";
pub const SELECT_REPORTS: &str =
    "SELECT json_array(json(data)) AS row FROM reports ORDER BY seq, person LIMIT ?";
pub const SET_REPORT: &str = "INSERT OR REPLACE INTO reports (seq, person, data) VALUES (?, ?, ?)";
pub const DELETE_REPORTS: &str = "DELETE FROM reports WHERE seq = ?";
/// Members who have never joined are members no more when the key of a room changes.
pub const DELETE_UNJOINED_MEMBERS: &str =
    "DELETE FROM members WHERE person NOT IN (SELECT person FROM people)";
/// Everything of a deleted room but its name, and what is needed to delete its responses at model servers.
pub const DELETE_CONTENTS: &str = "
    DELETE FROM log;
    DELETE FROM runs;
    DELETE FROM chains;
    DELETE FROM people;
    DELETE FROM names;
    DELETE FROM members;
    DELETE FROM restrictions;
    DELETE FROM audit;
    DELETE FROM reports;
    DELETE FROM knowledge;
    DELETE FROM push;
";
