//! Keeping canned replies.

use crate::canned_replies::ids::CannedReplyId;
use crate::canned_replies::policy::Writer;
use crate::canned_replies::queries::{CannedReplyView, Row};
use crate::canned_replies::scope::ReplyScope;
use crate::canned_replies::settings::CannedReplySettings;
use crate::canned_replies::template::{Placeholder, unknown};
use crate::core::Problem;
use crate::core::fields::Fields;
use crate::db::count_lock::{self, Counted};
use crate::db::schema::canned_reply;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most characters of a title.
pub const MAX_TITLE: usize = 60;

/// Keeps a new canned reply.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateReply {
    /// Whose it is to be: `own`, `hospital` (for experts of a product hospital) or `platform` (for officers of a province).
    pub scope: ReplyScope,
    /// What it is found by, at most 60 characters.
    pub title: String,
    /// The text, with placeholders: `{enterprise}`, `{expert}`, `{product}`, `{due_date}`, `{case}`.
    pub body: String,
}

/// Changes a canned reply. What is not named stays.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangeReply {
    /// The reply.
    pub id: CannedReplyId,
    /// The new title.
    pub title: Option<String>,
    /// The new text.
    pub body: Option<String>,
}

/// Deletes a canned reply.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeleteReply {
    /// The reply.
    pub id: CannedReplyId,
}

fn braced<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    names.map(|name| format!("{{{name}}}")).collect()
}

fn check_body(fields: &mut Fields, body: &str, most: u32) -> String {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let body = fields.text("/body", body, most);
    let unknown = unknown(&body);
    if !unknown.is_empty() {
        let wrong = braced(unknown.into_iter());
        let known = braced(Placeholder::ALL.iter().map(|known| known.as_str()));
        fields.fault(
            "/body",
            format!("未知的占位符：{}；可用的占位符：{}", wrong.join("、"), known.join("、")),
            format!("unknown placeholders: {}; known are {}", wrong.join(", "), known.join(", ")),
        );
    }
    body
}

fn subject(id: CannedReplyId) -> Subject<'static> {
    Subject::new("canned_reply", id.0)
}

impl Command for CreateReply {
    type Output = CannedReplyView;
    const NAME: &'static str = "create_canned_reply";

    fn run(&self, tx: &mut Tx) -> Result<CannedReplyView, Problem> {
        let settings = tx.settings.section::<CannedReplySettings>();
        let (per_account, shared, max_chars) = (settings.per_account, settings.shared, settings.max_chars);
        let writer = Writer::of(&mut tx.conn, &tx.actor)?;
        writer.permit(self.scope)?;
        let mut fields = Fields::new();
        let title = fields.text("/title", &self.title, MAX_TITLE);
        let body = check_body(&mut fields, &self.body, max_chars);
        fields.done()?;
        let (account, hospital) = match self.scope {
            ReplyScope::Own => (Some(writer.account), None),
            ReplyScope::Hospital => (None, writer.hospital.clone()),
            ReplyScope::Platform => (None, None),
        };
        let owner = match self.scope {
            ReplyScope::Own => writer.account.0.to_string(),
            ReplyScope::Hospital => writer.hospital.clone().unwrap_or_default(),
            ReplyScope::Platform => String::new(),
        };
        count_lock::wait_for(&mut tx.conn, Counted::CannedReplies, &owner)?;
        let known: i64 =
            writer.visible().filter(canned_reply::scope.eq(self.scope)).count().get_result(&mut *tx.conn)?;
        let most = if self.scope == ReplyScope::Own { per_account } else { shared };
        if known >= i64::from(most) {
            let mut fields = Fields::new();
            fields.fault(
                "/scope",
                format!("最多保存 {most} 条，请先删除不再使用的"),
                format!("at most {most} are kept; delete some first"),
            );
            fields.done()?;
        }
        let id = CannedReplyId::new();
        let row: Row = diesel::insert_into(canned_reply::table)
            .values((
                canned_reply::id.eq(id),
                canned_reply::scope.eq(self.scope),
                canned_reply::account_id.eq(account),
                canned_reply::hospital.eq(hospital),
                canned_reply::title.eq(&title),
                canned_reply::body.eq(&body),
                canned_reply::created_at.eq(tx.now),
                canned_reply::updated_at.eq(tx.now),
            ))
            .returning(Row::as_returning())
            .get_result(&mut *tx.conn)?;
        tx.audit(Self::NAME, subject(id), json!({ "name": title }))?;
        Ok(row.view(&writer, None))
    }
}

/// Loads and locks a reply that the actor keeps.
fn load(tx: &mut Tx, id: CannedReplyId) -> Result<(Writer, Row), Problem> {
    let writer = Writer::of(&mut tx.conn, &tx.actor)?;
    let visible = writer.visible().filter(canned_reply::id.eq(id)).select(canned_reply::id);
    let seen: CannedReplyId = visible.first(&mut *tx.conn)?;
    let row: Row =
        canned_reply::table.find(seen).for_update().select(Row::as_select()).first(&mut *tx.conn)?;
    writer.permit(row.scope)?;
    Ok((writer, row))
}

impl Command for ChangeReply {
    type Output = CannedReplyView;
    const NAME: &'static str = "change_canned_reply";

    fn run(&self, tx: &mut Tx) -> Result<CannedReplyView, Problem> {
        let max_chars = tx.settings.section::<CannedReplySettings>().max_chars;
        let (writer, known) = load(tx, self.id)?;
        let mut fields = Fields::new();
        let title = match &self.title {
            Some(title) => fields.text("/title", title, MAX_TITLE),
            None => known.title,
        };
        let body = match &self.body {
            Some(body) => check_body(&mut fields, body, max_chars),
            None => known.body,
        };
        fields.done()?;
        let row: Row = diesel::update(canned_reply::table.find(self.id))
            .set((
                canned_reply::title.eq(&title),
                canned_reply::body.eq(&body),
                canned_reply::updated_at.eq(tx.now),
            ))
            .returning(Row::as_returning())
            .get_result(&mut *tx.conn)?;
        tx.audit(Self::NAME, subject(self.id), json!({ "name": title }))?;
        Ok(row.view(&writer, None))
    }
}

impl Command for DeleteReply {
    type Output = ();
    const NAME: &'static str = "delete_canned_reply";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let (_, row) = load(tx, self.id)?;
        diesel::delete(canned_reply::table.find(self.id)).execute(&mut *tx.conn)?;
        tx.audit(Self::NAME, subject(self.id), json!({ "name": row.title }))?;
        Ok(())
    }
}
