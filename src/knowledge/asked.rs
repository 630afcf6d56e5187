//! What a question is about, from what is asked for: words, kind and items, and what a nonconformity or a consultation says of them.

use crate::catalogue::Catalogue;
use crate::consultations::queries as consultations;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::ConsultationId;
use crate::core::problem::FieldError;
use crate::core::text::Text;
use crate::enterprises::ids::NonconformityId;
use crate::knowledge::similar::{MAX_TEXT, Question};
use diesel::prelude::*;
use diesel::sql_types::{Array, Text as SqlText, Uuid as SqlUuid};

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The words of the question.
    pub text: Option<String>,
    /// Code or name of the product kind.
    pub product_kind: Option<String>,
    /// A failed item.
    pub failed_item: Option<String>,
    /// A nonconformity of the caller's enterprise.
    pub nonconformity: Option<NonconformityId>,
    /// A consultation that the caller sees.
    pub consultation: Option<ConsultationId>,
}

/// The most characters of a failed item.
const MAX_ITEM: usize = 100;

#[derive(QueryableByName)]
struct Record {
    #[diesel(sql_type = SqlText)]
    product_kind: String,
    #[diesel(sql_type = Array<SqlText>)]
    failed_items: Vec<String>,
    #[diesel(sql_type = SqlUuid)]
    enterprise_id: crate::core::ids::EnterpriseId,
}

impl Asked {
    /// The question.
    ///
    /// # Errors
    /// 422 naming `text`, `product_kind`, `failed_item` or `nonconformity`; 404 for a consultation that the actor may not know of.
    pub fn question(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        catalogue: &Catalogue,
    ) -> Result<Question, Problem> {
        let mut errors = Vec::new();
        let mut fault = |name: &str, zh: &'static str, en: &'static str| {
            errors.push(FieldError::query(name, Text::new(zh, en)));
        };
        // PostgreSQL takes no NUL, and no article has one.
        let text = self.text.as_deref().unwrap_or_default().replace('\0', "");
        let mut question = Question { text, ..Question::default() };
        if question.text.chars().count() > MAX_TEXT {
            fault("text", "过长，最多 500 个字符", "is too long: 500 characters at most");
        }
        if let Some(named) = self.product_kind.as_deref().filter(|named| !named.trim().is_empty()) {
            match catalogue.products.kind(named) {
                Some(kind) => question.product_kinds.push(kind.code.clone()),
                None => fault("product_kind", "不是目录中的产品种类", "is no product kind of the catalogue"),
            }
        }
        if let Some(item) = self.failed_item.as_deref().filter(|item| !item.trim().is_empty()) {
            if item.chars().count() > MAX_ITEM {
                fault("failed_item", "过长，最多 100 个字符", "is too long: 100 characters at most");
            }
            question.failed_items.push(item.trim().replace('\0', ""));
        }
        if let Some(id) = self.nonconformity {
            let own = |record: &Record| matches!(actor.scope(), Some(Scope::Enterprise(me)) if *me == record.enterprise_id);
            match record(conn, id)?.filter(own) {
                Some(record) => add(&mut question, record),
                None => {
                    fault("nonconformity", "不是本企业的不合格记录", "is no nonconformity of your enterprise")
                }
            }
        }
        Problem::unless_empty(errors)?;
        if let Some(id) = self.consultation {
            let c = consultations::get(conn, actor, id)?;
            question.product_kinds.push(c.product_kind.code);
            let said = format!("{}\n{}\n{}", question.text, c.subject, c.question);
            question.text = said.chars().take(MAX_TEXT).collect();
            if let Some(id) = c.nonconformity
                && let Some(record) = record(conn, id)?
            {
                add(&mut question, record);
            }
        }
        Ok(question)
    }
}

fn add(question: &mut Question, record: Record) {
    question.product_kinds.push(record.product_kind);
    question.failed_items.extend(record.failed_items.into_iter().take(20));
}

fn record(conn: &mut PgConnection, id: NonconformityId) -> Result<Option<Record>, Problem> {
    Ok(diesel::sql_query(
        "SELECT product_kind, failed_items, enterprise_id FROM published.nonconformity WHERE id = $1",
    )
    .bind::<SqlUuid, _>(id)
    .get_result(conn)
    .optional()?)
}
