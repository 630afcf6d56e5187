//! Keeping tags.

use crate::consultation_tags::policy::{keeps, visible_to};
use crate::consultation_tags::queries::Row;
use crate::consultation_tags::settings::TagSettings;
use crate::core::fields::Fields;
use crate::core::ids::TagId;
use crate::core::{Problem, Text};
use crate::db::count_lock::{self, Counted};
use crate::db::regional;
use crate::db::schema::{consultation_tag, region_scope};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Keeps a new tag.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateTag {
    /// The name, one line of at most 20 characters as the settings are delivered.
    pub name: String,
    /// Code of the region on whose consultations it can be put, those of all regions under it included: the caller's own or one below it. The
    /// own one where none is named.
    #[serde(default)]
    pub region: Option<String>,
}

/// Changes a tag. What is not named stays.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangeTag {
    /// The tag.
    pub id: TagId,
    /// The new name.
    pub name: Option<String>,
    /// Whether it is retired, or in use.
    pub retired: Option<bool>,
}

/// Retires a tag.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RetireTag {
    /// The tag.
    pub id: TagId,
}

fn subject(id: TagId) -> Subject<'static> {
    Subject::new("consultation_tag", id.0)
}

/// The province of a region: what changes the tags of one waits for its turn.
fn wait(tx: &mut Tx, region: &str) -> Result<(), Problem> {
    count_lock::wait_for(&mut tx.conn, Counted::ConsultationTags, region.get(..2).unwrap_or(region))
}

/// A name, checked; none of the tags that go together with those of the region has it.
fn check_name(
    tx: &mut Tx,
    fields: &mut Fields,
    name: &str,
    (region, except): (&str, Option<TagId>),
) -> Result<String, Problem> {
    use consultation_tag as t;
    let most = usize::try_from(tx.settings.section::<TagSettings>().name_chars).unwrap_or(usize::MAX);
    let name = fields.text("/name", name, most);
    fields.require(!name.contains('\n'), "/name", "须为一行", "must be one line");
    let above = region_scope::table
        .filter(region_scope::region.eq(region.to_owned()))
        .filter(region_scope::scope.eq(t::region));
    let under = region_scope::table
        .filter(region_scope::scope.eq(region.to_owned()))
        .filter(region_scope::region.eq(t::region));
    let mut same = t::table
        .filter(
            sql::<Bool>("lower(consultation_tag.name) = lower(")
                .bind::<diesel::sql_types::Text, _>(name.clone())
                .sql(")"),
        )
        .filter(exists(above).or(exists(under)))
        .into_boxed();
    if let Some(except) = except {
        same = same.filter(t::id.ne(except));
    }
    let taken: i64 = same.count().get_result(&mut *tx.conn)?;
    fields.require(
        taken == 0,
        "/name",
        "本地区或其上下级地区已有同名标签，已停用的可以恢复使用",
        "this region, or one above or below it, has a tag of that name; one that is retired can be brought back",
    );
    Ok(name)
}

/// Refuses a further tag in use where the region has as many as it may have.
fn check_number(tx: &mut Tx, pointer: &'static str, region: &str) -> Result<(), Problem> {
    use consultation_tag as t;
    let most = tx.settings.section::<TagSettings>().per_region;
    let used: i64 = t::table
        .filter(t::region.eq(region))
        .filter(t::retired_at.is_null())
        .count()
        .get_result(&mut *tx.conn)?;
    if used < i64::from(most) {
        return Ok(());
    }
    let text = Text::new(
        format!("一个地区最多使用 {most} 个标签，请先停用不用的"),
        format!("a region may have {most} tags in use; retire some first"),
    );
    Err(Problem::field(pointer, text))
}

impl Command for CreateTag {
    type Output = TagId;
    const NAME: &'static str = "create_tag";

    fn run(&self, tx: &mut Tx) -> Result<TagId, Problem> {
        let mut fields = Fields::new();
        let (_, region) = regional::set_up(tx, &mut fields, self.region.as_deref())?;
        wait(tx, &region)?;
        let name = check_name(tx, &mut fields, &self.name, (&region, None))?;
        fields.done()?;
        check_number(tx, "/name", &region)?;
        let id = TagId::new();
        diesel::insert_into(consultation_tag::table)
            .values((
                consultation_tag::id.eq(id),
                consultation_tag::region.eq(&region),
                consultation_tag::name.eq(&name),
                consultation_tag::created_at.eq(tx.now),
                consultation_tag::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        tx.audit(Self::NAME, subject(id).in_region(&region), json!({ "name": name }))?;
        Ok(id)
    }
}

/// Loads and locks a tag that the actor keeps.
fn load(tx: &mut Tx, id: TagId) -> Result<Row, Problem> {
    let visible = visible_to(&mut tx.conn, &tx.actor)?;
    let seen: Row =
        visible.filter(consultation_tag::id.eq(id)).select(Row::as_select()).first(&mut *tx.conn)?;
    if !keeps(&tx.actor, &seen.region, &tx.catalogue) {
        let mut problem = Problem::forbidden();
        problem.detail = Text::new(
            "标签由其所属地区及上级地区的监管人员维护",
            "a tag is kept by the officers of its region and of those above",
        );
        return Err(problem);
    }
    wait(tx, &seen.region)?;
    let row = consultation_tag::table.find(id).for_update().select(Row::as_select());
    Ok(row.first(&mut *tx.conn)?)
}

impl Command for ChangeTag {
    type Output = TagId;
    const NAME: &'static str = "change_tag";

    fn run(&self, tx: &mut Tx) -> Result<TagId, Problem> {
        let known = load(tx, self.id)?;
        let mut fields = Fields::new();
        let name = match &self.name {
            Some(name) => check_name(tx, &mut fields, name, (&known.region, Some(self.id)))?,
            None => known.name.clone(),
        };
        fields.done()?;
        let retired_at = match self.retired {
            Some(true) => known.retired_at.or(Some(tx.now)),
            Some(false) => None,
            None => known.retired_at,
        };
        if known.retired_at.is_some() && retired_at.is_none() {
            check_number(tx, "/retired", &known.region)?;
        }
        diesel::update(consultation_tag::table.find(self.id))
            .set((
                consultation_tag::name.eq(&name),
                consultation_tag::retired_at.eq(retired_at),
                consultation_tag::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        let former = (known.name != name).then_some(known.name);
        let noted = json!({ "name": name, "former": former, "retired": retired_at.is_some() });
        tx.audit(Self::NAME, subject(self.id).in_region(&known.region), noted)?;
        Ok(self.id)
    }
}

impl Command for RetireTag {
    type Output = ();
    const NAME: &'static str = "retire_tag";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let known = load(tx, self.id)?;
        if known.retired_at.is_some() {
            return Ok(());
        }
        diesel::update(consultation_tag::table.find(self.id))
            .set((consultation_tag::retired_at.eq(tx.now), consultation_tag::updated_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        tx.audit(Self::NAME, subject(self.id).in_region(&known.region), json!({ "name": known.name }))
    }
}
