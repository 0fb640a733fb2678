//! Writes what owners and operators did.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use room::Write;
use sha2::{Digest, Sha256};
use shared::limits;
use wasm_bindgen::JsValue;

use super::schema;
use super::store::{Store, encode};
use crate::runtime::js_number;

/// The digest of a private room's key, as it is stored. The key itself is not.
pub fn key_hash(key: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(key))
}

impl Store {
    /// Carries out a write of an owner or operator; others are about people (`own_data`).
    pub(super) fn write_administration(&self, write: &Write) -> Result<(), JsValue> {
        let (statement, values): (_, Vec<JsValue>) = match write {
            Write::PersonSaid { person, at } => {
                (schema::SET_PERSON_SAID, vec![js_number(at.0), person.as_str().into()])
            }
            Write::Restriction(record) => (
                schema::SET_RESTRICTION,
                vec![record.kind.as_str().into(), record.subject.as_str().into(), encode(record)?],
            ),
            Write::RestrictionLifted { kind, subject } => {
                (schema::DELETE_RESTRICTION, vec![kind.as_str().into(), subject.into()])
            }
            Write::Audit(entry) => {
                self.exec(schema::ADD_AUDIT, &[encode(entry)?])?;
                let kept = u64::try_from(limits::AUDIT_ROWS).unwrap_or(u64::MAX);
                (schema::TRIM_AUDIT, vec![js_number(kept)])
            }
            Write::Report(report) => (
                schema::SET_REPORT,
                vec![js_number(report.seq.0), report.person.as_str().into(), encode(report)?],
            ),
            Write::ReportsDismissed(seq) => (schema::DELETE_REPORTS, vec![js_number(seq.0)]),
            Write::Settings(settings) => (schema::SET_META, vec!["settings".into(), encode(settings)?]),
            Write::Owner(owner) => (schema::SET_META, vec!["owner".into(), owner.as_str().into()]),
            Write::Key(key) => {
                self.access.take();
                self.exec(schema::DELETE_UNJOINED_MEMBERS, &[])?;
                (schema::SET_META, vec!["key_hash".into(), key_hash(key).into()])
            }
            Write::RoomDeleted => {
                self.access.take();
                self.exec(schema::DELETE_CONTENTS, &[])?;
                (schema::SET_META, vec!["deleted".into(), "1".into()])
            }
            _ => return self.write_own_data(write),
        };
        self.exec(statement, &values).map(drop)
    }
}
