//! Scripts: what happens to a client, line by line, and what it does about it. The words are listed at [`Script::run`].

mod connecting;
mod promises;
mod random;
mod receiving;
mod room;
mod script;
mod writing;

use script::{Script, check};
