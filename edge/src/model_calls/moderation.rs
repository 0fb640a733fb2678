//! Moderation of a question before its call, where the operator switched it on.

use models::{Api, ModelError, ModelErrorKind, moderation};
use room::Call;
use worker::AbortSignal;

use super::request::{ERROR_BODY_BYTES, REQUEST_TIMEOUT_MS, model_error, post};
use crate::http::fetch::fetch_abortable;
use crate::settings::Settings;

/// Checks whether the question of a call may be sent to a model. The signal aborts the check.
///
/// # Errors
/// `PolicyBlocked` when the moderation endpoint flags it, `Unchecked` when the endpoint does not answer: then the model is not
/// called.
pub(super) async fn check(call: &Call, settings: &Settings, signal: &AbortSignal) -> Result<(), ModelError> {
    if !settings.moderation || call.asked.is_empty() {
        return Ok(());
    }
    let body = moderation::request(&call.asked, settings.moderation_url());
    let verdict = async {
        let request = post(Api::Responses, &body, settings.key.as_ref())?;
        let (status, body) = fetch_abortable(request, REQUEST_TIMEOUT_MS, ERROR_BODY_BYTES, signal).await?;
        Ok::<_, worker::Error>((status == 200).then(|| moderation::is_flagged(&body).ok()).flatten())
    };
    match verdict.await {
        Ok(Some(false)) => Ok(()),
        Ok(Some(true)) => Err(model_error(ModelErrorKind::PolicyBlocked, "moderation flagged it")),
        Ok(None) | Err(_) => Err(model_error(ModelErrorKind::Unchecked, "moderation did not answer")),
    }
}
