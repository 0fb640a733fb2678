//! What screens show besides messages: bots, drafts and the bill, the same everywhere.

use shared::BotDraft;

use crate::page::Page;
use crate::world::World;

impl World {
    /// Bots, drafts and the bill are the same everywhere.
    pub(crate) fn check_bots(&self, page: &Page) -> Result<(), String> {
        // What a bot remembers grows after it was told.
        let face = |bot: &shared::Bot| (bot.handle.clone(), bot.aliases.clone(), bot.card, bot.price);
        let mut shown: Vec<_> = page.client.bots().iter().map(face).collect();
        shown.sort_by(|a, b| a.0.cmp(&b.0));
        let expected: Vec<_> = self.bots_now().iter().map(face).collect();
        if shown != expected {
            return Err(format!("bots: {shown:?} are shown instead of {expected:?}"));
        }
        let stored = &self.shell.storage.memory;
        let drafts: Vec<&BotDraft> = stored.bots.values().map(|bot| &bot.draft).collect();
        if let Some(known) = page.client.custom_bots()
            && !page.is_reader
            && known.drafts.iter().collect::<Vec<_>>() != drafts
        {
            return Err(format!("drafts: {:?} are known instead of {drafts:?}", known.drafts));
        }
        let all = stored.spends.get(&(room::Spender::Room, room::Period::All)).map(|spend| spend.totals);
        if let Some(bill) = page.client.bill()
            && bill.all != all.unwrap_or_default()
        {
            return Err(format!("bill: {:?} is shown instead of {all:?}", bill.all));
        }
        Ok(())
    }
}
