//! The room's leases: one row each, in a table of their own that is made with the first one.

use room::StorageError;
use room::leases::LeaseRecord;

use super::store::{Store, encode};

const HAS_TABLE: &str = "
    SELECT json_array(name) AS row FROM sqlite_master WHERE type = 'table' AND name = 'leases'";
const CREATE_TABLE: &str = "
    CREATE TABLE IF NOT EXISTS leases (number TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID";
const SELECT_LEASES: &str = "SELECT json_array(data) AS row FROM leases";
const SET_LEASE: &str = "INSERT OR REPLACE INTO leases (number, data) VALUES (?, ?)";
const DELETE_LEASE: &str = "DELETE FROM leases WHERE number = ?";

impl Store {
    /// The leases that are not reported to the ledger yet.
    pub fn leases(&self) -> Result<Vec<LeaseRecord>, StorageError> {
        let tables: Vec<(String,)> = self.query(HAS_TABLE, &[])?;
        if tables.is_empty() {
            return Ok(Vec::new());
        }
        let found: Vec<(String,)> = self.query(SELECT_LEASES, &[])?;
        let read = |(data,): &(String,)| {
            serde_json::from_str(data)
                .map_err(|error| StorageError(format!("a lease has another form than expected: {error}")))
        };
        found.iter().map(read).collect()
    }

    /// Stores these leases and removes those, in one transaction.
    pub fn save_leases(&self, saved: &[LeaseRecord], removed: &[u64]) -> Result<(), StorageError> {
        self.transaction(|| {
            self.exec(CREATE_TABLE, &[])?;
            for record in saved {
                self.exec(SET_LEASE, &[record.number.to_string().into(), encode(record)?])?;
            }
            for number in removed {
                self.exec(DELETE_LEASE, &[number.to_string().into()])?;
            }
            Ok(())
        })
    }
}
