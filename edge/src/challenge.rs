//! The challenge that new visitors may have to pass: Cloudflare Turnstile, off unless the operator has set its keys.
//!
//! It is asked for where the door makes an identity or a room, and nowhere else. The page shows it in a frame of its own, the document
//! at `/api/challenge`, so that only this document may load Cloudflare's script, and the page's own policy names no other server. The
//! page then repeats its request with the token that the frame gave it, in [`TOKEN_HEADER`].
//!
//! Source: Cloudflare, "Turnstile", client-side rendering and "Validate the token" (`siteverify`). A token holds for five minutes and
//! is accepted once, which the service counts.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use wasm_bindgen::JsValue;
use worker::{Env, Headers, Method, Request, RequestInit, Response, Result};

use crate::address_limits::VisitKind;
use crate::http::fetch::fetch_bounded;
use crate::http::reply::{self, ErrorReply, RequestError};
use crate::http::request_url::RequestUrl;
use crate::log;
use crate::request_context::RequestContext;
use crate::settings::{AccessSettings, ChallengeSettings};

/// The header of the page's request that carries the token.
const TOKEN_HEADER: &str = "x-madang-challenge";
/// Bytes of a token, at most (Cloudflare, "Validate the token").
const TOKEN_BYTES: usize = 2_048;
/// What the widget is for; the service repeats it.
const ACTION: &str = "enter";
/// How long the service may take, in milliseconds.
const TIMEOUT_MS: u64 = 5_000;
/// Bytes of its answer that are read.
const ANSWER_BYTES: usize = 16 * 1024;
const STYLE: &str = "body{margin:0;overflow:hidden}";

/// A token that is to be verified.
pub struct Challenge<'a> {
    settings: &'a ChallengeSettings,
    token: String,
    /// The host of the page.
    host: String,
}

/// What the service says of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Verdict {
    Passed,
    /// It is not valid, too old, used before, or for something else.
    Failed,
    /// The service cannot judge, for this reason.
    Unknown(String),
}

/// The answer of `siteverify`. Fields that are not there say nothing good.
#[derive(Deserialize)]
struct Answer {
    success: bool,
    #[serde(default)]
    action: String,
    #[serde(default)]
    hostname: String,
    #[serde(default, rename = "error-codes")]
    errors: Vec<String>,
}

impl<'a> Challenge<'a> {
    /// The token of a request. `None`: a request of this kind needs none. Nothing is counted or asked yet.
    ///
    /// # Errors
    /// `Challenge` when there is none or it is too long.
    pub fn of(
        context: &'a RequestContext,
        kind: VisitKind,
    ) -> std::result::Result<Option<Self>, RequestError> {
        let Some(settings) = &context.settings.challenge else { return Ok(None) };
        if !(kind.new_identity || kind.new_room) || context.operator_until.is_some() {
            return Ok(None);
        }
        let token = context.headers.get(TOKEN_HEADER)?.unwrap_or_default();
        if token.is_empty() || token.len() > TOKEN_BYTES {
            return Err(ErrorReply::Challenge.into());
        }
        let page = context.headers.get("origin")?.unwrap_or_default();
        let host = RequestUrl::split(&page).map(|url| url.host.to_owned()).unwrap_or_default();
        Ok(Some(Self { settings, token, host }))
    }

    /// Has the service verify the token. The limits of the address must have admitted the request, so that they bound this, too.
    ///
    /// # Errors
    /// `Challenge` when the token does not hold, `Unverified` when the service does not answer or refuses the secret: nobody new is let in
    /// then.
    pub async fn verify(&self) -> std::result::Result<(), RequestError> {
        let verdict = match self.ask().await {
            Ok((200, body)) => judge(&body, &self.host),
            Ok((status, _)) => Verdict::Unknown(format!("status {status}")),
            Err(error) => Verdict::Unknown(error.to_string()),
        };
        match verdict {
            Verdict::Passed => Ok(()),
            Verdict::Failed => Err(ErrorReply::Challenge.into()),
            Verdict::Unknown(error) => {
                let then = "a new visitor is not let in and replied 503 unverified; those who have an identity enter";
                log::error("challenge_not_verified", &[("error", &error), ("then", &then)]);
                Err(ErrorReply::Unverified.into())
            }
        }
    }

    async fn ask(&self) -> Result<(u16, Vec<u8>)> {
        let headers = Headers::new();
        headers.set("content-type", "application/json")?;
        let body = json!({ "secret": self.settings.secret, "response": self.token }).to_string();
        let mut init = RequestInit::new();
        init.with_method(Method::Post).with_headers(headers).with_body(Some(JsValue::from_str(&body)));
        let url = format!("{}/turnstile/v0/siteverify", self.settings.url);
        fetch_bounded(Request::new_with_init(&url, &init)?, TIMEOUT_MS, ANSWER_BYTES).await
    }
}

/// Judges by the service's answer.
fn judge(body: &[u8], host: &str) -> Verdict {
    let Ok(answer) = serde_json::from_slice::<Answer>(body) else {
        return Verdict::Unknown("the answer cannot be read".to_owned());
    };
    if answer.success {
        let is_ours = answer.action == ACTION && !host.is_empty() && answer.hostname == host;
        return if is_ours { Verdict::Passed } else { Verdict::Failed };
    }
    // Errors of the deployment or of the service, and not of the token.
    let is_token = |code: &String| {
        ["missing-input-response", "invalid-input-response", "timeout-or-duplicate"].contains(&code.as_str())
    };
    match answer.errors.iter().find(|code| !is_token(code)) {
        Some(code) => Verdict::Unknown(code.chars().take(40).collect()),
        None => Verdict::Failed,
    }
}

/// `GET /api/challenge`: the document that the page shows in a frame.
///
/// # Errors
/// `NotFound` when no challenge is configured.
pub fn document(env: &Env) -> std::result::Result<Response, RequestError> {
    let settings = AccessSettings::from_env(env);
    let settings = settings.challenge.as_ref().ok_or(ErrorReply::NotFound)?;
    let (html, policy) = page(settings);
    Ok(reply::frame(html, &policy)?)
}

/// The document and its content security policy.
fn page(settings: &ChallengeSettings) -> (String, String) {
    let ChallengeSettings { site_key, url, .. } = settings;
    let script = format!(
        "function done(t){{parent.postMessage({{challenge:t}},location.origin)}}\
         function failed(){{done(\"\");return true}}\
         var s=document.createElement(\"script\");s.src=\"{url}/turnstile/v0/api.js\";s.onerror=failed;document.head.append(s)"
    );
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Turnstile</title><style>{STYLE}</style></head><body>\
         <div class=\"cf-turnstile\" data-sitekey=\"{site_key}\" data-action=\"{ACTION}\" data-size=\"flexible\" \
         data-callback=\"done\" data-error-callback=\"failed\"></div><script>{script}</script></body></html>"
    );
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    let policy = format!(
        "default-src 'none'; script-src {} {url}; frame-src {url}; style-src {}; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'self'",
        hash(&script),
        hash(STYLE)
    );
    (html, policy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_174_a_token_holds_for_this_page_and_this_purpose_alone() {
        let judge = |body: &str| judge(body.as_bytes(), "chat.example");
        let good = r#"{"success":true,"action":"enter","hostname":"chat.example","error-codes":[]}"#;
        assert_eq!(judge(good), Verdict::Passed);
        for failed in [
            r#"{"success":true,"action":"login","hostname":"chat.example"}"#,
            r#"{"success":true,"action":"enter","hostname":"evil.example"}"#,
            r#"{"success":true}"#,
            r#"{"success":false,"error-codes":["timeout-or-duplicate"]}"#,
            r#"{"success":false,"error-codes":["invalid-input-response"]}"#,
            r#"{"success":false}"#,
        ] {
            assert_eq!(judge(failed), Verdict::Failed, "{failed}");
        }
        assert_eq!(super::judge(good.as_bytes(), ""), Verdict::Failed, "a page without an origin");
    }

    #[test]
    fn case_174_a_service_that_cannot_judge_lets_nobody_in() {
        for body in [
            r#"{"success":false,"error-codes":["internal-error"]}"#,
            r#"{"success":false,"error-codes":["invalid-input-response","invalid-input-secret"]}"#,
            r#"{"success":"yes"}"#,
            "<html>",
            "",
        ] {
            assert!(matches!(judge(body.as_bytes(), "chat.example"), Verdict::Unknown(_)), "{body}");
        }
    }

    #[test]
    fn case_174_only_the_frame_may_load_the_services_script() {
        let url = "https://challenges.cloudflare.com".to_owned();
        let settings = ChallengeSettings { site_key: "0x4A".to_owned(), secret: "0x4B".to_owned(), url };
        let (html, policy) = page(&settings);
        assert!(html.contains("data-sitekey=\"0x4A\"") && !html.contains("0x4B"));
        assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'self'"));
        assert_eq!(policy.matches("https://challenges.cloudflare.com").count(), 2);
    }
}
