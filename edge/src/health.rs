//! `GET /api/health`: whether the deployment has what it needs. It tells no secret and no reason; those are in the operator's log.
//!
//! Each isolate keeps the answer for a few seconds, so that nobody can load the ledger through it.

use std::cell::Cell;

use shared::Millis;
use shared::operator::Health;
use worker::{Env, Response, Result};

use crate::http::reply;
use crate::settings::Settings;
use crate::{ledger_object, log, runtime};

/// How long an answer is kept.
const KEPT_MS: u64 = 5_000;

thread_local! {
    static LATEST: Cell<Option<(Millis, Health)>> = const { Cell::new(None) };
}

/// Answers with 200 when the deployment is ready, otherwise with 503.
pub async fn reply(env: &Env) -> Result<Response> {
    let now = runtime::now();
    let health = match LATEST.get().filter(|(at, _)| is_fresh(*at, now)) {
        Some((_, health)) => health,
        None => {
            let health = check(env).await;
            LATEST.set(Some((now, health)));
            if !health.ready {
                let Health { identity, model, ledger, .. } = health;
                let fields: [(&'static str, log::Value<'_>); 3] =
                    [("identity", &identity), ("model", &model), ("ledger", &ledger)];
                log::error("not_ready", &fields);
            }
            health
        }
    };
    reply::json(if health.ready { 200 } else { 503 }, &health)
}

async fn check(env: &Env) -> Health {
    let settings = Settings::from_env(env);
    let has_key = |name: &str| {
        let secret = env.secret(name).map(|secret| secret.to_string());
        secret
            .or_else(|_| env.var(name).map(|value| value.to_string()))
            .is_ok_and(|key| !key.trim().is_empty())
    };
    let identity = settings.keys.is_ok();
    let model = is_model_usable(&settings, has_key);
    let ledger = ledger_object::is_reachable(env).await;
    Health { ready: identity && model && ledger, identity, model, ledger }
}

/// Whether the settings are used as they are written, and a vendor's server has its key.
fn is_model_usable(settings: &Settings, has_key: impl Fn(&str) -> bool) -> bool {
    settings.errors.is_empty() && (!settings.is_hosted() || has_key(&settings.route().key))
}

fn is_fresh(at: Millis, now: Millis) -> bool {
    at <= now && now.since(at) < KEPT_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_147_a_vendors_server_needs_its_key_and_settings_must_be_valid() {
        let usable = |values: &[(&str, &str)], has_key: bool| {
            let value =
                |name: &str| values.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
            is_model_usable(&Settings::read(value), |_| has_key)
        };
        assert!(usable(&[], true) && !usable(&[], false));
        assert!(usable(&[("OPENAI_BASE_URL", "http://127.0.0.1:11434/v1")], false));
        assert!(!usable(&[("BUDGET_DAY_USD", "five")], true));
        assert!(!usable(&[("OPENAI_API", "respones")], true), "a typing error");
    }

    #[test]
    fn case_147_an_answer_is_kept_for_five_seconds() {
        let at = Millis(1_800_000_000_000);
        assert!(is_fresh(at, at.plus(4_999)) && !is_fresh(at, at.plus(5_000)));
        assert!(!is_fresh(at.plus(1), at), "a clock that went back keeps nothing");
    }
}
