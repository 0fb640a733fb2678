//! Tests of the client as a whole. Most are scripts: lines that say what happens to a client, and a transcript of what it
//! does about each, compared by `expect!`. `script` runs scripts and prints transcripts, `parse` reads the frames in them.
//!
//! # Commands
//! One per line; numbers stand for nonces and positions of the log, `ann`, `bob` and `zed` are people.
//!
//! | command | input |
//! | --- | --- |
//! | `start`, `opened`, `closed 4000`, `online`, `offline`, `visible`, `hidden`, `suspend`, `wake` | the input of that name |
//! | `entered open` | the entry reply: `open`, `absent`, `gone`, `banned`, `version`, `unknown`, or the errors `network`, `refused` |
//! | `pass 500` | 500 ms pass, with every tick that is due meanwhile |
//! | `reload` | a new client with what the old one persisted, under the nickname ann |
//! | `join ann` | the person chooses a nickname |
//! | `say 1 hi`, `reply 2 to 5 hi` | they send a message with nonce 1, or with nonce 2 as a reply to message 5 |
//! | `retry 1 as 9`, `discard 1` | they retry (with 9 as the fresh nonce) or discard a message |
//! | `regenerate 3 of 5`, `stop 5` | they ask for answer 5 again, or stop it |
//! | `edit 1 of 4 text`, `delete 1 of 4`, `vote 1 in 5 for 0` | they change a message; `for -` takes the votes back, `for 0,2` is for two options |
//! | `card 1 of 5 close`, `… reopen`, `… add text`, `… resolve 0`, `… open 0` | they change a card |
//! | `setbot 1 cook`, `removebot 1 cook`, `resetsave` | they save or remove a custom bot, or leave its form |
//! | `requestbots`, `requestbill`, `requestpeople` | they open the list of custom bots, the bill or the list of people |
//! | `typing on`, `typing off`, `older` | they type, stop typing, or scroll to the top |
//! | `newer`, `follow on`, `follow off`, `tonewest`, `jump 5` | they scroll to the end of what is shown, see the newest message or not, go to it, or to message 5 |
//! | `search words`, `searcholder` | they search the room, or search on |
//! | `raw …` | the room sends this text |
//!
//! # Frames of the room
//! | command | frame |
//! | --- | --- |
//! | `welcome 3 [as ann] [of 1000] [id bob] [owner] [more] [epoch b] \| MESSAGE \| RUN` | a fresh snapshot at head 3; without messages, 1 to 3 of zed |
//! | `resumed 5 as ann \| EVENT \| RUN` | a welcome that continues from the client's position |
//! | `events \| EVENT \| EVENT`, `page 4 [more] \| MESSAGE` | events of the log; a page of history before 4 |
//! | `page after 4 [newer]`, `page around 4 [more] [newer] \| 3..6` | other pages; `3..6` stands for those messages of zed |
//! | `found x [<9] [>4] \| MESSAGE` | what a search for x before 9 found, which goes on at 4 |
//! | `delta 5 0 text`, `run 5 thinking` | text of answer 5 from byte 0 on; its status |
//! | `accepted 1 6`, `refused 1 slow_down 500`, `refused - nickname_taken` | the reply to a nonce, or to none; after the code the milliseconds to wait, or `field=code` for each wrong field |
//! | `said 4 #ann hi`, `said 5 #1 hi` | a new message: of ann, who is introduced with it; of the person with number 1, who is ann |
//! | `people 2 [all] +bob -zed`, `types ann bob` | joins and leaves with the new count; who types |
//! | `peoplepage [>ann] [more] +bob` | a part of the list of people, after ann |
//! | `drafts cook`, `bill`, `pong` | the frame of that name |
//!
//! MESSAGE is `4 zed hi`, `4 ann/1 hi` (with nonce 1), `4 ann>2 hi` (a reply to message 2), `5 @bot<4 queued` (an answer of the bot `bot` to message 4),
//! `5 @bot<4 done text` or `5 @bot<4 done poll a/b`. EVENT is a message, `4 #ann hi` as in `said`, or `6 end 5 done text`,
//! `6 end 5 done =4` (the four bytes that were streamed), `8 edit 4 text`, `8 delete 4`,
//! `8 vote 5 bob 1` (`-` takes it back), `8 card 5 a/b/c` (a poll's options now), `8 bot cook`, `8 botgone cook`, `7 unknown`. RUN is `run 5 streaming text`,
//! `run 5 queued after 2`, `run 5 thinking tool x` or `run 5 streaming card poll`.
//!
//! # Transcripts
//! Each command is repeated, followed by its effects: `enter [and create]`, `open`, `close`, `send …`, `persist 1`,
//! `unpersist 1`, and in one line after `~` what changed. `= 3 items` begins the timeline as it stands: position, author, text,
//! and in parentheses state, flags and permissions.
#![allow(clippy::string_slice, reason = "a test may panic")]

mod actions;
mod administration;
mod answer_pages;
mod bots;
mod changes;
mod commands;
mod connection;
mod cost_hint;
mod frames;
mod guarantees;
mod live_messages;
mod mention_completion;
mod model_room;
mod modules;
mod nicknames;
mod number_format;
mod outbox;
mod parse;
mod printing;
mod quotes;
mod random_inputs;
mod reading;
mod reconnection;
mod refusals;
mod script;
mod sent;
mod sentences;
mod slow_down;

use script::{Script, check};
