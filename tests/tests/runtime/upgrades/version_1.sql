-- A room as the first version created and filled it. Its answer began while the process was killed.
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
CREATE TABLE responses (id TEXT PRIMARY KEY, bot TEXT NOT NULL, run INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE people (person TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE names (key TEXT PRIMARY KEY, person TEXT NOT NULL, seen INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE members (person TEXT PRIMARY KEY) WITHOUT ROWID;
INSERT INTO meta VALUES ('version', '1'), ('name', '{room}'), ('epoch', 'epoch-of-version-1'), ('owner', '{ann}'),
    ('key_hash', 'the digest of a key'), ('created', '{before}'), ('people', '2');
INSERT INTO people VALUES ('{ann}', 1), ('{bob}', 2);
INSERT INTO names VALUES ('ann', '{ann}', {before}), ('bob', '{bob}', {before});
INSERT INTO members VALUES ('{ann}'), ('{bob}');
INSERT INTO log VALUES
    (1, 'said', {before}, '{ann}', 'older-0000000000000001', NULL, '{"name":"Ann","owner":true,"number":1,"text":"@chatbot hello"}'),
    (2, 'answer', {before}, '{ann}', NULL, NULL,
        '{"bot":"chatbot","parent":1,"state":"done","text":"Hello, Ann.","follows":1,"reread":true,"usage":{"input":30,"cached":10,"output":5},"ended":3,"base":{"last":0,"follows":0}}'),
    (3, 'ended', {before}, '{ann}', NULL, 2, ''),
    (4, 'said', {before}, '{bob}', 'older-0000000000000002', NULL, '{"name":"Bob","number":2,"text":"words of Bob","reply_to":2}'),
    (5, 'said', {before}, '{ann}', 'older-0000000000000003', NULL, '{"name":"Ann","owner":true,"number":1,"text":"@chatbot again"}'),
    (6, 'answer', {before}, '{ann}', NULL, NULL, '{"bot":"chatbot","parent":5,"state":"queued","follows":0}');
INSERT INTO runs VALUES (6, '{"run":6,"bot":"chatbot","parent":5,"asker":"{ann}","calls":1,"through":5,"base":null,"partial":"So far"}');
INSERT INTO chains VALUES ('chatbot', '{"bot":"chatbot","head":"resp_old_2","last":1,"follows":1,"fingerprint":"an old fingerprint","stateless":false}');
INSERT INTO responses VALUES ('resp_old_2', 'chatbot', 2);
