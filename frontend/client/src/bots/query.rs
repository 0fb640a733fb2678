//! A question to the room that writes nothing, and its newest reply.

/// The state of one kind of query. An old reply stays while a new one is awaited.
#[derive(Debug)]
pub(crate) struct Query<T> {
    reply: Option<T>,
    is_waiting: bool,
}

impl<T> Default for Query<T> {
    fn default() -> Self {
        Self { reply: None, is_waiting: false }
    }
}

impl<T> Query<T> {
    pub(crate) fn reply(&self) -> Option<&T> {
        self.reply.as_ref()
    }

    pub(crate) fn is_waiting(&self) -> bool {
        self.is_waiting
    }

    pub(crate) fn ask(&mut self) {
        self.is_waiting = true;
    }

    pub(crate) fn answer(&mut self, reply: T) {
        *self = Self { reply: Some(reply), is_waiting: false };
    }

    pub(crate) fn give_up(&mut self) {
        self.is_waiting = false;
    }
}
