//! What articles do for people of enterprises who are typing a question: shown, opened, helped. Each is noted once for a person, an article and a
//! question.

use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::{Code, Problem, Text};
use crate::db::schema::{knowledge_article, knowledge_use, product_kind};
use crate::db::{Command, Tx};
use crate::enterprises::ids::NonconformityId;
use crate::knowledge::ids::ArticleId;
use crate::knowledge::policy::published_to;
use crate::knowledge::settings::KnowledgeSettings;
use chrono::Duration;
use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Timestamptz};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

crate::word_enum! {
    /// What an article did.
    pub enum ArticleUse {
        /// It was shown while the question was typed.
        Shown = "shown",
        /// It was opened.
        Opened = "opened",
        /// The person said that it solved the problem.
        Helped = "helped",
    }
}

/// Notes what articles did for the caller's question.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteUse {
    /// The question: an id that the client makes when someone begins to type one, and keeps until it is sent or given up.
    pub question: Uuid,
    /// The articles, 1 to 20.
    pub articles: Vec<ArticleId>,
    /// What they did.
    pub what: ArticleUse,
    /// The nonconformity that the question is about, one of the caller's enterprise.
    #[serde(default)]
    pub nonconformity: Option<NonconformityId>,
    /// Code or name of the product kind, where it is about no nonconformity.
    #[serde(default)]
    pub product_kind: Option<String>,
}

/// Most articles of one call.
const MOST: usize = 20;

#[derive(QueryableByName)]
struct Kind {
    #[diesel(sql_type = diesel::sql_types::Text)]
    product_kind: String,
}

impl Command for NoteUse {
    type Output = ();
    const NAME: &'static str = "note_article_use";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        use knowledge_use as u;
        let (Some(account), Some(Scope::Enterprise(enterprise))) =
            (tx.actor.account(), tx.actor.scope().cloned())
        else {
            return Err(Problem::forbidden());
        };
        let mut fields = Fields::new();
        let few = (1..=MOST).contains(&self.articles.len());
        fields.require(few, "/articles", "须有 1 到 20 个条目", "must be 1 to 20 articles");
        let kind = self.kind(tx, &mut fields, enterprise)?;
        for (n, id) in self.articles.iter().enumerate().take(MOST) {
            let query = published_to(&tx.actor).filter(knowledge_article::id.eq(*id));
            let there: bool = diesel::select(exists(query)).get_result(&mut *tx.conn)?;
            if !there {
                fields.fault(format!("/articles/{n}"), "没有这一知识条目", "is no published article");
            }
        }
        fields.done()?;
        let most = tx.settings.section::<KnowledgeSettings>().uses_per_day;
        let noted: i64 = u::table
            .filter(u::account_id.eq(account))
            .filter(u::shown_at.gt(tx.now - Duration::days(1)))
            .count()
            .get_result(&mut *tx.conn)?;
        if noted >= i64::from(most) {
            return Err(Problem::new(
                Code::TooManyRequests,
                Text::new("今日记录过多，请明日再试", "too much was noted today; try again tomorrow"),
            ));
        }
        let mut articles = self.articles.clone();
        articles.sort_unstable();
        articles.dedup();
        let opened = (self.what != ArticleUse::Shown).then_some(tx.now);
        let helped = (self.what == ArticleUse::Helped).then_some(tx.now);
        for id in articles {
            let first = |column: &str| {
                sql::<Nullable<Timestamptz>>(&format!("coalesce(knowledge_use.{column}, excluded.{column})"))
            };
            diesel::insert_into(u::table)
                .values((
                    u::article_id.eq(id),
                    u::account_id.eq(account),
                    u::question.eq(self.question),
                    u::enterprise_id.eq(enterprise),
                    u::nonconformity_id.eq(self.nonconformity),
                    u::product_kind.eq(&kind),
                    u::shown_at.eq(tx.now),
                    u::opened_at.eq(opened),
                    u::helped_at.eq(helped),
                ))
                .on_conflict((u::article_id, u::account_id, u::question))
                .do_update()
                .set((
                    u::opened_at.eq(first("opened_at")),
                    u::helped_at.eq(first("helped_at")),
                    // The record may be chosen while the question is typed.
                    u::nonconformity_id.eq(self.nonconformity),
                    u::product_kind.eq(&kind),
                ))
                .execute(&mut *tx.conn)?;
        }
        Ok(())
    }
}

impl NoteUse {
    /// The code of the product kind: the nonconformity's, or the one named.
    fn kind(
        &self,
        tx: &mut Tx,
        fields: &mut Fields,
        enterprise: crate::core::ids::EnterpriseId,
    ) -> Result<Option<String>, Problem> {
        if let Some(id) = self.nonconformity {
            let found: Option<Kind> = diesel::sql_query(
                "SELECT product_kind FROM published.nonconformity WHERE id = $1 AND enterprise_id = $2",
            )
            .bind::<diesel::sql_types::Uuid, _>(id)
            .bind::<diesel::sql_types::Uuid, _>(enterprise)
            .get_result(&mut *tx.conn)
            .optional()?;
            if found.is_none() {
                fields.fault(
                    "/nonconformity",
                    "不是本企业的不合格记录",
                    "is no nonconformity of your enterprise",
                );
            }
            return Ok(found.map(|found| found.product_kind));
        }
        let Some(named) = self.product_kind.as_deref().filter(|named| !named.trim().is_empty()) else {
            return Ok(None);
        };
        let kind = tx.catalogue.products.kind(named).map(|kind| kind.code.clone());
        let Some(kind) = kind else {
            fields.fault("/product_kind", "不是目录中的产品种类", "is no product kind of the catalogue");
            return Ok(None);
        };
        let known: bool =
            diesel::select(exists(product_kind::table.find(&kind))).get_result(&mut *tx.conn)?;
        Ok(known.then_some(kind))
    }
}
