//! What the Worker knows about a request below `/api/` before it does anything: origin, identity, address, operator; and its body.
//!
//! Not here: routes (`router`, `sign_in`).

use std::borrow::Cow;
use std::rc::Rc;

use serde::de::DeserializeOwned;
use shared::{Millis, RoomName};
use worker::web_sys::Request;
use worker::{Env, Headers};

use crate::address_limits::VisitKind;
use crate::admission::Admission;
use crate::http::cookie::CookieError;
use crate::http::reply::{ErrorReply, RequestError};
use crate::http::request_url::RequestUrl;
use crate::http::{body, client_address, cookie, origin};
use crate::identity::{Identity, Keys, TokenError, VerifiedIdentity};
use crate::room_object::entry::VisitorIds;
use crate::runtime;
use crate::settings::AccessSettings;
use crate::{log, normalize};

/// Bytes of a body, at most.
const BODY_BYTES: usize = 4 * 1024;

/// What the Worker knows about a request whose origin is allowed.
pub struct RequestContext {
    pub headers: Headers,
    pub settings: Rc<AccessSettings>,
    pub keys: Keys,
    pub now: Millis,
    pub is_plain_loopback: bool,
    pub identity: std::result::Result<VerifiedIdentity, CookieError>,
    /// The address group as a keyed hash.
    pub address: String,
    /// Until when the person is an operator.
    pub operator_until: Option<Millis>,
}

/// A person who makes a request.
pub struct Identified {
    pub identity: Identity,
    /// The cookie of a new identity, or that renews an old one.
    pub set_cookie: Option<String>,
}

impl RequestContext {
    /// Checks the origin and reads the identity.
    ///
    /// # Errors
    /// `Origin` for a page of another origin, `Misconfigured` without a usable `IDENTITY_SECRET`.
    pub fn of(request: &Request, url: RequestUrl<'_>, env: &Env) -> Result<Self, RequestError> {
        Self::with(request, url, env, false)
    }

    /// The same for a `GET`. A browser sends no origin with one, and says by itself that the page was ours.
    ///
    /// # Errors
    /// Those of [`Self::of`].
    pub fn of_get(request: &Request, url: RequestUrl<'_>, env: &Env) -> Result<Self, RequestError> {
        Self::with(request, url, env, true)
    }

    fn with(request: &Request, url: RequestUrl<'_>, env: &Env, is_get: bool) -> Result<Self, RequestError> {
        let settings = AccessSettings::from_env(env);
        let headers = Headers(request.headers());
        let page = headers.get("origin")?;
        let is_own_page =
            is_get && page.is_none() && headers.get("sec-fetch-site")?.as_deref() == Some("same-origin");
        if !is_own_page {
            origin::check(page.as_deref(), url.origin, &settings.origins).map_err(|_| ErrorReply::Origin)?;
        }
        let keys = settings.keys.clone().map_err(|error| {
            let error = format!("IDENTITY_SECRET {error}");
            let then = "every request to enter or connect is answered with 500 misconfigured until it is set";
            log::error("identity_secret_unusable", &[("error", &error), ("then", &then)]);
            ErrorReply::Misconfigured
        })?;
        let now = runtime::now();
        let is_plain_loopback = cookie::is_plain_loopback(url.scheme, url.host);
        let cookies = headers.get("cookie")?.unwrap_or_default();
        let identity = cookie::read_cookie(&cookies, is_plain_loopback, &keys, now);
        let group = client_address::address_group(headers.get("cf-connecting-ip")?.as_deref());
        let address = keys.hash("madang address", &group);
        let operator_until = settings.operator_secret.as_ref().and_then(|secret| {
            let identity = &identity.as_ref().ok()?.identity;
            let mut tokens = cookie::operator_tokens(&cookies, is_plain_loopback);
            tokens.find_map(|token| keys.verify_operator(token, identity, secret, now).ok())
        });
        Ok(Self { headers, settings, keys, now, is_plain_loopback, identity, address, operator_until })
    }

    /// The person of the cookie, or a new one: whatever is wrong with a cookie, its owner gets a new identity.
    pub fn identify(&self) -> Result<Identified, RequestError> {
        let (identity, needs_cookie) = match &self.identity {
            Ok(verified) => (Cow::Borrowed(&verified.identity), verified.needs_renewal),
            Err(_) => (Cow::Owned(Identity::new(runtime::random_bytes()?).map_err(no_identity)?), true),
        };
        let set_cookie = needs_cookie.then(|| {
            let token = self.keys.issue(&identity, self.now);
            cookie::set_cookie(&token, self.is_plain_loopback)
        });
        Ok(Identified { identity: identity.into_owned(), set_cookie })
    }

    /// Counts the request for its address.
    ///
    /// # Errors
    /// `SlowDown` when the address has used up a limit, `TryLater` when it cannot be counted.
    pub async fn admit(&self, env: &Env, kind: VisitKind, is_reconnection: bool) -> Result<(), RequestError> {
        let (address, factor) = (self.address.as_str(), self.settings.address_factor);
        let person = self.identity.as_ref().ok().map(|verified| verified.identity.at_address(address));
        Admission { address, person: person.as_deref(), factor, kind, is_reconnection }.check(env).await
    }

    /// The person who makes the request, as a room's object is told of them.
    ///
    /// # Errors
    /// None in practice: see [`Identity::in_room`].
    pub fn visitor(&self, identity: &Identity, room: &RoomName) -> Result<VisitorIds, RequestError> {
        let person = identity.in_room(room).map_err(no_identity)?;
        let (address, operator_until) = (self.address.clone(), self.operator_until);
        let at_address = identity.at_address(&address);
        Ok(VisitorIds { person, address, at_address, operator_until })
    }

    /// The visitor who asks for what a room keeps of them.
    ///
    /// # Errors
    /// `Identity` for somebody without a valid cookie, and those of [`Self::admit`].
    pub async fn own_visitor(&self, env: &Env, room: &RoomName) -> Result<VisitorIds, RequestError> {
        let Ok(verified) = &self.identity else { return Err(ErrorReply::Identity.into()) };
        self.admit(env, VisitKind::default(), false).await?;
        self.visitor(&verified.identity, room)
    }
}

fn no_identity(error: TokenError) -> RequestError {
    worker::Error::RustError(format!("an identity: {error}")).into()
}

/// Reads a JSON body of at most [`BODY_BYTES`].
///
/// # Errors
/// `BadRequest`.
pub async fn read_json<T: DeserializeOwned>(request: &Request, headers: &Headers) -> Result<T, ErrorReply> {
    let text = body::read_text(request, headers, BODY_BYTES).await.ok_or(ErrorReply::BadRequest)?;
    serde_json::from_str(&normalize::normalize_json(text)).map_err(|_| ErrorReply::BadRequest)
}
