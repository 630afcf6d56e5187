//! Keeping the records of laboratories.

use crate::core::Problem;
use crate::core::fields::Fields;
use crate::db::regional::set_up;
use crate::db::schema::laboratory;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::enterprises::Uscc;
use crate::programmes::ids::LaboratoryId;
use crate::programmes::policy::{is_charged, keeps, permit};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most characters of a name.
const MAX_NAME: usize = 200;
/// The most samples a month.
const MAX_CAPACITY: i32 = 1_000_000;
/// The most entries of each list.
const MOST: usize = 500;

fn yes() -> bool {
    true
}

/// Creates the record of a laboratory, or of a body that takes samples.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateLaboratory {
    /// Its name, at most 200 characters; no two have the same.
    pub name: String,
    /// Code of the region of its seat: the caller's own or one under it; the own one where none is named.
    #[serde(default)]
    pub region: Option<String>,
    /// Codes of the product classes and kinds that it may test; none where it only takes samples.
    #[serde(default)]
    pub products: Vec<String>,
    /// Codes of the regions that it serves, each with all under it; that of its seat where none is named.
    #[serde(default)]
    pub serves: Vec<String>,
    /// Samples that it can test in a month.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub capacity: i32,
    /// Whether it takes samples.
    #[serde(default)]
    pub takes_samples: bool,
    /// Unified social credit codes of operators whose samples it may not test, such as its owner's.
    #[serde(default)]
    pub excluded_usccs: Vec<String>,
    /// Whether it can be charged; yes where it is left out.
    #[serde(default = "yes")]
    pub active: bool,
    /// Code of the product hospital to which it belongs: its results say nothing of whether a support programme helped that this hospital leads.
    #[serde(default)]
    pub hospital: Option<String>,
}

/// Entries as they are stored: each once, trimmed, in their order.
fn tidy(entries: &[String]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for entry in entries.iter().map(|entry| entry.trim()).filter(|entry| !entry.is_empty()) {
        if !found.iter().any(|known| known == entry) {
            found.push(entry.to_owned());
        }
    }
    found
}

fn products(fields: &mut Fields, tx: &Tx, listed: &[String]) -> Vec<String> {
    let products = &tx.catalogue.products;
    let code = |word: &String| {
        let kind = products.kind(word).map(|kind| kind.code.clone());
        kind.or_else(|| products.class(word).map(|class| class.code.clone()))
    };
    let listed = tidy(listed);
    let found: Vec<Option<String>> = listed.iter().map(code).collect();
    let known = found.iter().all(Option::is_some) && listed.len() <= MOST;
    fields.require(
        known,
        "/products",
        "须为产品类别或产品种类的代码，最多 500 项",
        "must be codes of product classes or kinds, at most 500",
    );
    tidy(&found.into_iter().flatten().collect::<Vec<_>>())
}

fn regions(fields: &mut Fields, tx: &Tx, listed: &[String], seat: &str) -> Vec<String> {
    let listed = tidy(listed);
    let known = listed.iter().all(|code| tx.catalogue.regions.get(code).is_some()) && listed.len() <= MOST;
    fields.require(known, "/serves", "须为地区代码，最多 500 项", "must be codes of regions, at most 500");
    if listed.is_empty() { vec![seat.to_owned()] } else { listed }
}

fn excluded(fields: &mut Fields, listed: &[String]) -> Vec<String> {
    let listed: Vec<String> = tidy(listed).into_iter().map(|code| code.to_uppercase()).collect();
    let coded = |code: &String| Uscc::parse(code).err().is_none_or(|fault| fault.rule().is_some());
    let codes = listed.iter().all(coded);
    fields.require(
        codes && listed.len() <= MOST,
        "/excluded_usccs",
        "须为 18 位统一社会信用代码，最多 500 项",
        "must be unified social credit codes of 18 characters, at most 500",
    );
    listed
}

/// The code of a product hospital; none where nothing is named.
fn hospital(fields: &mut Fields, tx: &Tx, named: Option<&str>) -> Option<String> {
    let named = named.map(str::trim).filter(|named| !named.is_empty())?;
    let found = tx.catalogue.products.hospital(named).map(|hospital| hospital.code.clone());
    fields.require(found.is_some(), "/hospital", "未知的产品医院", "is not a known product hospital");
    found
}

fn capacity(fields: &mut Fields, capacity: i32) -> i32 {
    fields.require(
        (0..=MAX_CAPACITY).contains(&capacity),
        "/capacity",
        "须为 0 到 1000000 的整数",
        "must be a whole number from 0 to 1000000",
    );
    capacity
}

fn free_name(tx: &mut Tx, fields: &mut Fields, name: &str, but: Option<LaboratoryId>) -> Result<(), Problem> {
    let same: Option<LaboratoryId> = laboratory::table
        .filter(laboratory::name.eq(name))
        .select(laboratory::id)
        .first(&mut *tx.conn)
        .optional()?;
    fields.require(
        same.is_none() || same == but,
        "/name",
        "已有同名的机构",
        "there is one of this name already",
    );
    Ok(())
}

impl Command for CreateLaboratory {
    type Output = LaboratoryId;
    const NAME: &'static str = "create_laboratory";

    fn run(&self, tx: &mut Tx) -> Result<LaboratoryId, Problem> {
        let mut fields = Fields::new();
        let (account, region) = set_up(tx, &mut fields, self.region.as_deref())?;
        let name = fields.text("/name", &self.name, MAX_NAME);
        free_name(tx, &mut fields, &name, None)?;
        let products = products(&mut fields, tx, &self.products);
        let serves = regions(&mut fields, tx, &self.serves, &region);
        let capacity = capacity(&mut fields, self.capacity);
        let excluded = excluded(&mut fields, &self.excluded_usccs);
        let hospital = hospital(&mut fields, tx, self.hospital.as_deref());
        fields.done()?;
        let id = LaboratoryId::new();
        diesel::insert_into(laboratory::table)
            .values((
                laboratory::id.eq(id),
                laboratory::name.eq(&name),
                laboratory::region.eq(&region),
                laboratory::products.eq(&products),
                laboratory::serves.eq(&serves),
                laboratory::capacity.eq(capacity),
                laboratory::takes_samples.eq(self.takes_samples),
                laboratory::excluded_usccs.eq(&excluded),
                laboratory::active.eq(self.active),
                laboratory::hospital.eq(&hospital),
                laboratory::hospital_since.eq(hospital.as_ref().map(|_| tx.now)),
                laboratory::created_by.eq(account),
                laboratory::created_at.eq(tx.now),
                laboratory::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        let subject = Subject::new("laboratory", id.0).in_region(&region);
        tx.audit(Self::NAME, subject, json!({ "name": name, "capacity": capacity, "hospital": hospital }))?;
        Ok(id)
    }
}

/// Changes the record of a laboratory. What is absent stays.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangeLaboratory {
    /// The laboratory.
    pub id: LaboratoryId,
    /// Its name.
    pub name: Option<String>,
    /// What it may test.
    pub products: Option<Vec<String>>,
    /// The regions that it serves.
    pub serves: Option<Vec<String>>,
    /// Samples that it can test in a month.
    pub capacity: Option<i32>,
    /// Whether it takes samples.
    pub takes_samples: Option<bool>,
    /// Operators whose samples it may not test.
    pub excluded_usccs: Option<Vec<String>>,
    /// Whether it can be charged.
    pub active: Option<bool>,
    /// Code of the product hospital to which it belongs; blank: to none.
    pub hospital: Option<String>,
}

#[derive(AsChangeset)]
#[diesel(table_name = laboratory)]
struct Changed {
    name: Option<String>,
    products: Option<Vec<String>>,
    serves: Option<Vec<String>>,
    capacity: Option<i32>,
    takes_samples: Option<bool>,
    excluded_usccs: Option<Vec<String>>,
    active: Option<bool>,
    hospital: Option<Option<String>>,
    hospital_since: Option<Option<DateTime<Utc>>>,
    updated_at: DateTime<Utc>,
}

impl Command for ChangeLaboratory {
    type Output = LaboratoryId;
    const NAME: &'static str = "change_laboratory";

    fn run(&self, tx: &mut Tx) -> Result<LaboratoryId, Problem> {
        permit(&tx.actor)?;
        let (region, known, belonged): (String, String, Option<String>) = laboratory::table
            .find(self.id)
            .for_no_key_update()
            .select((laboratory::region, laboratory::name, laboratory::hospital))
            .first(&mut *tx.conn)?;
        if !is_charged(&tx.actor, &region, &tx.catalogue) {
            return Err(Problem::not_found());
        }
        if !keeps(&tx.actor, &region, &tx.catalogue) {
            return Err(Problem::forbidden());
        }
        let mut fields = Fields::new();
        let name = self.name.as_deref().map(|name| fields.text("/name", name, MAX_NAME));
        if let Some(name) = &name {
            free_name(tx, &mut fields, name, Some(self.id))?;
        }
        // Naming the one to which it belongs already changes nothing: it does so since it was entered first.
        let belongs = self
            .hospital
            .as_deref()
            .map(|named| hospital(&mut fields, tx, Some(named)))
            .filter(|belongs| *belongs != belonged);
        let changed = Changed {
            name: name.clone(),
            products: self.products.as_deref().map(|listed| products(&mut fields, tx, listed)),
            serves: self.serves.as_deref().map(|listed| regions(&mut fields, tx, listed, &region)),
            capacity: self.capacity.map(|number| capacity(&mut fields, number)),
            takes_samples: self.takes_samples,
            excluded_usccs: self.excluded_usccs.as_deref().map(|listed| excluded(&mut fields, listed)),
            active: self.active,
            hospital_since: belongs.as_ref().map(|of| of.as_ref().map(|_| tx.now)),
            hospital: belongs.clone(),
            updated_at: tx.now,
        };
        fields.done()?;
        diesel::update(laboratory::table.find(self.id)).set(changed).execute(&mut *tx.conn)?;
        let subject = Subject::new("laboratory", self.id.0).in_region(&region);
        tx.audit(
            Self::NAME,
            subject,
            json!({
                "name": name.unwrap_or(known), "capacity": self.capacity, "active": self.active, "hospital": self.hospital,
            }),
        )?;
        Ok(self.id)
    }
}
