//! Requests that change who somebody is: operators sign in and out, and another device becomes the same person by a link.

use shared::entry::{DeviceLink, DeviceRequest, OperatorReply, OperatorRequest};
use worker::web_sys::Request;
use worker::{Env, Response};

use crate::address_limits::VisitKind;
use crate::address_object;
use crate::http::cookie;
use crate::http::reply::{self, ErrorReply, RequestError};
use crate::http::request_url::RequestUrl;
use crate::log;
use crate::request_context::{self, Identified, RequestContext};
use crate::runtime;

/// `POST /api/device-link`: makes a link for the person of the identity cookie.
pub async fn make_device_link(
    request: &Request,
    url: RequestUrl<'_>,
    env: &Env,
) -> Result<Response, RequestError> {
    let context = RequestContext::of(request, url, env)?;
    context.admit(env, sign_in(&context), false).await?;
    let Ok(verified) = &context.identity else { return Err(ErrorReply::Identity.into()) };
    let random = runtime::random_bytes()?;
    let (token, expires_at) = context.keys.issue_device_link(&verified.identity, random, context.now);
    Ok(reply::json(200, &DeviceLink { token, expires_at })?)
}

/// `POST /api/device`: makes this browser the person of a link, once.
pub async fn redeem_device_link(
    request: &Request,
    url: RequestUrl<'_>,
    env: &Env,
) -> Result<Response, RequestError> {
    let context = RequestContext::of(request, url, env)?;
    let asked: DeviceRequest = request_context::read_json(request, &context.headers).await?;
    context.admit(env, sign_in(&context), false).await?;
    let grant = context.keys.verify_device_link(&asked.token, context.now).map_err(|_| ErrorReply::Used)?;
    let is_first = address_object::use_link(env, &grant.id, grant.expires_at).await.map_err(|error| {
        log::error("device_link_unreachable", &[("error", &error), ("then", &"replied 503 try_later")]);
        ErrorReply::TryLater
    })?;
    if !is_first {
        return Err(ErrorReply::Used.into());
    }
    let token = context.keys.issue(&grant.identity, context.now);
    let mut response = reply::text(200, "ok")?;
    let headers = response.headers_mut();
    headers.set("set-cookie", &cookie::set_cookie(&token, context.is_plain_loopback))?;
    // Whoever was an operator with the former identity is none with this one.
    headers.append("set-cookie", &cookie::set_operator_cookie(None, context.is_plain_loopback))?;
    Ok(response)
}

/// `POST /api/operator`: makes the person an operator for a while, if they know the secret.
pub async fn open_operator_session(
    request: &Request,
    url: RequestUrl<'_>,
    env: &Env,
) -> Result<Response, RequestError> {
    let context = RequestContext::of(request, url, env)?;
    let Some(secret) = &context.settings.operator_secret else { return Err(ErrorReply::NotFound.into()) };
    let asked: OperatorRequest = request_context::read_json(request, &context.headers).await?;
    context.admit(env, sign_in(&context), false).await?;
    if !context.keys.is_operator_secret(&asked.secret, secret) {
        log::warn("operator_refused", &[("then", &"replied 403 operator")]);
        return Err(ErrorReply::Operator.into());
    }
    let Identified { identity, set_cookie } = context.identify()?;
    let (token, expires_at) = context.keys.issue_operator(&identity, secret, context.now);
    let mut response = reply::json(200, &OperatorReply { expires_at })?;
    let headers = response.headers_mut();
    headers.set("set-cookie", &cookie::set_operator_cookie(Some(&token), context.is_plain_loopback))?;
    if let Some(identity) = set_cookie {
        headers.append("set-cookie", &identity)?;
    }
    Ok(response)
}

/// `DELETE /api/operator`: deletes the operator's cookie.
pub fn end_operator_session(
    request: &Request,
    url: RequestUrl<'_>,
    env: &Env,
) -> Result<Response, RequestError> {
    let context = RequestContext::of(request, url, env)?;
    let mut response = reply::text(200, "ok")?;
    let deleted = cookie::set_operator_cookie(None, context.is_plain_loopback);
    response.headers_mut().set("set-cookie", &deleted)?;
    Ok(response)
}

/// What such a request takes from its address.
fn sign_in(context: &RequestContext) -> VisitKind {
    VisitKind { new_identity: context.identity.is_err(), new_room: false, sign_in: true }
}
