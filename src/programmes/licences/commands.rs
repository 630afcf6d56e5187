//! Entering licences, and their revocation.

use crate::accounts::factors::step_up;
use crate::core::fields::Fields;
use crate::core::ids::AccountId;
use crate::core::{Problem, Text};
use crate::db::regional::set_up;
use crate::db::schema::production_licence;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::enterprises::{Uscc, admissions};
use crate::programmes::ids::{LicenceId, LicenceListId};
use crate::programmes::policy::{keeps, permit};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeSet, HashMap};

/// The most licences that are entered at once.
pub const MOST: usize = 2_000;
/// The most characters of a number.
const LONGEST_NUMBER: usize = 64;
/// The most characters of a name.
const LONGEST_NAME: usize = 200;
/// The most characters of a reason.
const LONGEST_REASON: usize = 500;

/// A licence for one kind of product.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LicenceInput {
    /// The number of the licence (许可证编号), at most 64 characters.
    pub licence_no: String,
    /// Unified social credit code of the producer.
    pub uscc: String,
    /// Its name, at most 200 characters.
    pub name: String,
    /// Code of the region where it produces: the caller's own or one under it; the own one where none is named.
    #[serde(default)]
    pub region: Option<String>,
    /// Code of the product kind.
    pub product_kind: String,
    /// The first day of the licence, in Asia/Shanghai.
    pub valid_from: NaiveDate,
    /// The last day; none where it is not limited.
    #[serde(default)]
    pub valid_until: Option<NaiveDate>,
}

/// Enters licences into the register. One that is in it already, and says the same, stays as it is.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnterLicences {
    /// The licences, 1 to 2,000.
    pub licences: Vec<LicenceInput>,
}

/// What became of the licences that were handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LicencesEntered {
    /// How many are new.
    pub entered: usize,
    /// How many were in the register already.
    pub unchanged: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = production_licence, check_for_backend(diesel::pg::Pg))]
struct Row {
    id: LicenceId,
    licence_no: String,
    uscc: String,
    name: String,
    region: String,
    product_kind: String,
    valid_from: NaiveDate,
    valid_until: Option<NaiveDate>,
    entered_by: AccountId,
    entered_at: DateTime<Utc>,
    list_id: Option<LicenceListId>,
}

impl Row {
    /// Whether both say the same of the licence.
    fn says_the_same(&self, other: &Self) -> bool {
        (&self.uscc, &self.name, &self.region) == (&other.uscc, &other.name, &other.region)
            && (self.valid_from, self.valid_until) == (other.valid_from, other.valid_until)
    }
}

impl LicenceInput {
    /// The row, with its faults under its place in the list.
    fn row(
        &self,
        tx: &Tx,
        fields: &mut Fields,
        (place, admitted): (usize, &BTreeSet<Uscc>),
    ) -> Result<Row, Problem> {
        let at = |name: &str| format!("/licences/{place}/{name}");
        let mut of_region = Fields::new();
        let (account, region) = set_up(tx, &mut of_region, self.region.as_deref())?;
        fields.require(
            of_region.done().is_ok(),
            &at("region"),
            "须为本人辖区或其下级地区",
            "must be your region or one below it",
        );
        let uscc = Uscc::parse_or_admitted(&self.uscc, admitted).map(|code| code.to_string());
        fields.require(
            uscc.is_ok(),
            &at("uscc"),
            "须为有效的 18 位统一社会信用代码",
            "must be a valid unified social credit code of 18 characters",
        );
        let kind = tx.catalogue.products.kind(&self.product_kind).map(|kind| kind.code.clone());
        fields.require(kind.is_some(), &at("product_kind"), "未知的产品种类", "is no known product kind");
        fields.day(&at("valid_from"), Some(self.valid_from));
        fields.require(
            self.valid_until.is_none_or(|until| until >= self.valid_from),
            &at("valid_until"),
            "不能早于起始日期",
            "must not be before the first day",
        );
        Ok(Row {
            id: LicenceId::new(),
            licence_no: fields.text(&at("licence_no"), &self.licence_no, LONGEST_NUMBER),
            uscc: uscc.unwrap_or_default(),
            name: fields.text(&at("name"), &self.name, LONGEST_NAME),
            region,
            product_kind: kind.unwrap_or_default(),
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            entered_by: account,
            entered_at: tx.now,
            list_id: None,
        })
    }
}

impl Command for EnterLicences {
    type Output = LicencesEntered;
    const NAME: &'static str = "enter_licences";

    fn run(&self, tx: &mut Tx) -> Result<LicencesEntered, Problem> {
        let Looked { new, unchanged } = look(tx, &self.licences)?;
        write(tx, Self::NAME, &new, unchanged)?;
        Ok(LicencesEntered { entered: new.len(), unchanged })
    }
}

/// Enters the licences of a file likewise, and notes which came with it.
#[derive(Debug, Clone, Serialize)]
pub struct EnterLicenceList {
    /// The licences, 1 to 2,000.
    pub licences: Vec<LicenceInput>,
    /// Check everything and write nothing.
    pub dry_run: bool,
}

/// What became of the licences of a file.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct LicenceListTaken {
    /// How many are new, and how many were in the register already.
    pub licences: LicencesEntered,
    /// The list of those that are new; none where nothing was entered.
    pub list: Option<LicenceListId>,
}

impl Command for EnterLicenceList {
    type Output = LicenceListTaken;
    const NAME: &'static str = "enter_licence_list";

    fn run(&self, tx: &mut Tx) -> Result<LicenceListTaken, Problem> {
        let Looked { mut new, unchanged } = look(tx, &self.licences)?;
        let licences = LicencesEntered { entered: new.len(), unchanged };
        if self.dry_run || new.is_empty() {
            return Ok(LicenceListTaken { licences, list: None });
        }
        let list = LicenceListId::new();
        for row in &mut new {
            row.list_id = Some(list);
        }
        write(tx, Self::NAME, &new, unchanged)?;
        Ok(LicenceListTaken { licences, list: Some(list) })
    }
}

/// Licences that were held against the rules and the register.
struct Looked {
    /// Those that are new.
    new: Vec<Row>,
    /// How many are in the register and say the same.
    unchanged: usize,
}

/// Holds licences against the rules and the register.
fn look(tx: &mut Tx, licences: &[LicenceInput]) -> Result<Looked, Problem> {
    permit(&tx.actor)?;
    let mut fields = Fields::new();
    fields.require(
        (1..=MOST).contains(&licences.len()),
        "/licences",
        "须有 1 到 2000 项许可",
        "must be 1 to 2000 licences",
    );
    fields.done()?;
    let admitted = admissions::lock_in_force(&mut tx.conn)?;
    let mut fields = Fields::new();
    let mut rows: Vec<Row> = Vec::new();
    let mut places: HashMap<(String, String), usize> = HashMap::new();
    for (place, input) in licences.iter().enumerate() {
        let row = input.row(tx, &mut fields, (place, &admitted))?;
        let first = places.insert((row.licence_no.clone(), row.product_kind.clone()), place);
        fields.require(
            first.is_none(),
            &format!("/licences/{place}/licence_no"),
            "与前一项重复（编号和产品种类相同）",
            "is there twice, with the same number and product kind",
        );
        rows.push(row);
    }
    fields.done()?;
    let numbers: Vec<&str> = rows.iter().map(|row| row.licence_no.as_str()).collect();
    let known: Vec<Row> = production_licence::table
        .filter(production_licence::licence_no.eq_any(numbers))
        .filter(production_licence::revoked_at.is_null())
        .select(Row::as_select())
        .load(&mut *tx.conn)?;
    let known: HashMap<(&str, &str), &Row> =
        known.iter().map(|row| ((row.licence_no.as_str(), row.product_kind.as_str()), row)).collect();
    let mut fields = Fields::new();
    let (mut new, mut unchanged) = (Vec::new(), 0);
    for (place, row) in rows.into_iter().enumerate() {
        match known.get(&(row.licence_no.as_str(), row.product_kind.as_str())) {
            None => new.push(row),
            Some(same) if same.says_the_same(&row) => unchanged += 1,
            Some(_) => fields.fault(
                format!("/licences/{place}/licence_no"),
                "该许可已登记，内容不同；如原登记有误，请先登记其失效",
                "is in the register and says something else; if that is wrong, revoke it first",
            ),
        }
    }
    fields.done()?;
    Ok(Looked { new, unchanged })
}

/// Writes new licences, all or none of them, and tells the audit.
fn write(tx: &mut Tx, action: &'static str, new: &[Row], unchanged: usize) -> Result<(), Problem> {
    for part in new.chunks(500) {
        // Somebody else may have entered one of them in this very moment.
        let made = diesel::insert_into(production_licence::table)
            .values(part)
            .on_conflict_do_nothing()
            .execute(&mut *tx.conn)?;
        if made != part.len() {
            let text = Text::new(
                "部分许可刚由他人登记，请重试",
                "some were entered by somebody else just now; try again",
            );
            return Err(Problem::field("/licences", text));
        }
    }
    let entered = new.len();
    let region = tx.actor.officer_region().map(str::to_owned);
    if let Some(row) = new.first() {
        let subject = Subject { region: region.as_deref(), ..Subject::new("production_licence", row.id.0) };
        tx.audit(
            action,
            subject,
            json!({ "entered": entered, "unchanged": unchanged, "first": row.licence_no }),
        )?;
    }
    Ok(())
}

/// Withdraws the licences of a file as a whole, as if none of them had ever held; what was counted of days before stays.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WithdrawLicenceList {
    /// The list.
    pub list: LicenceListId,
    /// Why, at most 500 characters.
    pub reason: String,
}

/// How many licences were withdrawn with their file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LicencesWithdrawn {
    /// How many were withdrawn.
    pub withdrawn: usize,
    /// How many were revoked one by one before; they stay as they are.
    pub revoked_before: usize,
}

impl Command for WithdrawLicenceList {
    type Output = LicencesWithdrawn;
    const NAME: &'static str = "withdraw_licence_list";

    fn run(&self, tx: &mut Tx) -> Result<LicencesWithdrawn, Problem> {
        permit(&tx.actor)?;
        let found: Vec<(LicenceId, String, Option<NaiveDate>)> = production_licence::table
            .filter(production_licence::list_id.eq(self.list))
            .order(production_licence::id)
            .for_no_key_update()
            .select((production_licence::id, production_licence::region, production_licence::revoked_on))
            .load(&mut *tx.conn)?;
        let kept = found.iter().all(|(_, region, _)| keeps(&tx.actor, region, &tx.catalogue));
        let Some((first, _, _)) = found.first().filter(|_| kept) else { return Err(Problem::not_found()) };
        let revoked_before = found.iter().filter(|(_, _, revoked)| revoked.is_some()).count();
        let mut fields = Fields::new();
        fields.require(
            revoked_before < found.len(),
            "/reason",
            "该名单的许可均已登记失效",
            "all licences of the list were revoked already",
        );
        let reason = fields.text("/reason", &self.reason, LONGEST_REASON);
        fields.done()?;
        step_up::require(tx)?;
        let withdrawn = diesel::update(
            production_licence::table
                .filter(production_licence::list_id.eq(self.list))
                .filter(production_licence::revoked_at.is_null()),
        )
        .set((
            production_licence::revoked_on.eq(production_licence::valid_from.nullable()),
            production_licence::revoked_at.eq(tx.now),
            production_licence::revoked_by.eq(tx.actor.account()),
            production_licence::revoke_reason.eq(&reason),
        ))
        .execute(&mut *tx.conn)?;
        let region = tx.actor.officer_region().map(str::to_owned);
        let subject = Subject { region: region.as_deref(), ..Subject::new("production_licence", first.0) };
        tx.audit(Self::NAME, subject, json!({ "withdrawn": withdrawn, "reason": reason }))?;
        Ok(LicencesWithdrawn { withdrawn, revoked_before })
    }
}

/// Enters that a licence does not hold any more, or never did.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RevokeLicence {
    /// The licence.
    pub id: LicenceId,
    /// From which day on it does not hold, in Asia/Shanghai; from its first day where it never did.
    pub revoked_on: NaiveDate,
    /// Why, at most 500 characters.
    pub reason: String,
}

impl Command for RevokeLicence {
    type Output = LicenceId;
    const NAME: &'static str = "revoke_licence";

    fn run(&self, tx: &mut Tx) -> Result<LicenceId, Problem> {
        permit(&tx.actor)?;
        let (region, number, from, revoked): (String, String, NaiveDate, Option<NaiveDate>) =
            production_licence::table
                .find(self.id)
                .for_no_key_update()
                .select((
                    production_licence::region,
                    production_licence::licence_no,
                    production_licence::valid_from,
                    production_licence::revoked_on,
                ))
                .first(&mut *tx.conn)?;
        if !keeps(&tx.actor, &region, &tx.catalogue) {
            return Err(Problem::not_found());
        }
        let mut fields = Fields::new();
        fields.require(revoked.is_none(), "/revoked_on", "该许可的失效已登记", "it was revoked already");
        fields.require(
            self.revoked_on >= from && self.revoked_on <= tx.today(),
            "/revoked_on",
            "须在许可起始日期至今天之间",
            "must be from the first day of the licence to today",
        );
        let reason = fields.text("/reason", &self.reason, LONGEST_REASON);
        fields.done()?;
        diesel::update(production_licence::table.find(self.id))
            .set((
                production_licence::revoked_on.eq(self.revoked_on),
                production_licence::revoked_at.eq(tx.now),
                production_licence::revoked_by.eq(tx.actor.account()),
                production_licence::revoke_reason.eq(&reason),
            ))
            .execute(&mut *tx.conn)?;
        let subject = Subject::new("production_licence", self.id.0).in_region(&region);
        tx.audit(
            Self::NAME,
            subject,
            json!({ "licence_no": number, "revoked_on": self.revoked_on, "reason": reason }),
        )?;
        Ok(self.id)
    }
}
