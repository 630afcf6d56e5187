//! What the audit says of a file: who asked for it, and how much of it was sent.

use crate::core::{Problem, Text};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

/// Notes that a list is about to leave as a file.
#[derive(Debug, Clone, Serialize)]
pub struct ExportList {
    /// Id of the file.
    pub id: Uuid,
    /// The list, by its word.
    pub list: &'static str,
    /// Title of the list.
    pub title: Text,
    /// `xlsx` or `csv`.
    pub format: &'static str,
    /// The thing whose list it is, where it is one thing's.
    pub of: Option<Uuid>,
    /// What the list was narrowed to: parameter and value.
    pub filters: Vec<(String, String)>,
}

impl Command for ExportList {
    type Output = ();
    const NAME: &'static str = "export_list";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let Self { id, list, title, format, of, filters } = self;
        let data = json!({ "list": list, "title": title, "format": format, "of": of, "filters": filters });
        audit(tx, Self::NAME, *id, data)
    }
}

/// Notes how a file ended.
#[derive(Debug, Clone, Serialize)]
pub struct FinishExport {
    /// Id of the file.
    pub id: Uuid,
    /// The list, by its word.
    pub list: &'static str,
    /// The rows that were handed to the network.
    pub rows: u64,
    /// Whether all of the list was sent. Not where the client went away, where reading failed, or where the list is longer than a file
    /// may be.
    pub complete: bool,
}

impl Command for FinishExport {
    type Output = ();
    const NAME: &'static str = "finish_export";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let Self { id, list, rows, complete } = self;
        audit(tx, Self::NAME, *id, json!({ "list": list, "rows": rows, "complete": complete }))
    }
}

/// The regulators of an officer's region see what its officers took out.
fn audit(tx: &mut Tx, action: &str, id: Uuid, data: serde_json::Value) -> Result<(), Problem> {
    let region = tx.actor.officer_region().map(str::to_owned);
    let subject = Subject { kind: "export", id: Some(id), region: region.as_deref() };
    tx.audit(action, subject, data)
}
