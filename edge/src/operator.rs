//! The operator's endpoints below `/api/operator`: what was spent, changed limits, closed rooms, reports.
//!
//! Not here: signing in (`sign_in`), the page, and what the ledger answers (`ledger_object`). Rooms and addresses are named by ids and
//! keyed hashes.

use serde::de::DeserializeOwned;
use shared::RoomName;
use shared::operator::{LimitOverride, OperatorSummary, Overrides, ReportList, RoomClosing};
use worker::web_sys::Request;
use worker::{Env, Response};

use crate::http::reply::{self, ErrorReply, RequestError};
use crate::http::request_url::RequestUrl;
use crate::ledger_object::{self, LedgerRequest};
use crate::request_context::RequestContext;
use crate::room_object::internal_request;
use crate::{log, request_context};

/// Characters of an object's id.
const OBJECT_ID: usize = 64;

/// A request to an operator endpoint.
struct OperatorRequest<'a> {
    request: &'a Request,
    context: RequestContext,
    env: &'a Env,
}

/// Answers a request below `/api/operator`. `rest` is the path after it.
///
/// # Errors
/// `NotFound` without `OPERATOR_SECRET`, `Operator` for everybody but operators, `Origin` for a page of another origin.
pub async fn handle(
    request: &Request,
    url: RequestUrl<'_>,
    env: &Env,
    rest: &[&str],
) -> Result<Response, RequestError> {
    let method = request.method();
    let context = match method.as_str() {
        "GET" => RequestContext::of_get(request, url, env)?,
        _ => RequestContext::of(request, url, env)?,
    };
    if context.settings.operator_secret.is_none() {
        return Err(ErrorReply::NotFound.into());
    }
    if context.operator_until.is_none() {
        return Err(ErrorReply::Operator.into());
    }
    let asked = OperatorRequest { request, context, env };
    match (rest, method.as_str()) {
        (["usage"], "GET") => asked.usage().await,
        (["usage"], _) => Err(ErrorReply::Method("GET").into()),
        (["limits"], "PUT") => asked.set_limits().await,
        (["limits"], _) => Err(ErrorReply::Method("PUT").into()),
        (["rooms"], "POST") => asked.close_or_open_room().await,
        (["rooms"], _) => Err(ErrorReply::Method("POST").into()),
        (["reports"], "GET") => asked.reports().await,
        (["reports"], _) => Err(ErrorReply::Method("GET").into()),
        _ => Err(ErrorReply::NotFound.into()),
    }
}

impl OperatorRequest<'_> {
    /// Answers `GET /api/operator/usage`: what was spent, of which limits.
    async fn usage(&self) -> Result<Response, RequestError> {
        let summary: OperatorSummary = ledger_object::operate(self.env, &LedgerRequest::Summary).await?;
        Ok(reply::json(200, &summary)?)
    }

    /// Answers `PUT /api/operator/limits`: replaces the limits of the variables.
    async fn set_limits(&self) -> Result<Response, RequestError> {
        let overrides: Overrides = self.body().await?;
        if matches!(overrides.address_percent, LimitOverride::At(101..)) {
            return Err(ErrorReply::BadRequest.into());
        }
        let asked = LedgerRequest::SetOverrides(overrides);
        let summary: OperatorSummary = ledger_object::operate(self.env, &asked).await?;
        log::warn("operator_set_limits", &[("bots_off", &overrides.bots_off)]);
        Ok(reply::json(200, &summary)?)
    }

    /// Answers `POST /api/operator/rooms`: closes a room, or opens it again.
    async fn close_or_open_room(&self) -> Result<Response, RequestError> {
        let RoomClosing { room, closed } = self.body().await?;
        let rooms = self.env.durable_object("ROOM")?;
        let is_id = room.len() == OBJECT_ID && room.bytes().all(|byte| byte.is_ascii_hexdigit());
        let stub = if is_id {
            rooms.id_from_string(&room).and_then(|id| id.get_stub()).map_err(|_| ErrorReply::NotFound)?
        } else {
            let name = RoomName::parse(&room).map_err(|_| ErrorReply::BadRequest)?;
            rooms.get_by_name(name.as_str())?
        };
        let answer = stub.fetch_with_request(internal_request::close_or_open(closed)?).await?;
        match answer.status_code() {
            204 => Ok(reply::json(200, &RoomClosing { room, closed })?),
            404 => Err(ErrorReply::NotFound.into()),
            _ => Err(ErrorReply::TryLater.into()),
        }
    }

    /// Answers `GET /api/operator/reports`: the newest reported messages.
    async fn reports(&self) -> Result<Response, RequestError> {
        let reports: ReportList = ledger_object::operate(self.env, &LedgerRequest::Reports).await?;
        Ok(reply::json(200, &reports)?)
    }

    async fn body<T: DeserializeOwned>(&self) -> Result<T, RequestError> {
        Ok(request_context::read_json(self.request, &self.context.headers).await?)
    }
}
