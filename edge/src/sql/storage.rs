//! The room's storage traits, read from its tables.

use room::{
    AdministrationStorage, ChainRecord, CustomBot, LogPage, LogRow, LogStorage, NicknameRecord,
    PeopleStorage, Period, PersonRecord, ReadBudget, ReportRecord, ResponseRecord, RestrictionKind,
    RestrictionRecord, RoomRecord, RoomStorage, RowData, RunRecord, RunStorage, SearchHit, SearchedRows,
    SettlementRecord, Spender, SpendingRecord, SpendingStorage, StorageError,
};
use serde::de::DeserializeOwned;
use shared::{Epoch, Millis, Moderation, Nonce, PersonId, RoomName, Seq};
use wasm_bindgen::JsValue;

use super::schema;
use super::store::Store;
use crate::log;
use crate::runtime::js_number;

/// The columns of a message that a search found.
type FoundColumns = (u64, u64, Option<PersonId>, String, String, usize, usize);
/// The columns of a row of the log.
type Columns = (u64, String, u64, PersonId, Option<Nonce>, Option<u64>, String);

impl LogStorage for Store {
    fn rows(&self, after: Seq, through: Seq, budget: ReadBudget) -> Result<LogPage, StorageError> {
        let range = [js_number(after.0), js_number(through.0)];
        self.page([schema::SELECT_ROW_SIZES, schema::SELECT_ROWS], &range, budget)
    }

    fn newest_messages(&self, before: Seq, budget: ReadBudget) -> Result<LogPage, StorageError> {
        let statements = [schema::SELECT_NEWEST_MESSAGE_SIZES, schema::SELECT_NEWEST_MESSAGES];
        let mut page = self.page(statements, &[js_number(before.0)], budget)?;
        page.rows.retain(|row| row.data.is_message());
        Ok(page)
    }

    fn oldest_messages(&self, after: Seq, budget: ReadBudget) -> Result<LogPage, StorageError> {
        let statements = [schema::SELECT_OLDEST_MESSAGE_SIZES, schema::SELECT_OLDEST_MESSAGES];
        let mut page = self.page(statements, &[js_number(after.0)], budget)?;
        page.rows.retain(|row| row.data.is_message());
        Ok(page)
    }

    fn edited(&self, after: Seq, through: Seq, target: Seq, limit: usize) -> Result<Vec<Seq>, StorageError> {
        let values = [js_number(after.0), js_number(through.0), js_number(target.0), js_limit(limit)];
        let found: Vec<(u64,)> = self.query(schema::SELECT_EDITED, &values)?;
        Ok(found.into_iter().map(|(seq,)| Seq(seq)).collect())
    }

    fn search(
        &self,
        after: Seq,
        through: Seq,
        text: &str,
        limit: usize,
    ) -> Result<SearchedRows, StorageError> {
        let (after, through) = (js_number(after.0), js_number(through.0));
        let counts: Option<(usize, usize)> =
            self.query_first(schema::COUNT_ROWS, &[after.clone(), through.clone()])?;
        let (rows, bytes) = counts.unwrap_or_default();
        let text = text.to_ascii_lowercase();
        let json = serde_json::Value::from(text.as_str()).to_string();
        let in_json = json.strip_prefix('"').and_then(|json| json.strip_suffix('"')).unwrap_or_default();
        let values = [
            js_limit(SearchHit::CHARACTERS),
            text.as_str().into(),
            js_limit(SearchHit::CHARACTERS_BEFORE),
            after,
            through,
            in_json.into(),
            text.as_str().into(),
            js_limit(limit),
        ];
        let found: Vec<FoundColumns> = self.query(schema::SEARCH_ROWS, &values)?;
        let hit = |(seq, at, person, from, part, start, length)| SearchHit {
            seq: Seq(seq),
            at: Millis(at),
            from,
            person,
            text: SearchHit::with_ellipses(part, start, length),
        };
        Ok(SearchedRows { hits: found.into_iter().map(hit).collect(), rows, bytes })
    }

    fn row(&self, seq: Seq) -> Result<Option<LogRow>, StorageError> {
        Ok(self.query_first(schema::SELECT_ROW, &[js_number(seq.0)])?.map(log_row))
    }

    fn find_nonce(&self, after: Seq, author: &PersonId, nonce: &Nonce) -> Result<Option<Seq>, StorageError> {
        let values = [js_number(after.0), author.as_str().into(), nonce.as_str().into()];
        let found: Option<(u64,)> = self.query_first(schema::FIND_NONCE, &values)?;
        Ok(found.map(|(seq,)| Seq(seq)))
    }
}

impl RoomStorage for Store {
    fn room(&self) -> Result<Option<RoomRecord>, StorageError> {
        let mut meta = self.meta()?;
        if meta.is_empty() {
            return Ok(None);
        }
        for (version, upgrade) in schema::UPGRADES {
            if meta.get("version").is_some_and(|stored| stored == version) {
                self.transaction(|| self.exec(upgrade, &[]).map(drop))?;
                meta = self.meta()?;
            }
        }
        let fact = |key: &str| meta.get(key).cloned().unwrap_or_default();
        if fact("version") != schema::VERSION {
            return Err(StorageError(format!(
                "the tables have version {:?}, and this Worker reads {:?}",
                fact("version"),
                schema::VERSION
            )));
        }
        let ends: Option<(Option<u64>, Option<u64>)> =
            self.query_first(schema::SELECT_OLDEST_AND_HEAD, &[])?;
        let (oldest, head) = ends.unwrap_or_default();
        let missing = |what: &str| StorageError(format!("meta has no valid {what}"));
        Ok(Some(RoomRecord {
            name: RoomName::parse(&fact("name")).map_err(|_| missing("name"))?,
            epoch: Epoch::parse(fact("epoch")).map_err(|_| missing("epoch"))?,
            owner: meta.get("owner").and_then(|owner| PersonId::parse(owner).ok()),
            created: Millis(fact("created").parse().map_err(|_| missing("created"))?),
            head: Seq(head.unwrap_or(0)),
            oldest: Seq(oldest.unwrap_or(1)),
            people: fact("people").parse().map_err(|_| missing("people"))?,
            settings: meta.get("settings").map(|text| decode(text)).transpose()?.unwrap_or_default(),
            private: meta.contains_key("key_hash"),
            deleted: meta.contains_key("deleted"),
        }))
    }

    fn custom_bots(&self) -> Result<Vec<CustomBot>, StorageError> {
        let found: Vec<(String,)> = self.query(schema::SELECT_CUSTOM_BOTS, &[])?;
        found.iter().map(|(data,)| decode(data)).collect()
    }

    fn bytes(&self) -> Result<u64, StorageError> {
        self.database_bytes()
    }
}

impl PeopleStorage for Store {
    fn person(&self, id: &PersonId) -> Result<Option<PersonRecord>, StorageError> {
        let found: Option<(u32, Option<u64>)> =
            self.query_first(schema::SELECT_PERSON, &[id.as_str().into()])?;
        let record = |(number, said): (u32, Option<u64>)| PersonRecord {
            id: id.clone(),
            number,
            said: said.map(Millis),
        };
        Ok(found.map(record))
    }

    fn nickname(&self, key: &str) -> Result<Option<NicknameRecord>, StorageError> {
        let found: Option<(PersonId, u64)> = self.query_first(schema::SELECT_NICKNAME, &[key.into()])?;
        Ok(found.map(|(person, seen)| NicknameRecord { key: key.to_owned(), person, seen: Millis(seen) }))
    }
}

impl RunStorage for Store {
    fn runs(&self) -> Result<Vec<RunRecord>, StorageError> {
        let found: Vec<(String,)> = self.query(schema::SELECT_RUNS, &[])?;
        found.iter().map(|(data,)| decode(data)).collect()
    }

    fn chain(&self, bot: &str) -> Result<Option<ChainRecord>, StorageError> {
        let found: Option<(String,)> = self.query_first(schema::SELECT_CHAIN, &[bot.into()])?;
        found.map(|(data,)| decode(&data)).transpose()
    }

    fn settlements(&self, limit: usize) -> Result<Vec<SettlementRecord>, StorageError> {
        let found: Vec<(u64, u32, Option<u64>)> =
            self.query(schema::SELECT_SETTLEMENTS, &[js_limit(limit)])?;
        let record = |(run, call_number, micros)| SettlementRecord { run: Seq(run), call_number, micros };
        Ok(found.into_iter().map(record).collect())
    }

    fn responses_to_delete(&self, limit: usize) -> Result<Vec<ResponseRecord>, StorageError> {
        let found: Vec<(String, String, u64, u32)> =
            self.query(schema::SELECT_RESPONSES_TO_DELETE, &[js_limit(limit)])?;
        let record =
            |(id, bot, run, tries)| ResponseRecord { id, bot, run: Seq(run), deletion_pending: true, tries };
        Ok(found.into_iter().map(record).collect())
    }
}

impl AdministrationStorage for Store {
    fn restrictions(&self, limit: usize) -> Result<Vec<RestrictionRecord>, StorageError> {
        let found: Vec<(RestrictionRecord,)> = self.query(schema::SELECT_RESTRICTIONS, &[js_limit(limit)])?;
        Ok(found.into_iter().map(|(record,)| record).collect())
    }

    fn restriction(
        &self,
        kind: RestrictionKind,
        subject: &str,
    ) -> Result<Option<RestrictionRecord>, StorageError> {
        let found: Option<(RestrictionRecord,)> =
            self.query_first(schema::SELECT_RESTRICTION, &[kind.as_str().into(), subject.into()])?;
        Ok(found.map(|(record,)| record))
    }

    fn audit(&self, limit: usize) -> Result<Vec<Moderation>, StorageError> {
        let found: Vec<(Moderation,)> = self.query(schema::SELECT_AUDIT, &[js_limit(limit)])?;
        Ok(found.into_iter().map(|(entry,)| entry).collect())
    }

    fn reports(&self, limit: usize) -> Result<Vec<ReportRecord>, StorageError> {
        let found: Vec<(ReportRecord,)> = self.query(schema::SELECT_REPORTS, &[js_limit(limit)])?;
        Ok(found.into_iter().map(|(record,)| record).collect())
    }
}

impl SpendingStorage for Store {
    fn spending(&self, spender: &Spender, period: Period) -> Result<Option<SpendingRecord>, StorageError> {
        let found: Option<(String,)> =
            self.query_first(schema::SELECT_SPENDING, &[spender.as_str().into(), period.as_str().into()])?;
        let Some((data,)) = found else { return Ok(None) };
        let (totals, charged) = decode(&data)?;
        Ok(Some(SpendingRecord { spender: spender.clone(), period, totals, charged }))
    }
}

impl Store {
    /// The first rows that fit a budget; `range` is what the statements take before their limit. Of the two statements, the first tells the rows' sizes; so the second reads only what fits,
    /// and never more than that is in memory.
    pub(super) fn page(
        &self,
        [sizes, rows]: [&'static str; 2],
        range: &[JsValue],
        budget: ReadBudget,
    ) -> Result<LogPage, StorageError> {
        let with_limit = |limit: usize| {
            let limit = js_limit(limit);
            range.iter().cloned().chain(std::iter::once(limit)).collect::<Vec<_>>()
        };
        let sizes: Vec<usize> =
            self.query_first(sizes, &with_limit(budget.rows.saturating_add(1)))?.unwrap_or_default();
        let fitting = budget.count_fitting(sizes.iter().copied());
        if fitting == 0 {
            return Ok(LogPage { rows: Vec::new(), is_cut: !sizes.is_empty() });
        }
        let found = self.query(rows, &with_limit(fitting))?;
        Ok(LogPage { rows: found.into_iter().map(log_row).collect(), is_cut: fitting < sizes.len() })
    }
}

/// A row of the log. A row that this version cannot read keeps its `seq`: as an end without a target it tells clients nothing, and
/// the rows around it stay readable.
fn log_row((seq, kind, at, author, nonce, target, data): Columns) -> LogRow {
    let (data, target) = match RowData::decode(&kind, &data) {
        Some(data) => (data, target.map(Seq)),
        None => {
            let then = "clients are shown nothing in its place";
            log::error("row_unreadable", &[("seq", &seq), ("kind", &kind), ("then", &then)]);
            (RowData::Ended, None)
        }
    };
    LogRow { seq: Seq(seq), at: Millis(at), author, nonce, target, data }
}

fn decode<T: DeserializeOwned>(data: &str) -> Result<T, StorageError> {
    serde_json::from_str(data).map_err(|error| {
        StorageError(format!("a record has another form than expected, at byte {}", error.column()))
    })
}

fn js_limit(limit: usize) -> JsValue {
    js_number(u64::try_from(limit).unwrap_or(u64::MAX))
}
