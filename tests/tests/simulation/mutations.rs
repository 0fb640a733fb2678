//! Applies mutations to what is stored and to what a bot is sent.

use models::{Item, Turn};
use room::memory::MemoryStorage;
use room::{RowData, Write};

use crate::options::Mutation;
use crate::world::World;

impl Mutation {
    /// Applies the mutation to a transaction.
    pub(crate) fn apply_to(self, writes: &mut Vec<Write>, stored: &MemoryStorage) {
        let deletes = writes.iter().any(|write| matches!(write, Write::MarkResponsesForDeletion { .. }));
        match self {
            Self::KeptChains if deletes => writes.retain(|write| !matches!(write, Write::Chain(_))),
            Self::KeptResponses => {
                writes.retain(|write| !matches!(write, Write::MarkResponsesForDeletion { .. }))
            }
            Self::RemovedBotsReturn => writes.retain(|write| !matches!(write, Write::BotRemoved(_))),
            Self::DoubledVotes => {
                for write in writes {
                    if let Write::Rewrite { seq, data: RowData::Answer(answer) } = write
                        && let Some(RowData::Answer(before)) = stored.rows.get(seq).map(|row| &row.data)
                        && let (Some(first), Some(last)) = (before.votes.first(), answer.votes.last())
                        && first.person == last.person
                    {
                        answer.votes.insert(0, first.clone());
                    }
                }
            }
            Self::StaleHeads => {
                let ended = writes.iter().find_map(|write| match write {
                    Write::RunEnded(run) => Some(*run),
                    _ => None,
                });
                for write in writes {
                    if let Write::Chain(chain) = write
                        && chain.head.is_none()
                        && !chain.stateless
                    {
                        let of_run = stored.responses.values().filter(|of| Some(of.run) == ended);
                        chain.head = of_run.map(|of| of.id.clone()).next_back();
                    }
                }
            }
            _ => {}
        }
    }
}

impl World {
    /// Applies the mutation to a turn.
    pub(crate) fn mutate_turn(&self, turn: &mut Turn) {
        match self.options.mutation {
            Some(Mutation::LostCorrections) => {
                turn.input.retain(|item| !item.text().contains("an earlier message was changed"));
            }
            Some(Mutation::DoubledOutputs) => {
                let found = turn.input.iter().rev().find(|item| matches!(item, Item::ToolOutput { .. }));
                let again = found.cloned();
                turn.input.extend(again);
            }
            _ => {}
        }
    }
}
