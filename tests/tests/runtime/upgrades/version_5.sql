-- A room as the fifth version created and filled it: with what a custom bot knows besides.
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
INSERT INTO meta VALUES ('version', '5'), ('name', '{room}'), ('epoch', 'epoch-of-version-5'), ('owner', '{ann}'),
    ('key_hash', 'the digest of a key'), ('created', '{before}'), ('people', '2');
INSERT INTO people VALUES ('{ann}', 1, NULL), ('{bob}', 2, {before});
INSERT INTO names VALUES ('ann', '{ann}', {before}), ('bob', '{bob}', {before});
INSERT INTO members VALUES ('{ann}'), ('{bob}');
INSERT INTO log VALUES
    (1, 'said', {before}, '{ann}', 'older-0000000000000001', NULL, '{"name":"Ann","owner":true,"number":1,"text":"@chatbot hello"}'),
    (2, 'answer', {before}, '{ann}', NULL, NULL,
        '{"bot":"chatbot","parent":1,"state":"done","text":"Hello, Ann.","context_messages":1,"chain_rebuilt":true,"usage":{"input":30,"cached":10,"output":5},"cost":70,"tool_uses":[{"tool":"weather","argument":"Seoul"}],"ended":3,"continues_from":{"last":0,"context_messages":0}}'),
    (3, 'ended', {before}, '{ann}', NULL, 2, ''),
    (4, 'said', {before}, '{bob}', 'older-0000000000000002', NULL, '{"name":"Bob","number":2,"text":"words of Bob","reply_to":2,"edited":true}'),
    (5, 'edited', {before}, '{bob}', 'older-0000000000000003', 4, ''),
    (6, 'said', {before}, '{ann}', 'older-0000000000000004', NULL, '{"name":"Ann","owner":true,"number":1,"text":"","deleted":true}'),
    (7, 'deleted', {before}, '{ann}', 'older-0000000000000005', 6, ''),
    (8, 'bot_set', {before}, '{ann}', 'older-0000000000000006', NULL,
        '{"handle":"pirate","aliases":["해적"],"name":{"en":"Pirate","ko":"Pirate"},"about":{"en":"Arr","ko":"Arr"},"colour":3,"reads":12,"custom":true}'),
    (9, 'said', {before}, '{ann}', 'older-0000000000000007', NULL, '{"name":"Ann","owner":true,"number":1,"text":"@poll lunch?"}'),
    (10, 'answer', {before}, '{ann}', NULL, NULL,
        '{"bot":"poll","parent":9,"state":"done","text":"Lunch?\n1. Noodles\n2. Rice","context_messages":3,"cost":50,"card":{"kind":"poll","question":"Lunch?","options":["Noodles","Rice"]},"votes":[{"person":"{bob}","option":1}],"ended":11}'),
    (11, 'ended', {before}, '{ann}', NULL, 10, ''),
    (12, 'voted', {before}, '{bob}', 'older-0000000000000008', 10, '1'),
    (13, 'bot_gone', {before}, '{ann}', 'older-0000000000000009', NULL, 'parrot'),
    (14, 'said', {before}, '{ann}', 'older-0000000000000010', NULL, '{"name":"Ann","owner":true,"number":1,"text":"@chatbot again"}'),
    (15, 'answer', {before}, '{ann}', NULL, NULL, '{"bot":"chatbot","parent":14,"state":"queued","context_messages":0}');
INSERT INTO runs VALUES (15, '{"run":15,"bot":"chatbot","parent":14,"asker":"{ann}","address":"an-address-hash","is_counted":true,"starts":1,"calls":1,"through":14,"continues_from":null,"partial_text":"So far","reserved_micros":9}');
INSERT INTO chains VALUES ('chatbot', '{"bot":"chatbot","head":"resp_old_2","run":2,"base":{"last":0,"context_messages":0},"last":1,"context_messages":1,"tokens":35,"held":{"oldest":1,"first_run":2},"summary":"They said hello.","summary_through":1,"fingerprint":"an old fingerprint","stateless":false}');
INSERT INTO responses VALUES ('resp_old_1', 'chatbot', 1, 1, 2), ('resp_old_2', 'chatbot', 2, 0, 0);
INSERT INTO bots VALUES ('pirate', '{"draft":{"handle":"pirate","aliases":["해적"],"name":"Pirate","about":"Arr","instructions":"Speak like a pirate.","temperature":90},"revision":8,"colour":3}');
INSERT INTO spends VALUES
    ('', 'all', '[{"answers":2,"input":30,"cached":10,"output":5,"cost":120},130]'),
    ('', 'd{day}', '[{"answers":2,"input":30,"cached":10,"output":5,"cost":120},130]'),
    ('{ann}', 'd{day}', '[{"answers":2,"input":30,"cached":10,"output":5,"cost":120},130]'),
    ('{ann}', 'h{hour}', '[{"answers":2,"input":0,"cached":0,"output":0,"cost":0},0]'),
    ('@an-address-hash', 'h{hour}', '[{"answers":2,"input":0,"cached":0,"output":0,"cost":0},0]');
INSERT INTO settlements VALUES (2, 1, 70), (10, 1, NULL);
