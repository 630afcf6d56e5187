//! The findings of an article: found anew whenever its text changes, confirmed one by one.
//!
//! An open or harmless finding is a place of the present text. When the text is looked through again, those that are still there keep their
//! ids and what was decided on them, except in fields that someone has changed: there each is to be confirmed anew. One that was replaced is
//! no place any more; it stays to tell what was done.

use crate::core::Problem;
use crate::core::ids::AccountId;
use crate::db::Tx;
use crate::db::schema::knowledge_finding;
use crate::knowledge::content::{ArticleField, Content};
use crate::knowledge::ids::{ArticleId, FindingId};
use crate::knowledge::stripping::{FindingKind, Found, Known, find};
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

crate::word_enum! {
    /// What was decided on a finding.
    pub enum FindingDecision {
        /// Nothing yet.
        Open = "open",
        /// It was replaced.
        Replaced = "replaced",
        /// It leads to nobody.
        Harmless = "harmless",
    }
}

/// A row of `knowledge_finding`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = knowledge_finding, check_for_backend(Pg))]
#[schema(as = KnowledgeFinding)]
pub struct Finding {
    /// Identifier of the finding.
    pub id: FindingId,
    /// The field in which it is.
    pub field: ArticleField,
    /// Its first character in the field, from 0; of a list, in its lines one after the other.
    pub start: i32,
    /// How many characters.
    pub length: i32,
    /// The kind of text that may name somebody.
    pub kind: FindingKind,
    /// What stands there, or stood there; none once the article was published without it.
    pub found: Option<String>,
    /// What is proposed in its place, or stands there now.
    pub replacement: String,
    /// Whether it was removed or left in.
    pub decision: FindingDecision,
    /// Who decided; the name is in the view of the article.
    #[serde(skip)]
    pub decided_by: Option<AccountId>,
    /// The moment of the decision.
    pub decided_at: Option<DateTime<Utc>>,
}

impl Finding {
    /// Where it ends.
    #[must_use]
    pub fn span(&self) -> (usize, usize) {
        (usize::try_from(self.start).unwrap_or(0), usize::try_from(self.length).unwrap_or(0))
    }
}

/// The findings of an article, in the order of its fields.
///
/// # Errors
/// When the database can't be asked.
pub fn of(conn: &mut PgConnection, id: ArticleId) -> Result<Vec<Finding>, Problem> {
    use knowledge_finding as f;
    let mut all: Vec<Finding> =
        f::table.filter(f::article_id.eq(id)).select(Finding::as_select()).load(conn)?;
    all.sort_by_key(|finding| {
        (finding.decision == FindingDecision::Replaced, finding.field, finding.start, finding.id)
    });
    Ok(all)
}

/// What becomes of the findings when a text is looked through: those that stay, with their new places, and those that are new.
#[derive(Debug, Default, PartialEq, Eq)]
struct Matched {
    stay: Vec<(FindingId, i32, FindingDecision)>,
    fresh: Vec<(ArticleField, Found)>,
}

/// Matches findings that are places with what is found now, in the order of the text.
fn matched(known: &[Finding], found: Vec<(ArticleField, Found)>, changed: &[ArticleField]) -> Matched {
    let mut left: Vec<&Finding> =
        known.iter().filter(|finding| finding.decision != FindingDecision::Replaced).collect();
    let mut out = Matched::default();
    for (field, now) in found {
        let same = |finding: &&Finding| {
            finding.field == field && finding.kind == now.kind && finding.found.as_deref() == Some(&now.found)
        };
        match left.iter().position(same) {
            Some(at) => {
                let finding = left.remove(at);
                let decision =
                    if changed.contains(&field) { FindingDecision::Open } else { finding.decision };
                out.stay.push((finding.id, i32::try_from(now.start).unwrap_or(i32::MAX), decision));
            }
            None => out.fresh.push((field, now)),
        }
    }
    out
}

/// Looks an article's text through and writes what is found. Gives how many findings are open. In `changed` fields everything is to be
/// confirmed anew. The article's row is locked.
///
/// # Errors
/// When the database refuses.
pub fn refresh(
    tx: &mut Tx,
    id: ArticleId,
    content: &Content,
    known: &Known,
    changed: &[ArticleField],
) -> Result<usize, Problem> {
    use knowledge_finding as f;
    let before = of(&mut tx.conn, id)?;
    let all = |field: &ArticleField| {
        let found = find(&content.field(*field), known);
        found.into_iter().map(|found| (*field, found)).collect::<Vec<_>>()
    };
    let Matched { stay, fresh } = matched(&before, ArticleField::ALL.iter().flat_map(all).collect(), changed);
    let kept: Vec<FindingId> = stay.iter().map(|(id, ..)| *id).collect();
    diesel::delete(
        f::table
            .filter(f::article_id.eq(id))
            .filter(f::decision.ne(FindingDecision::Replaced))
            .filter(f::id.ne_all(&kept)),
    )
    .execute(&mut *tx.conn)?;
    let mut open = fresh.len();
    for (finding, start, decision) in stay {
        open += usize::from(decision == FindingDecision::Open);
        let row = diesel::update(f::table.find(finding));
        if decision == FindingDecision::Open {
            row.set((
                f::start.eq(start),
                f::decision.eq(decision),
                f::decided_by.eq(None::<AccountId>),
                f::decided_at.eq(None::<DateTime<Utc>>),
            ))
            .execute(&mut *tx.conn)?;
        } else {
            row.set(f::start.eq(start)).execute(&mut *tx.conn)?;
        }
    }
    for (field, found) in fresh {
        diesel::insert_into(f::table)
            .values((
                f::id.eq(FindingId::new()),
                f::article_id.eq(id),
                f::field.eq(field),
                f::start.eq(i32::try_from(found.start).unwrap_or(i32::MAX)),
                f::length.eq(i32::try_from(found.length).unwrap_or(i32::MAX)),
                f::kind.eq(found.kind),
                f::found.eq(&found.found),
                f::replacement.eq(&found.replacement),
            ))
            .execute(&mut *tx.conn)?;
    }
    Ok(open)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(field: ArticleField, text: &str, decision: FindingDecision) -> Finding {
        Finding {
            id: FindingId::new(),
            field,
            start: 0,
            length: 2,
            kind: FindingKind::Person,
            found: Some(text.to_owned()),
            replacement: "某人员".to_owned(),
            decision,
            decided_by: None,
            decided_at: None,
        }
    }

    fn found(text: &str, start: usize) -> Found {
        let replacement = "某人员".to_owned();
        Found { start, length: 2, kind: FindingKind::Person, found: text.to_owned(), replacement }
    }

    #[test]
    fn what_is_still_there_keeps_its_decision_unless_its_field_was_changed() {
        use FindingDecision::{Harmless, Open, Replaced};
        let known = [
            finding(ArticleField::Cause, "王工", Harmless),
            finding(ArticleField::Cause, "王工", Open),
            finding(ArticleField::Result, "李工", Harmless),
            finding(ArticleField::Result, "陈工", Replaced),
        ];
        let now = || {
            vec![
                (ArticleField::Cause, found("王工", 5)),
                (ArticleField::Result, found("李工", 7)),
                (ArticleField::Result, found("陈工", 9)),
            ]
        };
        let all = matched(&known, now(), &[ArticleField::Result]);
        assert_eq!(all.stay, [(known[0].id, 5, Harmless), (known[2].id, 7, Open)]);
        assert_eq!(
            all.fresh,
            [(ArticleField::Result, found("陈工", 9))],
            "what was replaced is found again where it is written again"
        );
        assert_eq!(matched(&known, now(), &[]).stay[1].2, Harmless);
    }
}
