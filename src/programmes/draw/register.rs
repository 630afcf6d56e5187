//! Who is in the frame of a target: the operating enterprises of the register that have a record of the kind, or a list that an officer hands in.

use crate::catalogue::{Catalogue, SupervisionClass};
use crate::core::fields::Fields;
use crate::core::{Code, Problem, Text};
use crate::db::Tx;
use crate::db::published::enterprise;
use crate::db::schema::operator_grade;
use crate::enterprises::Uscc;
use crate::programmes::draw::frame::{MOST_ROWS, Operator};
use crate::programmes::regimes::history::{Change, regime_on};
use crate::programmes::regimes::queries::changes;
use crate::programmes::state::{OperatorGrade, OperatorRole};
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text as SqlText, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

/// The most operators of a list that is handed in.
pub const MOST_LISTED: usize = 2_000;

/// An operator of a list that is handed in.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OperatorInput {
    /// Its name, at most 200 characters.
    pub name: String,
    /// Its unified social credit code, where it is known.
    #[serde(default)]
    pub uscc: Option<String>,
    /// Code of its region, within that of the target; that of the target where none is named.
    #[serde(default)]
    pub region: Option<String>,
    /// Code of the product kind; needed where the target is of a class.
    #[serde(default)]
    pub product_kind: Option<String>,
}

/// What a frame is made for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Code of the region.
    pub region: String,
    /// Code of the product kind.
    pub kind: Option<String>,
    /// Code of the product class.
    pub class: Option<String>,
    /// As what operators are sampled.
    pub role: OperatorRole,
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Listed {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlText)]
    uscc: String,
    #[diesel(sql_type = SqlText)]
    name: String,
    #[diesel(sql_type = SqlText)]
    region: String,
    #[diesel(sql_type = SqlText)]
    product_kind: String,
    #[diesel(sql_type = Nullable<SqlText>)]
    grade: Option<String>,
}

/// The operating enterprises of a region that have a record of a kind, or of a kind of a class.
const REGISTER: &str = "
    SELECT e.id, e.uscc, e.name, e.region, n.product_kind, g.grade
    FROM (SELECT DISTINCT p.enterprise_id, p.product_kind
          FROM published.nonconformity p
          JOIN product_kind k ON k.code = p.product_kind
          WHERE coalesce(p.product_kind = $2, k.class = $3)) n
    JOIN published.enterprise e ON e.id = n.enterprise_id
    JOIN region_scope s ON s.region = e.region AND s.scope = $1
    LEFT JOIN operator_grade g ON g.enterprise_id = e.id
    WHERE e.operating_status = 'operating' AND e.withdrawn_at IS NULL
    LIMIT $4";

/// The regimes of the kinds on a day.
struct Regimes<'a> {
    catalogue: &'a Catalogue,
    changes: HashMap<String, Vec<Change>>,
    day: NaiveDate,
}

impl Regimes<'_> {
    fn of(&self, kind: &str) -> SupervisionClass {
        let changes = self.changes.get(kind).map(Vec::as_slice).unwrap_or_default();
        let known = self.catalogue.products.kind(kind);
        known.map_or(SupervisionClass::General, |kind| regime_on(kind, changes, self.day))
    }
}

/// The enterprises of the register that are in the frame. The register knows producers alone.
///
/// # Errors
/// 409 where there is none, 422 where there are too many.
pub fn from_register(tx: &mut Tx, wanted: &Wanted) -> Result<Vec<Operator>, Problem> {
    if wanted.role != OperatorRole::Producer {
        return Err(Problem::field(
            "/operators",
            Text::new(
                "名录中只有生产者，请提供销售者或网络经营者的名单",
                "the register has producers alone; hand in a list of the sellers or online operators",
            ),
        ));
    }
    let most = i64::try_from(MOST_ROWS).unwrap_or(i64::MAX);
    let rows: Vec<Listed> = diesel::sql_query(REGISTER)
        .bind::<SqlText, _>(&wanted.region)
        .bind::<Nullable<SqlText>, _>(&wanted.kind)
        .bind::<Nullable<SqlText>, _>(&wanted.class)
        .bind::<BigInt, _>(most.saturating_add(1))
        .load(&mut *tx.conn)?;
    if rows.len() > MOST_ROWS {
        let text = Text::new(
            format!("抽样框超过 {MOST_ROWS} 家，请缩小任务范围"),
            format!("the frame has more than {MOST_ROWS} operators; make the target narrower"),
        );
        return Err(Problem::field("/target_id", text));
    }
    if rows.is_empty() {
        return Err(empty());
    }
    let changes = changes(&mut tx.conn)?;
    let regimes = Regimes { catalogue: &tx.catalogue, changes, day: tx.today() };
    let operator = |row: Listed| Operator {
        enterprise: Some(row.id),
        regime: regimes.of(&row.product_kind),
        uscc: row.uscc,
        name: row.name,
        region: row.region,
        role: wanted.role,
        product_kind: row.product_kind,
        grade: row.grade.and_then(|grade| grade.parse().ok()),
        index: 0,
    };
    Ok(rows.into_iter().map(operator).collect())
}

fn empty() -> Problem {
    Problem::new(
        Code::FrameEmpty,
        Text::new(
            "名录中没有符合任务的企业，请提供经营者名单",
            "no operator of the register fits the target; hand in a list of operators",
        ),
    )
}

/// An operator of a list, with its faults under its place in it.
fn listed_operator(
    fields: &mut Fields,
    regimes: &Regimes<'_>,
    wanted: &Wanted,
    (place, input): (usize, &OperatorInput),
) -> Operator {
    let at = |name: &str| format!("/operators/{place}/{name}");
    let name = fields.text(&at("name"), &input.name, 200);
    fields.require(!name.contains('\n') && !name.contains('\r'), &at("name"), "不能换行", "must be one line");
    let uscc = input.uscc.as_deref().map(str::trim).unwrap_or_default().to_uppercase();
    // A rule of the standard that a code breaks is no ground here; the number of an identity card would be published with the frame.
    if let Some(Err(fault)) = (!uscc.is_empty()).then(|| Uscc::parse(&uscc))
        && fault.rule().is_none()
    {
        let text = fault.text();
        fields.fault(at("uscc"), text.zh, text.en);
    }
    let region = input.region.as_deref().unwrap_or(&wanted.region).to_owned();
    fields.require(
        regimes.catalogue.regions.contains(&wanted.region, &region),
        &at("region"),
        "须在任务的地区内",
        "must be within the region of the target",
    );
    let product_kind = kind_of(regimes.catalogue, wanted, input.product_kind.as_deref());
    fields.require(
        product_kind.is_some(),
        &at("product_kind"),
        "须为任务的产品种类，或其类别下的产品种类",
        "must be the product kind of the target, or one of its class",
    );
    let product_kind = product_kind.unwrap_or_default();
    Operator {
        enterprise: None,
        regime: regimes.of(&product_kind),
        uscc,
        name,
        region,
        role: wanted.role,
        product_kind,
        grade: None,
        index: 0,
    }
}

/// The operators of a list that was handed in.
///
/// # Errors
/// 422 naming what does not fit.
pub fn from_list(tx: &mut Tx, wanted: &Wanted, listed: &[OperatorInput]) -> Result<Vec<Operator>, Problem> {
    let mut fields = Fields::new();
    fields.require(
        (1..=MOST_LISTED).contains(&listed.len()),
        "/operators",
        "须有 1 到 2000 家经营者",
        "must be 1 to 2000 operators",
    );
    let mut operators = Vec::new();
    let changes = changes(&mut tx.conn)?;
    let regimes = Regimes { catalogue: &tx.catalogue, changes, day: tx.today() };
    for (place, input) in listed.iter().enumerate().take(MOST_LISTED) {
        operators.push(listed_operator(&mut fields, &regimes, wanted, (place, input)));
    }
    fields.done()?;
    let codes: Vec<&str> = operators.iter().map(|operator| operator.uscc.as_str()).collect();
    let known: Vec<(String, Uuid)> = enterprise::table
        .filter(enterprise::uscc.eq_any(codes))
        .select((enterprise::uscc, enterprise::id))
        .load(&mut *tx.conn)?;
    let known: HashMap<String, Uuid> = known.into_iter().collect();
    let grades = grades(tx, known.values().copied().collect())?;
    for operator in &mut operators {
        operator.enterprise = known.get(&operator.uscc).copied();
        operator.grade = operator.enterprise.and_then(|id| grades.get(&id).copied());
    }
    Ok(operators)
}

/// The credit grades of some enterprises by which draws and the order of visits may be weighed.
///
/// # Errors
/// When the database can't be asked.
pub fn grades(tx: &mut Tx, enterprises: Vec<Uuid>) -> Result<HashMap<Uuid, OperatorGrade>, Problem> {
    let rows: Vec<(Uuid, OperatorGrade)> = operator_grade::table
        .filter(operator_grade::enterprise_id.eq_any(enterprises))
        .select((operator_grade::enterprise_id, operator_grade::grade))
        .load(&mut *tx.conn)?;
    Ok(rows.into_iter().collect())
}

/// The kind of an operator of a list: its own where one is named and fits, else that of the target.
fn kind_of(catalogue: &Catalogue, wanted: &Wanted, named: Option<&str>) -> Option<String> {
    let Some(named) = named.map(str::trim).filter(|named| !named.is_empty()) else {
        return wanted.kind.clone();
    };
    let kind = catalogue.products.kind(named)?;
    let fits = match (&wanted.kind, &wanted.class) {
        (Some(wanted), _) => kind.code == *wanted,
        (None, class) => class.as_deref() == Some(kind.class.as_str()),
    };
    fits.then(|| kind.code.clone())
}
