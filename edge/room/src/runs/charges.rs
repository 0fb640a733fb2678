//! Charges calls when they end, and settles the claims that paid for them.

use models::FinishReason;
use shared::{Seq, Usage};

use super::Runs;
use super::active_run::{ActiveRun, ModelCall, Phase};
use crate::billing::settlements::Settlements;
use crate::billing::spending::{self, CallCost, EndedCall};
use crate::context::Context;
use crate::storage::{AnswerRow, RunRecord, SettlementRecord, Write};

impl Runs {
    /// Charges the call in progress, unless that was done already, and frees what was reserved for it and for further answers. A
    /// call whose request has not left costs nothing.
    pub(super) fn charge(&mut self, cx: &mut Context<'_>, run: Seq, call_cost: CallCost) {
        self.charge_call(cx, run, call_cost);
        if let Some(active) = self.active.get_mut(&run) {
            settle(cx, &mut self.settlements, &mut active.record);
        }
    }

    /// The same, but what its claim holds for further answers stays reserved.
    pub(super) fn charge_call(&mut self, cx: &mut Context<'_>, run: Seq, call_cost: CallCost) {
        let Some(active) = self.active.get_mut(&run) else { return };
        let ActiveRun { record, answer, phase, .. } = active;
        if let Phase::Calling(call) = phase {
            charge(cx, &mut self.settlements, record, (answer, call), call_cost);
        }
    }
}

/// Charges a call of a run, unless that was done already, and notes in the answer what it cost. Where no other call shares its
/// claim, the claim is settled.
pub(super) fn charge(
    cx: &mut Context<'_>,
    settlements: &mut Settlements,
    record: &mut RunRecord,
    (answer, call): (&mut AnswerRow, &mut ModelCall),
    call_cost: CallCost,
) {
    let is_unsent = !call.is_sent && matches!(call_cost, CallCost::Unknown);
    let call_cost = if is_unsent { CallCost::Nothing } else { call_cost };
    if std::mem::replace(&mut call.is_charged, true) {
        return;
    }
    let has_claim = record.reserved_micros > 0;
    let reserved_micros = record.take_share();
    if let (Some(usage), cost) = call_cost.priced(call.price) {
        answer.add_cost(Some(usage), cost, false);
    }
    if matches!(call_cost, CallCost::Unknown) && reserved_micros > 0 {
        // What counts against the limits is what people are shown.
        answer.add_cost(None, Some(reserved_micros), true);
    }
    let ended = EndedCall { asker: &record.asker, reserved_micros, price: call.price };
    let micros = spending::charge(cx, &ended, call_cost);
    if let Some(claim) = &mut record.shared_claim {
        claim.spent_micros = claim.spent_micros.saturating_add(micros.unwrap_or(reserved_micros));
    } else if cx.config.budget.has_ledger && has_claim {
        settlements.add(cx, SettlementRecord { run: record.run, call_number: record.calls, micros });
    }
    if has_claim {
        // Otherwise a crash before the next call would charge this one again.
        cx.effects.write(Write::Run(record.clone()));
    }
}

/// Settles the claim that several calls of a run share, with what they cost together.
pub(super) fn settle(cx: &mut Context<'_>, settlements: &mut Settlements, record: &mut RunRecord) {
    let Some(claim) = record.shared_claim.take() else { return };
    record.reserved_micros = 0;
    if cx.config.budget.has_ledger && claim.micros > 0 {
        let (run, call_number, micros) = (record.run, claim.call_number, Some(claim.spent_micros));
        settlements.add(cx, SettlementRecord { run, call_number, micros });
    }
    cx.effects.write(Write::Run(record.clone()));
}

/// What a call that ended costs: nothing where its request never left, or where the API refused it before the model read
/// anything. A connection that was lost and a response that is not understood say nothing of what was read. `is_silent`: the call
/// has written no text.
pub(super) fn cost_of(
    call: &ModelCall,
    is_silent: bool,
    finish: &FinishReason,
    usage: Option<Usage>,
) -> CallCost {
    let is_untouched = call.response_id.is_none() && is_silent && call.summary.is_empty();
    match (finish, usage) {
        (_, Some(usage)) => CallCost::Usage(usage),
        (FinishReason::Failed(_), None) if !call.is_sent => CallCost::Nothing,
        (FinishReason::Failed(error), None) if is_untouched && error.is_refusal() => CallCost::Nothing,
        _ => CallCost::Unknown,
    }
}
