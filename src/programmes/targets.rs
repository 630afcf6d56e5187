//! The targets of a programme: added, changed and taken away while it is written.

use crate::core::fields::Fields;
use crate::core::{Code, Problem, Text};
use crate::db::schema::{laboratory, programme_target};
use crate::db::{Command, Tx};
use crate::programmes::ids::{LaboratoryId, ProgrammeId, TargetId};
use crate::programmes::kind::ProgrammeKind;
use crate::programmes::laboratories::products::{serves, tests};
use crate::programmes::settings::ProgrammeSettings;
use crate::programmes::state::{OperatorRole, ProgrammeStep};
use crate::programmes::store::{self, Row};
use chrono::NaiveDate;
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most targets of a programme.
pub const MOST: i64 = 5_000;
/// The most samples, and the most operators, of a target.
const MAX_SAMPLES: i32 = 100_000;

fn producer() -> OperatorRole {
    OperatorRole::Producer
}

/// One task: so many samples of a kind or class, of operators of one role, in a region.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetInput {
    /// Code of the region that is charged with it: the organiser's or one under it; the organiser's where none is named.
    #[serde(default)]
    pub region: Option<String>,
    /// Code of the product kind. Either this or `product_class`.
    #[serde(default)]
    pub product_kind: Option<String>,
    /// Code of the product class.
    #[serde(default)]
    pub product_class: Option<String>,
    /// As what the operators are sampled; `producer` where none is given.
    #[serde(default = "producer")]
    pub role: OperatorRole,
    /// How many samples, 1 to 100,000.
    #[schema(minimum = 1, maximum = 100_000)]
    pub samples: i32,
    /// Of how many operators; as many as samples where none is given.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100_000)]
    pub operators: Option<i32>,
    /// The laboratory that tests the samples; where none is named they are shared out when operators are drawn.
    #[serde(default)]
    pub laboratory_id: Option<LaboratoryId>,
    /// Who takes the samples; never the laboratory that tests them.
    #[serde(default)]
    pub sampler_id: Option<LaboratoryId>,
    /// The last day on which the samples are to be taken, within the period; the last of the period where none is named.
    #[serde(default)]
    pub due_on: Option<NaiveDate>,
}

/// A laboratory as a target needs it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = laboratory, check_for_backend(Pg))]
struct Laboratory {
    region: String,
    products: Vec<String>,
    serves: Vec<String>,
    takes_samples: bool,
    active: bool,
}

fn laboratory(tx: &mut Tx, id: LaboratoryId) -> Result<Option<Laboratory>, Problem> {
    let found: Option<Laboratory> =
        laboratory::table.find(id).select(Laboratory::as_select()).first(&mut *tx.conn).optional()?;
    Ok(found.filter(|found| crate::programmes::policy::is_charged(&tx.actor, &found.region, &tx.catalogue)))
}

/// A target that was checked.
struct Checked {
    region: String,
    kind: Option<String>,
    class: Option<String>,
    due_on: NaiveDate,
}

/// Checks a target. Faults are under `at`.
fn check(
    tx: &mut Tx,
    row: &Row,
    input: &TargetInput,
    at: &str,
    fields: &mut Fields,
) -> Result<Checked, Problem> {
    let region = input.region.as_deref().unwrap_or(&row.organiser_region).to_owned();
    fields.require(
        tx.catalogue.regions.contains(&row.organiser_region, &region),
        &format!("{at}/region"),
        "须为组织地区或其下级地区",
        "must be the organiser's region or one below it",
    );
    let (kind, class) = product(tx, input, at, fields);
    let within = |n: i32| (1..=MAX_SAMPLES).contains(&n);
    for (name, number) in [("samples", Some(input.samples)), ("operators", input.operators)] {
        fields.require(
            number.is_none_or(within),
            &format!("{at}/{name}"),
            "须为 1 到 100000 的整数",
            "must be a whole number from 1 to 100000",
        );
    }
    fields.require(
        input.operators.is_none_or(|operators| operators <= input.samples),
        &format!("{at}/operators"),
        "经营者数不能多于样品数",
        "must not be more than the samples",
    );
    let due_on = input.due_on.unwrap_or(row.period_until);
    fields.require(
        (row.period_from..=row.period_until).contains(&due_on),
        &format!("{at}/due_on"),
        "须在计划期限内",
        "must be within the period of the programme",
    );
    let checked = Checked { region, kind, class, due_on };
    check_laboratories(tx, row, input, &checked, at, fields)?;
    Ok(checked)
}

fn product(tx: &Tx, input: &TargetInput, at: &str, fields: &mut Fields) -> (Option<String>, Option<String>) {
    let products = &tx.catalogue.products;
    let kind = input.product_kind.as_deref().filter(|code| !code.is_empty());
    let class = input.product_class.as_deref().filter(|code| !code.is_empty());
    fields.require(
        kind.is_some() != class.is_some(),
        &format!("{at}/product_kind"),
        "产品种类和产品类别须填写其一",
        "name either a product kind or a product class",
    );
    let known_kind = kind.and_then(|code| products.kind(code)).map(|kind| kind.code.clone());
    let known_class = class.and_then(|code| products.class(code)).map(|class| class.code.clone());
    fields.require(
        kind.is_none() || known_kind.is_some(),
        &format!("{at}/product_kind"),
        "没有这一产品种类",
        "is no known product kind",
    );
    fields.require(
        class.is_none() || known_class.is_some(),
        &format!("{at}/product_class"),
        "没有这一产品类别",
        "is no known product class",
    );
    (known_kind, known_class)
}

fn check_laboratories(
    tx: &mut Tx,
    row: &Row,
    input: &TargetInput,
    checked: &Checked,
    at: &str,
    fields: &mut Fields,
) -> Result<(), Problem> {
    if let Some(id) = input.laboratory_id {
        let pointer = format!("{at}/laboratory_id");
        let found = laboratory(tx, id)?;
        let products = &tx.catalogue.products;
        let fits = found.is_some_and(|found| {
            let product = checked.kind.as_deref().or(checked.class.as_deref()).unwrap_or_default();
            found.active
                && tests(&found.products, product, products)
                && serves(&found.serves, &checked.region, &tx.catalogue.regions)
        });
        fields.require(
            fits,
            &pointer,
            "没有这一检验机构，或其已停用、不能检验该产品、不服务该地区",
            "is no active laboratory that tests this product and serves this region",
        );
    }
    if let Some(id) = input.sampler_id {
        let pointer = format!("{at}/sampler_id");
        let found = laboratory(tx, id)?;
        fields.require(
            found.is_some_and(|found| found.active && found.takes_samples),
            &pointer,
            "没有这一抽样机构，或其已停用",
            "is no active body that takes samples",
        );
        if input.laboratory_id == Some(id) {
            let rules = tx.settings.section::<ProgrammeSettings>().version(row.rules());
            let article = rules.map(|rules| rules.separation_article.clone());
            let (zh, en) = article.map_or_else(Default::default, |a| (a.zh.into_owned(), a.en.into_owned()));
            fields.fault(
                pointer,
                format!("抽样机构不能承担检验（{zh}）"),
                format!("who takes samples does not test them ({en})"),
            );
        }
    }
    Ok(())
}

/// Adds targets to a programme that is locked.
///
/// # Errors
/// 422 for what does not fit, under `at` and the place in the list.
pub fn insert(tx: &mut Tx, row: &Row, inputs: &[TargetInput], at: &str) -> Result<Vec<TargetId>, Problem> {
    use programme_target as t;
    let known: i64 = t::table.filter(t::programme_id.eq(row.id)).count().get_result(&mut *tx.conn)?;
    let added = i64::try_from(inputs.len()).unwrap_or(i64::MAX);
    if known.saturating_add(added) > MOST {
        let text = Text::new(
            format!("一个计划最多 {MOST} 项任务"),
            format!("a programme has at most {MOST} targets"),
        );
        return Err(Problem::field(at, text));
    }
    let mut fields = Fields::new();
    let mut checked = Vec::with_capacity(inputs.len());
    for (place, input) in inputs.iter().enumerate() {
        let at = format!("{at}/{place}");
        checked.push((at.clone(), input, check(tx, row, input, &at, &mut fields)?));
    }
    fields.done()?;
    let mut ids = Vec::with_capacity(inputs.len());
    let mut doubled = Fields::new();
    for (at, input, Checked { region, kind, class, due_on }) in checked {
        let id = TargetId::new();
        let written = diesel::insert_into(t::table)
            .values((
                t::id.eq(id),
                t::programme_id.eq(row.id),
                t::region.eq(region),
                t::product_kind.eq(kind),
                t::product_class.eq(class),
                t::role.eq(input.role),
                t::samples.eq(input.samples),
                t::operators.eq(input.operators),
                t::laboratory_id.eq(input.laboratory_id),
                t::sampler_id.eq(input.sampler_id),
                t::due_on.eq(due_on),
                t::created_at.eq(tx.now),
            ))
            .on_conflict_do_nothing()
            .execute(&mut *tx.conn)?;
        doubled.require(
            written > 0,
            &format!("{at}/product_kind"),
            "该地区、产品和环节已有任务",
            "there is a target for this region, product and role already",
        );
        ids.push(id);
    }
    doubled.done()?;
    Ok(ids)
}

/// Adds a target to a programme that was not handed in yet, or was sent back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AddTarget {
    /// The programme.
    pub programme: ProgrammeId,
    /// The target.
    pub target: TargetInput,
}

impl Command for AddTarget {
    type Output = TargetId;
    const NAME: &'static str = "add_programme_target";

    fn run(&self, tx: &mut Tx) -> Result<TargetId, Problem> {
        let row = store::load_of_kind(tx, self.programme, ProgrammeKind::Sampling)?;
        store::step(tx, &row, ProgrammeStep::Change, None)?;
        let added = insert(tx, &row, std::slice::from_ref(&self.target), "")
            .map_err(|problem| without_place(problem, "/0"))?;
        let id = added.into_iter().next().ok_or_else(|| Problem::internal("no target was added"))?;
        store::audit(tx, &row, Self::NAME, json!({ "target": id, "samples": self.target.samples }))?;
        Ok(id)
    }
}

/// The faults of a single target, whose pointers have no place in a list.
fn without_place(mut problem: Problem, place: &str) -> Problem {
    for fault in &mut problem.errors {
        if let Some(rest) = fault.pointer.strip_prefix(place) {
            fault.pointer = rest.to_owned();
        }
    }
    problem
}

/// Puts other words in the place of a target's.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangeTarget {
    /// The programme.
    pub programme: ProgrammeId,
    /// The target.
    pub target: TargetId,
    /// The new content. What is absent is as in a new target.
    pub input: TargetInput,
}

impl Command for ChangeTarget {
    type Output = TargetId;
    const NAME: &'static str = "change_programme_target";

    fn run(&self, tx: &mut Tx) -> Result<TargetId, Problem> {
        use programme_target as t;
        let row = store::load_of_kind(tx, self.programme, ProgrammeKind::Sampling)?;
        store::step(tx, &row, ProgrammeStep::Change, None)?;
        let known: TargetId = t::table
            .filter(t::programme_id.eq(row.id))
            .filter(t::id.eq(self.target))
            .select(t::id)
            .first(&mut *tx.conn)?;
        let mut fields = Fields::new();
        let checked = check(tx, &row, &self.input, "", &mut fields)?;
        let same: i64 = t::table
            .filter(t::programme_id.eq(row.id))
            .filter(t::id.ne(known))
            .filter(t::region.eq(&checked.region))
            .filter(t::role.eq(self.input.role))
            .filter(t::product_kind.is_not_distinct_from(&checked.kind))
            .filter(t::product_class.is_not_distinct_from(&checked.class))
            .count()
            .get_result(&mut *tx.conn)?;
        fields.require(
            same == 0,
            "/product_kind",
            "该地区、产品和环节已有任务",
            "there is a target for this region, product and role already",
        );
        fields.done()?;
        diesel::update(t::table.find(known))
            .set((
                t::region.eq(checked.region),
                t::product_kind.eq(checked.kind),
                t::product_class.eq(checked.class),
                t::role.eq(self.input.role),
                t::samples.eq(self.input.samples),
                t::operators.eq(self.input.operators),
                t::laboratory_id.eq(self.input.laboratory_id),
                t::sampler_id.eq(self.input.sampler_id),
                t::due_on.eq(checked.due_on),
            ))
            .execute(&mut *tx.conn)?;
        store::audit(tx, &row, Self::NAME, json!({ "target": known, "samples": self.input.samples }))?;
        Ok(known)
    }
}

/// Takes a target out of a programme that was not handed in yet, or was sent back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RemoveTarget {
    /// The programme.
    pub programme: ProgrammeId,
    /// The target.
    pub target: TargetId,
}

impl Command for RemoveTarget {
    type Output = ();
    const NAME: &'static str = "remove_programme_target";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        use programme_target as t;
        let row = store::load_of_kind(tx, self.programme, ProgrammeKind::Sampling)?;
        store::step(tx, &row, ProgrammeStep::Change, None)?;
        let gone = diesel::delete(t::table.filter(t::programme_id.eq(row.id)).filter(t::id.eq(self.target)))
            .execute(&mut *tx.conn)?;
        if gone == 0 {
            return Err(Problem::not_found());
        }
        store::audit(tx, &row, Self::NAME, json!({ "target": self.target }))
    }
}

/// Refuses a programme of sampling without targets.
///
/// # Errors
/// 409.
pub fn require_some(tx: &mut Tx, row: &Row) -> Result<(), Problem> {
    use programme_target as t;
    let known: i64 = t::table.filter(t::programme_id.eq(row.id)).count().get_result(&mut *tx.conn)?;
    if known > 0 || !row.kind.has_targets() {
        return Ok(());
    }
    let text = Text::new("计划还没有任务，请先添加", "the programme has no targets yet; add some first");
    Err(Problem::new(Code::ProgrammeWithoutTargets, text))
}
