//! Checks that every tab shows the same bots, drafts and bill as the storage holds.

use shared::BotDraft;

use crate::tab::Tab;
use crate::world::World;

impl World {
    pub(crate) fn check_bots(&self, tab: &Tab) -> Result<(), String> {
        // The size of a bot's memory changes after the bot was sent to the tabs.
        let face = |bot: &shared::Bot| (bot.handle.clone(), bot.aliases.clone(), bot.card, bot.price);
        let mut shown: Vec<_> = tab.client.bots().iter().map(face).collect();
        shown.sort_by(|a, b| a.0.cmp(&b.0));
        let expected: Vec<_> = self.bots_now().iter().map(face).collect();
        if shown != expected {
            return Err(format!("bots: {shown:?} are shown instead of {expected:?}"));
        }
        let stored = &self.shell.storage.memory;
        let drafts: Vec<&BotDraft> = stored.bots.values().map(|bot| &bot.draft).collect();
        if let Some(known) = tab.client.custom_bots()
            && !tab.is_reader
            && known.drafts.iter().collect::<Vec<_>>() != drafts
        {
            return Err(format!("drafts: {:?} are known instead of {drafts:?}", known.drafts));
        }
        let all = stored.spends.get(&(room::Spender::Room, room::Period::All)).map(|spend| spend.totals);
        if let Some(bill) = tab.client.bill()
            && bill.all != all.unwrap_or_default()
        {
            return Err(format!("bill: {:?} is shown instead of {all:?}", bill.all));
        }
        Ok(())
    }
}
