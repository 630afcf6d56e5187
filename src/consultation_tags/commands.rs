//! Keeping tags.

use crate::consultation_tags::policy::{Owner, keeps, visible_to};
use crate::consultation_tags::queries::Row;
use crate::consultation_tags::settings::TagSettings;
use crate::consultations::tags::hospital;
use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::ids::TagId;
use crate::core::{Problem, Text};
use crate::db::count_lock::{self, Counted};
use crate::db::regional;
use crate::db::schema::consultation_tag;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use diesel::dsl::sql;
use diesel::pg::Pg;
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
    /// Code of the region on whose consultations it can be put, those of all regions under it included: the officer's own or one below it. The
    /// own one where none is named. Experts name none: their tags are their product hospital's.
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

/// What changes the tags of a province or of a product hospital waits for its turn.
fn wait(tx: &mut Tx, owner: &Owner) -> Result<(), Problem> {
    let turn = match owner {
        Owner::Region(region) => region.get(..2).unwrap_or(region),
        Owner::Hospital(hospital) => hospital.as_str(),
    };
    count_lock::wait_for(&mut tx.conn, Counted::ConsultationTags, turn)
}

/// The region whose officers find in the audit what is done with the tags of an owner: of a product hospital the one that it is seated in.
fn audited(tx: &Tx, owner: &Owner) -> String {
    match owner {
        Owner::Region(region) => region.clone(),
        Owner::Hospital(code) => {
            tx.catalogue.products.hospital(code).map(|known| known.region.clone()).unwrap_or_default()
        }
    }
}

/// The tags of one owner.
fn of(owner: &Owner) -> consultation_tag::BoxedQuery<'static, Pg> {
    use consultation_tag as t;
    let query = t::table.into_boxed();
    match owner {
        Owner::Region(region) => query.filter(t::region.assume_not_null().eq(region.clone())),
        Owner::Hospital(hospital) => query.filter(t::hospital.assume_not_null().eq(hospital.clone())),
    }
}

/// The tags that go together with those of an owner: of a region those of all above and under it as well.
fn beside(owner: &Owner) -> consultation_tag::BoxedQuery<'static, Pg> {
    let Owner::Region(region) = owner else { return of(owner) };
    let akin = sql::<Bool>("EXISTS (SELECT FROM region_scope s WHERE (s.region = ")
        .bind::<diesel::sql_types::Text, _>(region.clone())
        .sql(" AND s.scope = consultation_tag.region) OR (s.scope = ")
        .bind::<diesel::sql_types::Text, _>(region.clone())
        .sql(" AND s.region = consultation_tag.region))");
    consultation_tag::table.into_boxed().filter(akin)
}

/// A name, checked; none of the tags that go together with those of the owner has it.
fn check_name(
    tx: &mut Tx,
    fields: &mut Fields,
    name: &str,
    (owner, except): (&Owner, Option<TagId>),
) -> Result<String, Problem> {
    use consultation_tag as t;
    let most = usize::try_from(tx.settings.section::<TagSettings>().name_chars).unwrap_or(usize::MAX);
    let name = fields.text("/name", name, most);
    fields.require(!name.contains('\n'), "/name", "须为一行", "must be one line");
    let mut same = beside(owner).filter(
        sql::<Bool>("lower(consultation_tag.name) = lower(")
            .bind::<diesel::sql_types::Text, _>(name.clone())
            .sql(")"),
    );
    if let Some(except) = except {
        same = same.filter(t::id.ne(except));
    }
    let taken: i64 = same.count().get_result(&mut *tx.conn)?;
    let (zh, en) = match owner {
        Owner::Region(_) => (
            "本地区或其上下级地区已有同名标签，已停用的可以恢复使用",
            "this region, or one above or below it, has a tag of that name; one that is retired can be brought back",
        ),
        Owner::Hospital(_) => (
            "本产品医院已有同名标签，已停用的可以恢复使用",
            "your product hospital has a tag of that name; one that is retired can be brought back",
        ),
    };
    fields.require(taken == 0, "/name", zh, en);
    Ok(name)
}

/// Refuses a further tag in use where the owner has as many as it may have.
fn check_number(tx: &mut Tx, pointer: &'static str, owner: &Owner) -> Result<(), Problem> {
    let settings = tx.settings.section::<TagSettings>();
    let (most, zh, en) = match owner {
        Owner::Region(_) => (settings.per_region, "一个地区", "a region"),
        Owner::Hospital(_) => (settings.per_hospital, "一家产品医院", "a product hospital"),
    };
    let used: i64 =
        of(owner).filter(consultation_tag::retired_at.is_null()).count().get_result(&mut *tx.conn)?;
    if used < i64::from(most) {
        return Ok(());
    }
    let text = Text::new(
        format!("{zh}最多使用 {most} 个标签，请先停用不再使用的"),
        format!("{en} may have {most} tags in use; retire some first"),
    );
    Err(Problem::field(pointer, text))
}

impl CreateTag {
    /// Whose it is to be: an expert's is the own product hospital's, an officer's a region's.
    fn owner(&self, tx: &mut Tx, fields: &mut Fields) -> Result<Owner, Problem> {
        if !matches!(tx.actor.scope(), Some(Scope::Expert(_))) {
            return Ok(Owner::Region(regional::set_up(tx, fields, self.region.as_deref())?.1));
        }
        let Some(own) = hospital(&mut tx.conn, &tx.actor)? else {
            let text = Text::new(
                "标签由监管人员和产品医院的专家维护，您未登记所属产品医院",
                "tags are kept by officers and by the experts of product hospitals; you belong to none",
            );
            return Err(Problem::field("/region", text));
        };
        fields.require(
            self.region.is_none(),
            "/region",
            "专家新增的标签属于所在产品医院，请勿填写地区",
            "an expert's tag is the product hospital's; name no region",
        );
        Ok(Owner::Hospital(own))
    }
}

impl Command for CreateTag {
    type Output = TagId;
    const NAME: &'static str = "create_tag";

    fn run(&self, tx: &mut Tx) -> Result<TagId, Problem> {
        let mut fields = Fields::new();
        let owner = self.owner(tx, &mut fields)?;
        wait(tx, &owner)?;
        let name = check_name(tx, &mut fields, &self.name, (&owner, None))?;
        fields.done()?;
        check_number(tx, "/name", &owner)?;
        let id = TagId::new();
        let (region, hospital) = match &owner {
            Owner::Region(region) => (Some(region), None),
            Owner::Hospital(hospital) => (None, Some(hospital)),
        };
        diesel::insert_into(consultation_tag::table)
            .values((
                consultation_tag::id.eq(id),
                consultation_tag::region.eq(region),
                consultation_tag::hospital.eq(hospital),
                consultation_tag::name.eq(&name),
                consultation_tag::created_at.eq(tx.now),
                consultation_tag::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        let region = audited(tx, &owner);
        tx.audit(Self::NAME, subject(id).in_region(&region), json!({ "name": name }))?;
        Ok(id)
    }
}

/// Loads and locks a tag that the actor keeps.
fn load(tx: &mut Tx, id: TagId) -> Result<Row, Problem> {
    let visible = visible_to(&mut tx.conn, &tx.actor)?;
    let seen: Row =
        visible.filter(consultation_tag::id.eq(id)).select(Row::as_select()).first(&mut *tx.conn)?;
    let own = hospital(&mut tx.conn, &tx.actor)?;
    let owner = seen.owner();
    if !keeps(&tx.actor, own.as_deref(), &owner, &tx.catalogue) {
        let mut problem = Problem::forbidden();
        problem.detail = match owner {
            Owner::Region(_) => Text::new(
                "标签由其所属地区及上级地区的监管人员维护",
                "a tag is kept by the officers of its region and of those above",
            ),
            Owner::Hospital(_) => Text::new(
                "产品医院的标签由该医院的专家维护",
                "the tags of a product hospital are kept by its experts",
            ),
        };
        return Err(problem);
    }
    wait(tx, &owner)?;
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
            Some(name) => check_name(tx, &mut fields, name, (&known.owner(), Some(self.id)))?,
            None => known.name.clone(),
        };
        fields.done()?;
        let retired_at = match self.retired {
            Some(true) => known.retired_at.or(Some(tx.now)),
            Some(false) => None,
            None => known.retired_at,
        };
        if known.retired_at.is_some() && retired_at.is_none() {
            check_number(tx, "/retired", &known.owner())?;
        }
        diesel::update(consultation_tag::table.find(self.id))
            .set((
                consultation_tag::name.eq(&name),
                consultation_tag::retired_at.eq(retired_at),
                consultation_tag::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        let region = audited(tx, &known.owner());
        let former = (known.name != name).then_some(known.name);
        let noted = json!({ "name": name, "former": former, "retired": retired_at.is_some() });
        tx.audit(Self::NAME, subject(self.id).in_region(&region), noted)?;
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
        let region = audited(tx, &known.owner());
        tx.audit(Self::NAME, subject(self.id).in_region(&region), json!({ "name": known.name }))
    }
}
