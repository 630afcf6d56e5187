//! Saving a filter and deleting it.

use crate::core::Problem;
use crate::core::fields::Fields;
use crate::db::count_lock::{self, Counted};
use crate::db::schema::saved_filter;
use crate::db::{Command, Tx};
use crate::saved_filters::ids::SavedFilterId;
use crate::saved_filters::queries::SavedFilterView;
use crate::saved_filters::rules::{MAX_NAME, MAX_QUERY, MOST, tidy_query};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// Saves a filter of a page under a name; one of the same name is replaced.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveFilter {
    /// The path of a page that the caller may open, such as `/cases`.
    pub page: String,
    /// The name, 1 to 40 characters.
    pub name: String,
    /// The parameters of the page, as in its address after `?`, at most 2,000 bytes. What says which part of the list is shown is left out.
    pub query: String,
}

impl Command for SaveFilter {
    type Output = SavedFilterView;
    const NAME: &'static str = "save_filter";

    fn run(&self, tx: &mut Tx) -> Result<SavedFilterView, Problem> {
        let own = tx.actor.account().ok_or_else(Problem::unauthenticated)?;
        let mut fields = Fields::new();
        let name = fields.text("/name", &self.name, MAX_NAME);
        let query = tidy_query(&self.query);
        if query.is_empty() {
            fields.fault("/query", "没有筛选条件", "narrows nothing");
        } else if query.len() > MAX_QUERY {
            fields.fault("/query", "筛选条件过长", "is too long");
        }
        fields.done()?;
        count_lock::wait(&mut tx.conn, Counted::SavedFilters, own.0)?;
        let others = saved_filter::table
            .filter(saved_filter::account_id.eq(own))
            .filter(saved_filter::page.ne(&self.page).or(saved_filter::name.ne(&name)))
            .count()
            .get_result::<i64>(&mut *tx.conn)?;
        if others >= MOST {
            let mut fields = Fields::new();
            let (zh, en) = (
                format!("最多保存 {MOST} 个，请先删除不再使用的"),
                format!("at most {MOST} are kept; delete some first"),
            );
            fields.fault("/name", zh, en);
            fields.done()?;
        }
        Ok(diesel::insert_into(saved_filter::table)
            .values((
                saved_filter::id.eq(SavedFilterId::new()),
                saved_filter::account_id.eq(own),
                saved_filter::page.eq(&self.page),
                saved_filter::name.eq(&name),
                saved_filter::query.eq(&query),
                saved_filter::created_at.eq(tx.now),
            ))
            .on_conflict((saved_filter::account_id, saved_filter::page, saved_filter::name))
            .do_update()
            .set((saved_filter::query.eq(&query), saved_filter::created_at.eq(tx.now)))
            .returning(SavedFilterView::as_returning())
            .get_result(&mut *tx.conn)?)
    }
}

/// Deletes a filter of one's own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeleteFilter {
    /// The filter.
    pub id: SavedFilterId,
}

impl Command for DeleteFilter {
    type Output = ();
    const NAME: &'static str = "delete_filter";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let own = tx.actor.account().ok_or_else(Problem::unauthenticated)?;
        let this =
            saved_filter::table.filter(saved_filter::account_id.eq(own)).filter(saved_filter::id.eq(self.id));
        match diesel::delete(this).execute(&mut *tx.conn)? {
            0 => Err(Problem::not_found()),
            _ => Ok(()),
        }
    }
}
